import CampaignModel

/// What a Page hears of its people.
///
/// https://developers.facebook.com/docs/messenger-platform/reference/webhook-events; which of these open the 24 h window:
/// messages, postbacks, m.me links into a thread that exists, and reactions do; watermarks and opt-ins do not.
extension SandboxPlatform {
    /// The Page that people talk to unless a call names one.
    var presentPage: String { lastPage ?? settings.pageID ?? Self.anyPage }

    /// Posts an event, if the Page is subscribed to the field.
    ///
    /// - Returns: What the control call answers.
    private func tell(
        _ field: String, _ person: Conversation?, page: String, _ members: [(String, JSON?)], id: String? = nil
    ) -> JSON {
        let now = time.now()
        let isSubscribed = pages[page]?.subscribedFields.contains(field) ?? false
        if isSubscribed, app.callbackURL != nil {
            let event = JSON(
                members: [
                    ("sender", person.map { ["id": .string($0.address)] }), ("recipient", ["id": .string(page)]),
                    ("timestamp", .integer(now.milliseconds)),
                ] + members
            )
            app.add(event, page: page, at: now)
            webhookSignal.raise()
        }
        revision += 1
        return JSON(members: [
            ("ok", true), ("message_id", id.map { .string($0) }),
            ("posted", .bool(isSubscribed && app.callbackURL != nil)),
        ])
    }

    private func page(_ json: JSON) -> String { json["page"]?.identifier ?? presentPage }

    func nextMessengerID() -> String {
        lastMessengerID += 1
        return "m_sandbox\(lastMessengerID)"
    }

    /// Without a thread yet: the Get Started button, whose payload the Page has set; with one: a referral, if the link
    /// carries a `ref`.
    func messengerStart(_ person: Conversation, ref: String?, _ json: JSON) throws(Problem) -> JSON {
        let page = page(json)
        let referral: JSON? = ref.map { ["ref": .string($0), "source": "SHORTLINK", "type": "OPEN_THREAD"] }
        guard histories[person.key]?.messages.isEmpty ?? true else {
            guard let referral else { return ["ok": true, "posted": false] }
            touch(person)
            return tell("messaging_referrals", person, page: page, [("referral", referral)])
        }
        guard let payload = json["get_started"]?.string ?? pages[page]?.profile.getStarted else {
            throw Problem(
                .notFound, "the Page \(page.prefix(32)) has no Get Started button, so nobody is told",
                hint: "set get_started in its messenger_profile, or give \"get_started\":\"PAYLOAD\" here"
            )
        }
        return postback(person, page: page, title: "Get Started", payload: payload, referral: referral)
    }

    func messengerSay(
        _ person: Conversation, text: String, media: ChatMessage.Media? = nil, quickReply: String? = nil, _ json: JSON
    ) -> JSON {
        touch(person)
        let page = page(json)
        let id = nextMessengerID()
        var shown = ChatMessage(
            id: id, sender: page, isFromPerson: true, date: time.now(), text: FormattedText(text: text)
        )
        shown.media = media.map { [$0] } ?? []
        append(shown, to: person.key)
        let message = JSON(members: [
            ("mid", .string(id)), ("text", text.isEmpty ? nil : .string(text)),
            (
                "attachments",
                media.map { [["type": .string($0.kind.messengerName), "payload": ["url": .string($0.url)]]] }
            ),
            ("quick_reply", quickReply.map { ["payload": .string($0)] }),
        ])
        return tell("messages", person, page: page, [("message", message)], id: id)
    }

    func messengerPress(
        _ person: Conversation, _ message: ChatMessage, _ button: ChatMessage.Button, _ data: String, _ json: JSON
    ) -> JSON {
        if message.quickReplies.contains(button) {
            return messengerSay(person, text: button.title, quickReply: data, json)
        }
        return postback(person, page: message.sender, title: button.title, payload: data, referral: nil)
    }

    /// A press in the persistent menu or of an ice breaker.
    func messengerMenuPress(_ person: Conversation, _ data: String, _ json: JSON) -> JSON? {
        let page = page(json)
        guard let title = pages[page]?.profile.title(ofPayload: data) else { return nil }
        return postback(person, page: page, title: title, payload: data, referral: nil)
    }

    private func postback(_ person: Conversation, page: String, title: String, payload: String, referral: JSON?)
        -> JSON
    {
        touch(person)
        let id = nextMessengerID()
        append(
            ChatMessage(
                id: id, sender: page, isFromPerson: true, date: time.now(), text: FormattedText(text: title)
            ), to: person.key
        )
        let postback = JSON(members: [
            ("mid", .string(id)), ("title", .string(title)), ("payload", .string(payload)), ("referral", referral),
        ])
        return tell("messaging_postbacks", person, page: page, [("postback", postback)], id: id)
    }

    func messengerReaction(_ person: Conversation, _ message: ChatMessage, old: String?, _ json: JSON) -> JSON {
        touch(person)
        let emoji = message.reaction ?? old
        let reaction = JSON(members: [
            ("mid", .string(message.id)), ("action", message.reaction == nil ? "unreact" : "react"),
            ("emoji", message.reaction.map { .string($0) }),
            ("reaction", .string(emoji == "❤" ? "love" : emoji == "👍" ? "like" : "other")),
        ])
        return tell("message_reactions", person, page: message.sender, [("reaction", reaction)])
    }

    /// Everything sent until now, or until `watermark` (milliseconds), has been read. A receipt is no action of the person
    /// in the sense of the window.
    func read(_ json: JSON) throws(Problem) -> JSON {
        let person = try messengerPerson(json)
        let watermark = json["watermark"]?.integer ?? time.now().milliseconds
        return tell("message_reads", person, page: page(json), [("read", ["watermark": .integer(watermark)])])
    }

    /// Everything sent until now, or until `watermark` (milliseconds), has reached the phone. `mids` false leaves the ids
    /// out, as the platform sometimes does.
    func deliver(_ json: JSON) throws(Problem) -> JSON {
        let person = try messengerPerson(json)
        let watermark = json["watermark"]?.integer ?? time.now().milliseconds
        let page = page(json)
        var ids: [JSON] = []
        for var message in histories[person.key]?.messages ?? []
        where !message.isFromPerson && !message.isDelivered && message.sender == page
            && message.date.milliseconds <= watermark
        {
            ids.append(.string(message.id))
            message.isDelivered = true
            histories[person.key]?.replace(message)
        }
        let isListed = json["mids"]?.bool ?? true
        let delivery = JSON(members: [
            ("mids", isListed && !ids.isEmpty ? .array(ids) : nil), ("watermark", .integer(watermark)),
        ])
        return tell("message_deliveries", person, page: page, [("delivery", delivery)])
    }

    /// The platform warns a Page, keeps it from sending (`block`) or lets it send again (`unblock`).
    func enforce(_ json: JSON) throws(Problem) -> JSON {
        let action = json["action"]?.string ?? "warning"
        guard ["warning", "block", "unblock"].contains(action) else {
            throw Problem(.badData, "action is one of warning, block, unblock")
        }
        let page = page(json)
        if action != "warning" { pages[page, default: MessengerPage()].isRestricted = action == "block" }
        let enforcement = JSON(members: [
            ("action", .string(action)),
            (
                "reason",
                action == "unblock" ? nil : json["reason"] ?? "The Page violated the Messenger Platform's policies."
            ),
        ])
        return tell("messaging_policy_enforcement", nil, page: page, [("policy_enforcement", enforcement)])
    }

    /// A copy of what the Page itself has sent.
    func echo(_ draft: MessengerDraft, _ message: ChatMessage) {
        guard pages[message.sender]?.subscribedFields.contains("message_echoes") ?? false, app.callbackURL != nil else {
            return
        }
        let copy = JSON(members: [
            ("is_echo", true), ("app_id", Int64(app.id).map { .integer($0) }),
            ("metadata", draft.metadata.map { .string($0) }), ("mid", .string(message.id)),
            ("text", draft.kind == "text" ? .string(draft.text) : nil),
            ("attachments", draft.sources.isEmpty ? nil : .array(draft.sources)),
        ])
        let event: JSON = [
            "sender": ["id": .string(message.sender)], "recipient": ["id": .string(draft.recipient)],
            "timestamp": .integer(message.date.milliseconds), "message": copy,
        ]
        app.add(event, page: message.sender, at: message.date)
        webhookSignal.raise()
    }

    private func messengerPerson(_ json: JSON) throws(Problem) -> Conversation {
        let person = try person(json)
        guard person.platform == .messenger else {
            throw Problem(.badData, "Telegram knows no receipts and no opt-ins", hint: "only on messenger")
        }
        return person
    }

    /// A person agrees to marketing messages, takes that back, or agrees again.
    ///
    /// `title`, `payload` and `timezone` are those of the latest request in the chat unless given. With `silent` nobody is
    /// told, as the platform's FAQ has it for stops.
    func optIn(_ json: JSON, isStop: Bool) throws(Problem) -> JSON {
        let person = try messengerPerson(json)
        let page = page(json)
        let request = histories[person.key]?.messages.last { $0.optInRequest != nil }?.optInRequest
        let title = json["title"]?.string ?? request?.title ?? "Updates and promotions"
        let known = marketing.subscription(page: page, person: person.address, title: title)
        guard !isStop || known != nil else {
            throw Problem(.notFound, "that person has not opted in", hint: "call optin first; title names the topic")
        }
        let now = time.now()
        var subscription =
            known
            ?? marketing.subscribe(
                page: page, person: person.address, title: title,
                timezone: json["timezone"]?.string ?? request?.timezone,
                at: now
            )
        let isAgain = subscription.isStopped && !isStop
        subscription.isStopped = isStop
        if let isEligible = json["supported_region"]?.bool { subscription.isInSupportedRegion = isEligible }
        marketing.store(subscription)
        guard json["silent"]?.bool != true else {
            return ["ok": true, "token": .string(subscription.token), "posted": false]
        }
        let status: JSON? = isStop ? "STOP NOTIFICATIONS" : isAgain ? "RESUME NOTIFICATIONS" : nil
        let payload = json["payload"]?.string ?? request?.payload ?? ""
        let optIn = JSON(members: [
            ("type", "notification_messages"), ("payload", .string(payload)),
            ("notification_messages_token", .string(subscription.token)),
            ("notification_messages_timezone", subscription.timezone.map { .string($0) }),
            ("token_expiry_timestamp", .integer(subscription.expiresAt.milliseconds)),
            ("user_token_status", known == nil ? "NOT_REFRESHED" : "REFRESHED"),
            ("notification_messages_status", status), ("title", .string(title)),
        ])
        return tell("messaging_optins", person, page: page, [("optin", optIn)]).adding(
            ["token": .string(subscription.token)]
        )
    }
}

extension ChatMessage.Media.Kind {
    /// What an attachment's `type` is.
    fileprivate var messengerName: String {
        switch self {
        case .photo, .animation: "image"
        case .video: "video"
        case .audio, .voice: "audio"
        case .document: "file"
        }
    }
}
