package import CampaignModel

/// Telegram's Bot API, version 10.1.
package struct TelegramAdapter: PlatformAdapter {
    package static let platform = Platform.telegram

    package init() {}

    /// An edit has the form that its message went in, be it the older one of a digest; it is empty where neither fits.
    package func requests(
        for message: Message, to address: String, on channel: Channel, reference: String, by route: MessageRoute
    ) -> RenderedMessage {
        let rendered = TelegramRendering(message, address: address, channel: channel).result
        guard case .edit(_, let messages) = route else { return rendered }
        if let edit = TelegramEdit.message(rendered, inPlaceOf: messages) { return edit }
        // It may have gone in the older form.
        var channel = channel
        channel.rich = .never
        let plain = TelegramRendering(message, address: address, channel: channel).result
        return TelegramEdit.message(plain, inPlaceOf: messages) ?? RenderedMessage()
    }

    /// By the number that Telegram puts into the refusal of an album.
    package func refusedMedium(in outcome: HTTPOutcome) -> Int? {
        guard case .answered(let answer) = outcome else { return nil }
        return TelegramReply(answer.body)?.description.flatMap(TelegramErrorTable.refusedPicture)
    }

    /// See ``TelegramUpdates``.
    package func event(_ received: ReceivedEvent, receivedAt: Timestamp) -> Event {
        TelegramUpdates.event(received, receivedAt: receivedAt)
    }

    /// The class of each outcome follows one rule: what Telegram surely did not do may be tried again, what it said
    /// no to is not, and whatever is open stays open.
    package func verdict(on outcome: HTTPOutcome, isInWindow: Bool) -> SendVerdict {
        switch outcome {
        case .notSent, .unanswered: TransportVerdict.verdict(on: outcome)
        case .answered(let answer): verdict(on: answer)
        }
    }

    /// The bytes go with the message.
    package func upload(_ form: MediaForm, of kind: Media.Kind, on channel: Channel) -> PlatformRequest? { nil }
    /// Nothing is uploaded before.
    package func uploadedID(in outcome: HTTPOutcome) -> String? { nil }

    /// The `file_id` of each message of the answer, in the order of the media.
    package func mediaIDs(in outcome: HTTPOutcome, for media: [Media]) -> [String?] {
        guard case .answered(let answer) = outcome, let reply = TelegramReply(answer.body), reply.isOK == true else {
            return media.map { _ in nil }
        }
        return media.enumerated().map { index, media in
            index < reply.messages.count ? reply.messages[index].fileIDs[media.kind] : nil
        }
    }

    private func verdict(on answer: HTTPAnswer) -> SendVerdict {
        // The Bot API server answers 500, 502 and 504 also for requests that it has already passed on to Telegram
        // ("Internal Server Error: restart", a lost upstream), with the same JSON as before. Nothing tells the two
        // apart, and sending at most once comes first.
        if answer.status >= 500 { return TransportVerdict.serverFailed(answer, platform: "telegram") }
        guard let reply = TelegramReply(answer.body), let isOK = reply.isOK else {
            return TransportVerdict.unreadable(answer, platform: "telegram")
        }
        guard !isOK else {
            guard let messageID = reply.messageID else {
                return .unknown(
                    DeliveryReason(
                        code: "telegram_no_message_id",
                        message: "Telegram accepted the message but did not name it; it was likely received."
                    )
                )
            }
            return .sent(messageID: String(messageID))
        }
        return refusal(reply, answer)
    }

    private func refusal(_ reply: TelegramReply, _ answer: HTTPAnswer) -> SendVerdict {
        let code = reply.errorCode ?? Int64(answer.status)
        let said = RemoteText.clean(reply.description ?? "")
        if code == 429 || code == 420 {
            let wait = TransportVerdict.wait(seconds: reply.retryAfter) ?? TransportVerdict.wait(answer.headers)
            return .retryLater(after: wait, scope: .chatOrChannel, reason: TransportVerdict.tooMany("telegram_429"))
        }
        if let address = reply.migratedTo {
            return .addressMoved(
                to: String(address),
                DeliveryReason(code: "telegram_migrated", message: "The group became a supergroup with a new address.")
            )
        }
        if code >= 500 || !(400...499).contains(code) {
            return .unknown(
                DeliveryReason(
                    code: "telegram_\(code)",
                    message: "Telegram reported trouble of its own (\(said)); whether the message went out is unknown."
                )
            )
        }
        return TelegramErrorTable.verdict(code: code, description: said)
    }
}
