package import CampaignModel

/// Messenger's Send API.
package struct MessengerAdapter: PlatformAdapter {
    package static let platform = Platform.messenger

    package init() {}

    /// None for an edit.
    package func requests(
        for message: Message, to address: String, on channel: Channel, reference: String, by route: MessageRoute
    ) -> RenderedMessage {
        switch route {
        case .update, .response:
            MessengerRendering(
                message, address: address, channel: channel, reference: reference, isResponse: route == .response
            ).result
        case .ask: MarketingRendering.asking(message, address: address, channel: channel, reference: reference)
        case .paid(let campaign, let token):
            MarketingRendering(message, channel: channel, campaign: campaign, token: token).result
        // The Send API changes nothing that was sent.
        case .edit: RenderedMessage()
        }
    }

    /// It names none of several.
    package func refusedMedium(in outcome: HTTPOutcome) -> Int? { nil }

    /// Of the app, the Page and the business, the busiest.
    package func load(in outcome: HTTPOutcome) -> Double? {
        guard case .answered(let answer) = outcome else { return nil }
        return MessengerUsage(answer.headers).load
    }

    /// See ``MessengerEvents``.
    package func event(_ received: ReceivedEvent, receivedAt: Timestamp) -> Event {
        MessengerEvents.event(received, receivedAt: receivedAt)
    }

    /// What Messenger says in its own words counts by ``MessengerErrorTable``, all else as with any server.
    package func verdict(on outcome: HTTPOutcome, isInWindow: Bool) -> SendVerdict {
        switch outcome {
        case .notSent, .unanswered: TransportVerdict.verdict(on: outcome)
        case .answered(let answer): verdict(on: answer, isInWindow)
        }
    }

    /// Into `message_attachments`, from where a message shows it by id.
    package func upload(_ form: MediaForm, of kind: Media.Kind, on channel: Channel) -> PlatformRequest? {
        MessengerCall.upload(form, of: kind, on: channel)
    }

    /// `attachment_id`.
    package func uploadedID(in outcome: HTTPOutcome) -> String? {
        guard case .answered(let answer) = outcome, (200...299).contains(answer.status) else { return nil }
        return MessengerReply(answer.body)?.attachmentID
    }

    /// Only an answer to a single attachment names its id.
    package func mediaIDs(in outcome: HTTPOutcome, for media: [Media]) -> [String?] {
        media.count == 1 ? [uploadedID(in: outcome)] : media.map { _ in nil }
    }

    private func verdict(on answer: HTTPAnswer, _ isInWindow: Bool) -> SendVerdict {
        guard let reply = MessengerReply(answer.body) else {
            return TransportVerdict.unreadable(answer, platform: "messenger")
        }
        if let failure = reply.failure { return verdict(on: failure, answer, isInWindow) }
        guard (200...299).contains(answer.status) else {
            return TransportVerdict.unreadable(answer, platform: "messenger")
        }
        guard let messageID = reply.messageID ?? reply.trackingID, !messageID.isEmpty, messageID.utf8.count <= 1024
        else {
            return .unknown(
                DeliveryReason(
                    code: "messenger_no_message_id",
                    message: "Messenger accepted the message but did not name it; it was likely received."
                )
            )
        }
        return .sent(messageID: messageID)
    }

    /// A named code is Messenger's own word that it did not send, even under HTTP 5xx; an unnamed one is that only
    /// under 4xx.
    private func verdict(
        on failure: MessengerReply.Failure, _ answer: HTTPAnswer, _ isInWindow: Bool
    ) -> SendVerdict {
        let said = RemoteText.clean(failure.message)
        if let row = MessengerErrorTable.row(for: failure, isInWindow: isInWindow) {
            return verdict(row, failure, said: said, wait: MessengerUsage(answer.headers).wait)
        }
        let reason = DeliveryReason(code: code(failure), message: "Messenger refused it: “\(said)”.")
        switch answer.status {
        case 429:
            let wait = MessengerUsage(answer.headers).wait ?? TransportVerdict.wait(answer.headers)
            return .retryLater(after: wait, scope: .channel, reason: TransportVerdict.tooMany(code(failure)))
        case 400...499 where failure.code != 0: return .contentRefused(reason)
        default:
            return .unknown(
                DeliveryReason(
                    code: reason.code,
                    message: "Messenger reported trouble (“\(said)”); whether the message went out is not known."
                )
            )
        }
    }

    private func verdict(
        _ row: MessengerErrorTable.Row, _ failure: MessengerReply.Failure, said: String, wait: Duration?
    ) -> SendVerdict {
        let reason = DeliveryReason(code: code(failure), message: row.message)
        switch row.means {
        case .doubtful: return .unknown(reason)
        case .later(let pause): return .retryLater(after: pause, scope: .delivery, reason: reason)
        case .slower: return .retryLater(after: wait, scope: .channel, reason: reason)
        case .window: return .windowClosed(reason)
        case .unreachable: return .subscriberGone(as: .blocked, reason)
        case .stopped: return .subscriberGone(as: .stopped, reason)
        case .channel: return .channelBroken(reason)
        case .marketing(let refusal): return .marketing(refusal, explained(reason, said))
        case .refused: return .refused(explained(reason, said))
        case .content: return .contentRefused(explained(reason, said))
        case .media: return .mediaRefused(explained(reason, said))
        }
    }

    private func explained(_ reason: DeliveryReason, _ said: String) -> DeliveryReason {
        let message = said.isEmpty ? reason.message : "\(reason.message) Messenger said: “\(said)”."
        return DeliveryReason(code: reason.code, message: message)
    }

    private func code(_ failure: MessengerReply.Failure) -> String {
        guard let subcode = failure.subcode, subcode != 0 else { return "messenger_\(failure.code)" }
        return "messenger_\(failure.code)_\(subcode)"
    }
}
