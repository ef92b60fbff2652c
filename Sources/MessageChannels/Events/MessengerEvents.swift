package import CampaignModel

/// What Meta posts to a webhook (Messenger Platform, Webhooks, 5 May 2026): a list of entries, each of one Page, each with
/// some events.
package enum MessengerEvents {
    /// The fields that a Page must be subscribed to.
    static let fields = [
        "messages", "messaging_postbacks", "messaging_optins", "message_deliveries", "message_reads",
        "messaging_referrals", "message_echoes", "message_reactions", "messaging_policy_enforcement",
    ]

    /// What becomes of paid messages comes in these (Marketing Messages, Send messages, 30 June 2026), as changes of the
    /// Page.
    static let marketingFields = [
        "marketing_message_echoes", "marketing_message_deliveries", "marketing_message_reads",
        "marketing_message_delivery_failed",
    ]

    /// One event, and the Page that it is about.
    package struct Addressed: Sendable, Hashable {
        /// nil when it cannot be read.
        package var pageID: String?
        package var event: ReceivedEvent
    }

    /// - Returns: The events of a body, in their order; a body that cannot be read is one event, kept as it came.
    package static func received(_ body: [UInt8]) -> [Addressed] {
        guard let call = JSONValue(reading: body), let entries = call["entry"]?.array else {
            return [Addressed(pageID: nil, event: UnreadableEvent.received(body))]
        }
        return entries.flatMap { entry -> [Addressed] in
            let page = entry["id"]?.identifier
            let items =
                (entry["messaging"]?.array ?? []) + (entry["changes"]?.array ?? []).map { ["change": $0] }
                + (entry["standby"]?.array ?? []).map { ["standby": $0] }
            return items.map { Addressed(pageID: page, event: received($0, page: page)) }
        }
    }

    /// An event of a Page that is none of ours.
    package static func foreign(_ event: ReceivedEvent) -> ReceivedEvent {
        ReceivedEvent(key: event.key, address: nil, body: "{\"foreign\":\(event.body)}")
    }

    private static func received(_ item: JSONValue, page: String?) -> ReceivedEvent {
        let text = item.text
        let address = person(of: item, page: page)
        // A message keeps its name however often it is told; of everything else, copies are the same to the letter, and
        // 128 bits tell them from others.
        if let message = item["message"], let id = message["mid"]?.string, !id.isEmpty, id.utf8.count <= 512 {
            return ReceivedEvent(
                key: (message["is_echo"]?.bool == true ? "e" : "m") + id, address: address, body: text)
        }
        let key = "h\(Digests.sha256(text.utf8, bytes: 16))"
        guard let change = item["change"] else { return ReceivedEvent(key: key, address: address, body: text) }
        let person = change["value"]?["recipient_id"]?.identifier.flatMap { $0.utf8.count <= 64 ? $0 : nil }
        let token = change["value"]?["messenger_subscription_token"]?.identifier.flatMap {
            $0.utf8.count <= 512 ? $0 : nil
        }
        return ReceivedEvent(key: key, address: person, body: text, marketingToken: person == nil ? token : nil)
    }

    /// The one of the two who is not the Page.
    private static func person(of item: JSONValue, page: String?) -> String? {
        let sender = item["sender"]?["id"]?.identifier
        let id = sender == page ? item["recipient"]?["id"]?.identifier : sender
        return id.flatMap { $0.utf8.count <= 64 ? $0 : nil }
    }

    /// What happened.
    ///
    /// - Parameters:
    ///   - received: As ``received(_:)`` made it.
    ///   - receivedAt: Stands for the time of an event that has none.
    /// - Returns: The event; ``Event/Kind/other`` for what tellal makes nothing of.
    package static func event(_ received: ReceivedEvent, receivedAt: Timestamp) -> Event {
        let item = JSONValue(reading: Array(received.body.utf8)) ?? .null
        let told = item["timestamp"] ?? item["change"]?["value"]?["timestamp"]
        let order = EventOrder(at: time(told) ?? receivedAt)
        let person = received.address.map { Event.Person(address: $0) }
        guard let kind = item["change"].map({ kind(ofChange: $0, at: order.at) }) ?? kind(of: item) else {
            return Event(.other, by: nil, order: order)
        }
        if case .restricted = kind { return Event(kind, by: nil, order: order) }
        return person == nil ? Event(.other, by: nil, order: order) : Event(kind, by: person, order: order)
    }

    private static func time(_ value: JSONValue?) -> Timestamp? {
        value?.integer.flatMap(Timestamp.init(toldInMilliseconds:))
    }

    private static func kind(of item: JSONValue) -> Event.Kind? {
        if let message = item["message"] { return kind(ofMessage: message) }
        if let postback = item["postback"] { return kind(ofPostback: postback) }
        if let referral = item["referral"] { return PersonText.ref(referral["ref"]?.string).map { .referred(ref: $0) } }
        if let optin = item["optin"] { return kind(ofOptin: optin) }
        if item["reaction"] != nil { return .reacted }
        if let delivery = item["delivery"] { return time(delivery["watermark"]).map { .delivered(until: $0) } }
        if let read = item["read"] { return time(read["watermark"]).map { .read(until: $0) } }
        let enforcement = item["policy_enforcement"] ?? item["policy-enforcement"]
        guard let enforcement, let action = enforcement["action"]?.string else { return nil }
        return .restricted(
            isBlocked: action == "block", reason: RemoteText.clean(enforcement["reason"]?.string ?? action))
    }

    /// A change names one message and not a time up to which all arrived; the time at which it happened stands for that.
    private static func kind(ofChange change: JSONValue, at time: Timestamp) -> Event.Kind? {
        let value = change["value"]
        let tracking = value?["marketing_message_tracking_id"]?.identifier.flatMap { $0.utf8.count <= 1024 ? $0 : nil }
        switch change["field"]?.string {
        case "marketing_message_deliveries": return .delivered(until: time)
        case "marketing_message_reads": return .read(until: time)
        case "marketing_message_echoes":
            guard let tracking, let campaign = value?["message_id"]?.identifier else { return nil }
            return .marketingEchoed(tracking: tracking, campaign: campaign)
        case "marketing_message_delivery_failed":
            let reason = value?["error"]?["message"]?.string ?? value?["reason"]?.string ?? "no reason given"
            return tracking.map { .marketingFailed(tracking: $0, reason: RemoteText.clean(reason)) }
        default: return nil
        }
    }

    private static func kind(ofMessage message: JSONValue) -> Event.Kind? {
        if message["is_echo"]?.bool == true {
            return message["mid"]?.string.map {
                .echoed(messageID: $0, metadata: message["metadata"]?.string.map { String($0.prefix(1000)) })
            }
        }
        if let payload = message["quick_reply"]?["payload"]?.string {
            return .pressed(payload: payload, query: nil)
        }
        return .wrote(PersonText.message(message["text"]?.string))
    }

    /// Get Started comes with what the m.me link carried, if the person came by one.
    private static func kind(ofPostback postback: JSONValue) -> Event.Kind? {
        let payload = postback["payload"]?.string ?? ""
        let ref = PersonText.ref(postback["referral"]?["ref"]?.string)
        return payload == ButtonPayload.messengerGetStarted
            ? .started(ref: ref) : .pressed(payload: payload, query: nil)
    }

    private static func kind(ofOptin optin: JSONValue) -> Event.Kind? {
        guard let type = optin["type"]?.string else {
            // The plugins Send to Messenger and Checkbox, which have a `ref` and no type.
            return optin["ref"] == nil ? nil : .started(ref: PersonText.ref(optin["ref"]?.string))
        }
        guard type == "notification_messages" else { return nil }
        let token = optin["notification_messages_token"]?.string.flatMap { $0.utf8.count <= 512 ? $0 : nil }
        let status = optin["notification_messages_status"]?.string ?? ""
        if status.uppercased().hasPrefix("STOP") { return .optedOut(token: token) }
        guard let token, !token.isEmpty else { return nil }
        return .optedIn(
            MarketingSubscription(
                token: token, title: PersonText.name(optin["title"]?.string),
                endsAt: MarketingAPI.time(optin["token_expiry_timestamp"]),
                timeZone: optin["notification_messages_timezone"]?.string.map { String($0.prefix(64)) }))
    }
}
