import CampaignModel

/// Marketing messages: paid ones, outside the 24 h window, to people who agreed.
///
/// https://developers.facebook.com/documentation/business-messaging/messenger-platform/marketing-messages-on-messenger
extension SandboxPlatform {
    /// A campaign can send when it has been ready for so long.
    private static let preparation = Duration.minutes(10)
    /// Between two messages to one person.
    private static let gap = Duration.hours(12)

    func marketing(_ method: String, account: String, edge: String?, _ parameters: RequestParameters)
        throws(MessengerError) -> JSON
    {
        switch (method, edge) {
        case ("POST", "message_campaign"): return try makeCampaign(account, parameters)
        case ("POST", "messages"): return try sendMarketing(account, parameters)
        default: throw .unsupported(account)
        }
    }

    private func makeCampaign(_ account: String, _ parameters: RequestParameters) throws(MessengerError) -> JSON {
        guard let name = parameters.text("name"), !name.isEmpty else {
            throw .parameter("The parameter name is required")
        }
        guard let page = parameters.text("page_id"), settings.pageID == nil || settings.pageID == page else {
            throw .parameter("Param page_id must be a Page that the ad account may use")
        }
        let seconds = parameters["start_time"]?.integer
        guard (0...99_999_999_999).contains(seconds ?? 0) else { throw .parameter("Param start_time is no time") }
        let start = seconds.map { Timestamp(seconds: $0) }
        if let start, start - time.now() > .days(30) { throw .parameter("Param start_time must be within 30 days") }
        let campaign = marketing.add(account, page: page, name: name, startsAt: start, at: time.now())
        return ["id": .string(campaign.id)]
    }

    private func sendMarketing(_ account: String, _ parameters: RequestParameters) throws(MessengerError) -> JSON {
        let now = time.now()
        guard let id = parameters.text("message_id"), let campaign = marketing.campaign(id),
            campaign.account == account
        else { throw .parameter("Param message_id must be the id of a message campaign of this ad account") }
        guard now - campaign.createdAt >= settings.campaignPreparation ?? Self.preparation else {
            throw .marketing(2_300_003, "The campaign is not ready to send yet. Try again in a few minutes.")
        }
        guard campaign.startsAt.map({ $0 <= now }) ?? true else {
            throw .marketing(2_300_033, "The campaign has not started yet.")
        }
        let token = parameters.structure("messenger_delivery_data")?["subscription_token"]?.identifier ?? ""
        guard var subscription = marketing[token] else {
            throw .marketing(2_300_004, "The subscription token is invalid.")
        }
        guard subscription.page == campaign.page else {
            throw .marketing(2_300_005, "The subscription token belongs to another Page.")
        }
        guard !subscription.isStopped else {
            throw .marketing(2_300_034, "The subscriber has stopped marketing messages.")
        }
        guard subscription.isInSupportedRegion else {
            throw .marketing(2_300_032, "The subscriber is not in a supported region.")
        }
        guard conversations[Key(platform: .messenger, address: subscription.person)]?.isBlocked == false else {
            throw .marketing(2_300_036, "The subscriber cannot receive this message now.")
        }
        if let last = subscription.lastSentAt, now - last < Self.gap {
            throw .marketing(2_300_035, "The subscriber has received a marketing message in the last 12 hours.")
        }
        var draft = try MessengerDraft(marketing: parameters, to: subscription.person)
        draft.metadata = id
        let tracking = deliver(draft, subscription, at: now)
        subscription.lastSentAt = now
        marketing.store(subscription)
        return ["success": true, "marketing_message_tracking_id": .string(tracking)]
    }

    private func deliver(
        _ draft: MessengerDraft, _ subscription: MarketingSubscriptions.Subscription, at now: Timestamp
    ) -> String {
        let message = draft.message(id: nextMessengerID(), page: subscription.page, at: now)
        append(message, to: Key(platform: .messenger, address: subscription.person))
        ledger.record(
            platform: .messenger, chat: subscription.person, message: message, kind: "marketing_\(draft.kind)",
            metadata: draft.metadata
        )
        return "tracking-\(message.id)"
    }

    /// Pages of at most 1000, oldest first.
    func marketingTokens(_ page: String, _ parameters: RequestParameters, base: String) -> JSON {
        let limit = Int(min(1000, max(1, parameters["limit"]?.integer ?? 25)))
        let (shown, hasMore) = marketing.list(page: page, after: parameters.text("after"), limit: limit)
        let data = shown.map { $0.json(next: $0.lastSentAt.map { $0 + Self.gap }) }
        guard let last = shown.last else { return ["data": []] }
        let next = "\(base)/\(page)/notification_message_tokens?limit=\(limit)&after=\(last.token)"
        let cursors: JSON = ["before": .string(shown.first?.token ?? ""), "after": .string(last.token)]
        return [
            "data": .array(data),
            "paging": JSON(members: [
                ("cursors", cursors),
                ("next", hasMore ? .string(next) : nil),
            ]),
        ]
    }

    /// Says on the business's side that people have unsubscribed.
    func unsubscribe(_ page: String, _ parameters: RequestParameters) throws(MessengerError) -> JSON {
        guard let rows = parameters.structure("data")?.array, !rows.isEmpty else {
            throw .parameter("The parameter data is required")
        }
        var invalid: Int64 = 0
        for row in rows {
            if let token = row["subscriber_token"]?.identifier, var subscription = marketing[token] {
                subscription.isStopped = true
                marketing.store(subscription)
            } else if let person = row["psid"]?.identifier, marketing.stop(page: page, person: person) {
                continue
            } else if row["email"] == nil, row["phone"] == nil {
                invalid += 1
            }
        }
        return ["invalid_rows_count": .integer(invalid)]
    }
}

extension MarketingSubscriptions.Subscription {
    fileprivate func json(next: Timestamp?) -> JSON {
        JSON(members: [
            ("notification_messages_token", .string(token)), ("recipient_id", .string(person)),
            ("notification_messages_reoptin", "ENABLED"),
            ("creation_timestamp", .integer(createdAt.milliseconds / 1000)),
            ("token_expiry_timestamp", .integer(expiresAt.milliseconds / 1000)),
            ("user_token_status", "NOT_REFRESHED"), ("topic_title", .string(title)),
            ("notification_messages_timezone", timezone.map { .string($0) }),
            ("next_eligible_time", next.map { .integer($0.milliseconds / 1000) }),
        ])
    }
}

extension MessengerError {
    fileprivate static func marketing(_ code: Int, _ reason: String) -> Self {
        Self(code: code, message: "(#\(code)) \(reason)")
    }
}
