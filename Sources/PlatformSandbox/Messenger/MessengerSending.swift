import CampaignModel

extension SandboxPlatform {
    /// The same person is asked with the same title once a week.
    private static let optInPause = Duration.days(7)

    /// Sends to one person, if the platform's rules let it.
    func send(_ draft: MessengerDraft, page: String) throws(MessengerError) -> JSON {
        let key = Key(platform: .messenger, address: draft.recipient)
        guard let person = conversations[key] else { throw .unknownPerson }
        guard !person.isBlocked else { throw .unavailable }
        if draft.action != nil { return ["recipient_id": .string(draft.recipient)] }
        guard pages[page]?.isRestricted != true else { throw .restricted }
        let now = time.now()
        let window = draft.tag == "HUMAN_AGENT" ? Duration.days(7) : .hours(24)
        guard now - person.lastActiveAt <= window else { throw .windowClosed }
        try checkOptInRequest(draft, page: page, at: now)
        var media: [ChatMessage.Media] = []
        for attachment in draft.attachments { media.append(try shelve(attachment)) }
        if settings.enforceRates, messengerMeter.take(at: now) != nil { throw .tooManyCalls }
        var message = draft.message(id: nextMessengerID(), page: page, at: now)
        message.media = media
        append(message, to: key)
        ledger.record(
            platform: .messenger, chat: draft.recipient, message: message, kind: draft.kind, metadata: draft.metadata
        )
        if let request = draft.optInRequest {
            pages[page]?.optInRequests["\(draft.recipient) \(request.title)"] = now
        }
        echo(draft, message)
        let recipient: JSON = ["id": .string(draft.recipient), "message_id": .string(message.id)]
        return JSON(members: [
            ("recipient_id", .string(draft.recipient)), ("message_id", .string(message.id)),
            ("attachment_id", draft.isReusable ? media.first.map { .string($0.fileID) } : nil),
            ("recipient", draft.optInRequest == nil ? nil : recipient),
        ])
    }

    private func checkOptInRequest(_ draft: MessengerDraft, page: String, at now: Timestamp) throws(MessengerError) {
        guard let request = draft.optInRequest,
            let asked = pages[page]?.optInRequests["\(draft.recipient) \(request.title)"],
            now - asked < Self.optInPause
        else { return }
        throw MessengerError(
            code: 613, subcode: 1_893_016,
            message:
                "(#613) You have already sent a marketing message request with this title to this person this week."
        )
    }

    func shelve(_ attachment: MessengerDraft.Attachment) throws(MessengerError) -> ChatMessage.Media {
        switch attachment {
        case .url(let kind, let url): return files.add(url: url, kind: kind)
        case .upload(let kind, let file):
            guard file.bytes.count <= 25 << 20 else {
                throw MessengerError(
                    code: 100, subcode: 2_018_109, message: "(#100) Attachment size exceeds allowable limit"
                )
            }
            guard kind != .photo || FileStore.pictureType(of: file.bytes) != nil else {
                throw MessengerError(
                    code: 100, subcode: 2_018_047,
                    message: "(#100) Upload attachment failure. The type of the file is not the attachment's."
                )
            }
            return files.add(upload: file, kind: kind)
        case .attachmentID(let id):
            guard let media = files.media(id) else {
                throw MessengerError(
                    code: 100, subcode: 2_018_074, message: "(#100) The attachment ID is invalid or has expired."
                )
            }
            return media
        }
    }
}

extension MessengerDraft {
    /// What the phone shows; the media are not looked up yet.
    func message(id: String, page: String, at now: Timestamp) -> ChatMessage {
        var message = ChatMessage(id: id, sender: page, date: now)
        message.text = FormattedText(text: text)
        message.cards = cards
        message.buttons = buttons.map { [$0] }
        message.quickReplies = quickReplies
        message.optInRequest = optInRequest
        return message
    }
}
