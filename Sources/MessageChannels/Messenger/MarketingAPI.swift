package import CampaignModel

/// Messenger's Marketing Messages: the calls, and what is read of their answers (Marketing Messages, Send messages, 30 June
/// 2026; Get subscription tokens, 31 March 2026).
package struct MarketingAPI: Sendable {
    private let channel: Channel
    private let account: MarketingAccount
    private var api: GraphAPI { GraphAPI(channel) }

    /// - Returns: Nil when nobody pays for the channel.
    package init?(_ channel: Channel) {
        guard let account = channel.marketing else { return nil }
        self.channel = channel
        self.account = account
    }

    // MARK: Campaigns

    /// Meta needs so long before a new campaign can send; the FAQ says both 10 and 60 minutes.
    package static let preparation = Duration.minutes(10)

    /// Makes a campaign at the platform with the budget of the account; of the name, 200 characters are kept.
    package func makeCampaign(named name: String) -> HTTPRequest {
        var fields: [String: JSONValue] = [
            "name": .string(String(name.prefix(200))),
            "page_id": channel.pageID.flatMap(Int64.init).map(JSONValue.integer) ?? .string(channel.pageID ?? ""),
        ]
        switch account.budget {
        case .daily(let cents): fields["daily_budget"] = .integer(Int64(cents))
        case .lifetime(let cents): fields["lifetime_budget"] = .integer(Int64(cents))
        case nil: break
        }
        return api.post("act_\(account.account)/message_campaign", fields, token: account.token)
    }

    /// The id of the campaign that was made; nil when none was.
    package static func campaign(in outcome: HTTPOutcome) -> String? {
        answer(outcome)?["id"]?.identifier.flatMap { $0.isEmpty || $0.utf8.count > 128 ? nil : $0 }
    }

    // MARK: Messages

    /// The field is called `message_id`, and is the campaign's.
    func message(_ message: [String: JSONValue], campaign: String, to token: String) -> PlatformRequest {
        api.sending(
            "act_\(account.account)/messages",
            [
                "message_id": .string(campaign), "messenger_delivery_data": ["subscription_token": .string(token)],
                "message": .object(message),
            ], token: account.token)
    }

    // MARK: Tokens

    /// A part of the Page's list of those who agreed.
    package struct Holders: Sendable, Hashable {
        package var people: [MarketingOptIn]
        /// Where the list goes on; nil at its end.
        package var next: String?
    }

    /// How many of them one answer may name.
    package static let holdersAtOnce = 1000

    /// Asks for a part of the list.
    ///
    /// - Parameter cursor: ``Holders/next`` of the part before; nil for the first.
    /// - Returns: The request.
    package func holders(after cursor: String?) -> HTTPRequest {
        let query = [
            ("limit", "\(Self.holdersAtOnce)"), ("do_not_return_duplicates", "true"),
        ]
        return api.get("\(api.page)/notification_message_tokens", query + (cursor.map { [("after", $0)] } ?? []))
    }

    /// - Returns: Nil when the answer is no list.
    package static func holders(in outcome: HTTPOutcome, now: Timestamp) -> Holders? {
        guard let body = answer(outcome), let rows = body["data"]?.array else { return nil }
        let paging = body["paging"]
        let goesOn = paging?["next"]?.string != nil && !rows.isEmpty
        let cursor = paging?["cursors"]?["after"]?.identifier.flatMap { $0.utf8.count <= 4096 ? $0 : nil }
        return Holders(
            people: rows.compactMap { holder($0, now: now) }, next: goesOn ? cursor : nil)
    }

    private static func holder(_ row: JSONValue, now: Timestamp) -> MarketingOptIn? {
        guard let token = row["notification_messages_token"]?.identifier, !token.isEmpty, token.utf8.count <= 512,
            let address = row["recipient_id"]?.identifier, !address.isEmpty, address.utf8.count <= 64
        else { return nil }
        var subscription = MarketingSubscription(
            token: token, title: PersonText.name(row["topic_title"]?.string),
            endsAt: time(row["token_expiry_timestamp"]),
            timeZone: row["notification_messages_timezone"]?.string.map { String($0.prefix(64)) })
        let next = time(row["next_eligible_time_for_paid_messaging"]) ?? time(row["next_eligible_time"])
        // A wait that may be believed.
        subscription.notBefore = next.flatMap { $0 > now && $0 < now + .days(90) ? $0 : nil }
        let status = row["user_token_status"]?.string?.uppercased() ?? ""
        return MarketingOptIn(
            address: address, subscription: subscription, createdAt: time(row["creation_timestamp"]),
            isStopped: status.hasPrefix("STOP"))
    }

    /// In seconds, or in milliseconds where a number of seconds would be thousands of years away: then up to the second, to
    /// which times are stored, so that nothing is sent too early.
    static func time(_ value: JSONValue?) -> Timestamp? {
        guard let number = value?.integer ?? value?.string.flatMap(Int64.init), number > 0 else { return nil }
        if number < 100_000_000_000 { return Timestamp(seconds: number) }
        return number < 100_000_000_000_000 ? Timestamp(seconds: (number + 999) / 1000) : nil
    }

    // MARK: Leaving

    /// Tells the platform, which has a list of its own, that somebody left.
    package static func unsubscribe(_ address: String, on channel: Channel) -> HTTPRequest {
        let api = GraphAPI(channel)
        return api.post("\(api.page)/messaging_customer_base/unsubscribe", ["data": [["psid": .string(address)]]])
    }

    /// Whether the platform took it. A person whom it does not know has nothing to be taken from.
    package static func isUnsubscribed(_ outcome: HTTPOutcome) -> Bool {
        guard let answer = answer(outcome) else { return false }
        return answer["error"] == nil
            && (answer["invalid_rows_count"]?.integer != nil || answer["success"]?.bool == true)
    }

    private static func answer(_ outcome: HTTPOutcome) -> JSONValue? {
        guard case .answered(let answer) = outcome, (200...299).contains(answer.status),
            let body = JSONValue(reading: answer.body), body.isObject
        else { return nil }
        return body
    }
}
