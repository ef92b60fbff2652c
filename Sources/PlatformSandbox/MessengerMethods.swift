import CampaignModel

extension SandboxPlatform {
    private static let anyPage = "1000000000000001"

    /// Answers one call of the Graph API.
    ///
    /// The node is the path's first part after the version (`me`, a Page's id or a person's), the edge the part after
    /// it; the draft is what `POST …/messages` sends.
    func messenger(
        _ method: String, node: String, edge: String?, token: String?, parameters: RequestParameters,
        draft: MessengerDraft?
    ) throws(MessengerRefusal) -> JSON {
        try checkToken(token)
        let page = settings.pageID ?? (node == "me" ? Self.anyPage : node)
        let isPage = node == "me" || node == page && conversations[Key(platform: .messenger, address: node)] == nil
        switch (method, edge) {
        case ("GET", nil):
            if isPage, settings.pageID != nil || node == "me" { return ["name": "Sandbox Page", "id": .string(page)] }
            return try profile(node, fields: parameters.text("fields"))
        case _ where !isPage: throw .unsupported(node)
        case ("POST", "messages"):
            guard let draft else { throw .parameter("The parameter message is required") }
            return try send(draft, page: page)
        case ("POST", "message_attachments"): return try attach(parameters)
        case ("POST", "subscribed_apps"):
            subscribedFields = (parameters.text("subscribed_fields") ?? "").split(separator: ",").map { String($0) }
            return ["success": true]
        case ("DELETE", "subscribed_apps"):
            subscribedFields = []
            return ["success": true]
        case ("GET", "subscribed_apps"):
            guard !subscribedFields.isEmpty else { return ["data": []] }
            let fields = JSON.array(subscribedFields.map { .string($0) })
            return ["data": [["name": "Sandbox app", "id": "1", "subscribed_fields": fields]]]
        case ("POST", "messenger_profile"), ("DELETE", "messenger_profile"): return ["result": "success"]
        case ("GET", "messenger_profile"): return ["data": []]
        default: throw .unsupported(node)
        }
    }

    func checkToken(_ token: String?) throws(MessengerRefusal) {
        guard let token, !token.isEmpty, settings.pageToken.map({ $0.reveal() == token }) ?? true else {
            throw .badToken
        }
    }

    private func profile(_ address: String, fields: String?) throws(MessengerRefusal) -> JSON {
        guard let person = conversations[Key(platform: .messenger, address: address)] else {
            throw .unsupported(address)
        }
        let wanted = (fields ?? "first_name,last_name").split(separator: ",")
        return JSON(members: [
            ("first_name", wanted.contains("first_name") ? .string(person.firstName) : nil),
            ("last_name", wanted.contains("last_name") ? "Sandbox" : nil), ("id", .string(address)),
        ])
    }

    private func send(_ draft: MessengerDraft, page: String) throws(MessengerRefusal) -> JSON {
        let key = Key(platform: .messenger, address: draft.recipient)
        guard let person = conversations[key] else { throw .unknownPerson }
        guard !person.isBlocked else { throw .unavailable }
        if draft.action != nil { return ["recipient_id": .string(draft.recipient)] }
        let now = time.now()
        let window = draft.tag == "HUMAN_AGENT" ? Duration.days(7) : .hours(24)
        guard now - person.lastActiveAt <= window else { throw .windowClosed }
        var media: [ChatMessage.Media] = []
        for attachment in draft.attachments { media.append(try shelve(attachment)) }
        if settings.enforceRates, messengerMeter.take(at: now) != nil { throw .tooManyCalls }
        lastMessengerID += 1
        var message = ChatMessage(id: "m_sandbox\(lastMessengerID)", sender: page, date: now)
        message.text = FormattedText(text: draft.text)
        message.media = media
        message.cards = draft.cards
        message.buttons = draft.buttons.map { [$0] }
        message.quickReplies = draft.quickReplies
        append(message, to: key)
        ledger.record(
            platform: .messenger, chat: draft.recipient, message: message, kind: draft.kind, metadata: draft.metadata
        )
        return JSON(members: [
            ("recipient_id", .string(draft.recipient)), ("message_id", .string(message.id)),
            ("attachment_id", draft.isReusable ? media.first.map { .string($0.fileID) } : nil),
        ])
    }

    private func shelve(_ attachment: MessengerDraft.Attachment) throws(MessengerRefusal) -> ChatMessage.Media {
        switch attachment {
        case .url(let kind, let url): return files.add(url: url, kind: kind)
        case .upload(let kind, let file): return files.add(upload: file, kind: kind)
        case .attachmentID(let id):
            guard let media = files.media(id) else {
                throw MessengerRefusal(
                    code: 100, subcode: 2_018_074, message: "(#100) The attachment ID is invalid or has expired."
                )
            }
            return media
        }
    }

    private func attach(_ parameters: RequestParameters) throws(MessengerRefusal) -> JSON {
        guard let attachment = parameters.structure("message")?["attachment"],
            let type = attachment["type"]?.string
        else { throw .parameter("Param message[attachment] is required") }
        let content = try MessengerDraft.attachment(
            type, attachment["payload"] ?? [:], file: parameters.files["filedata"]
        )
        return ["attachment_id": .string(try shelve(content).fileID)]
    }
}
