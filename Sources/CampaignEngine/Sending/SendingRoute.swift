import CampaignModel
import CampaignPlanning
import CampaignStore
import MessageChannels

/// Chooses the call by which a claimed delivery is sent, or the reason why it is not sent now. The check runs right
/// before sending, since conditions may have changed after planning.
struct SendingRoute: Sendable {
    enum Found: Sendable {
        case go(MessageRoute)
        case notNow(Store.Release)
    }

    private let engine: Engine
    private let entry: ProvisionedContent.ChannelEntry
    private let delivery: ClaimedDelivery

    init(_ engine: Engine, _ entry: ProvisionedContent.ChannelEntry, _ delivery: ClaimedDelivery) {
        self.engine = engine
        self.entry = entry
        self.delivery = delivery
    }

    func find() async throws -> Found {
        if delivery.purpose == .edit { return try await edit() }
        let way = Eligibility.way(
            platform: entry.channel.platform, lastActiveAt: delivery.lastActiveAt,
            // Replies never use paid messages.
            marketing: delivery.campaign == nil ? nil : delivery.marketing, paysFrom: delivery.paysFrom,
            now: engine.time.now())
        if case .held(let reason) = way { return .notNow(.held(reason)) }
        if let release = try await wishes() { return .notNow(release) }
        if try await isGathered() { return .notNow(.suppressed(.caughtUp)) }
        if let release = try await limit() { return .notNow(release) }
        switch way {
        case .free: return free
        case .paid(let token): return try await paid(token)
        case .held(let reason): return .notNow(.held(reason))
        }
    }

    private var free: Found {
        switch delivery.purpose {
        case .campaign: return .go(.update)
        // Edits are handled by `edit()` and never sent as new messages.
        case .edit: return .notNow(.suppressed(Self.nothingToEdit))
        case .welcome, .goodbye, .defaultReply, .answer: return .go(.response)
        case .ask:
            if let reason = delivery.asksNobody {
                return .notNow(.suppressed(DeliveryReason(code: "asks_nobody", message: reason)))
            }
            if delivery.marketing != nil { return .notNow(.suppressed(Self.agreed)) }
            return .go(.ask)
        }
    }

    /// The route of an edit. An edit is silent and no new message, so quiet hours and limits do not apply.
    private func edit() async throws -> Found {
        if let campaign = try await campaign(), isOver(campaign) { return .notNow(.suppressed(Self.over)) }
        guard let original = delivery.edits,
            let sent = try await engine.store.sent(original, to: delivery.subscriber, before: delivery.messageID)
        else { return .notNow(.suppressed(Self.nothingToEdit)) }
        if sent.isSuperseded { return .notNow(.suppressed(Self.superseded)) }
        let now = engine.time.now()
        switch sent.state {
        case .sent: break
        // The original may still be settled, or sent again.
        case .unknown: return .notNow(.queued(notBefore: now + Self.untilSettled))
        // The original is sent first; `collected` keeps the edit from expiring before.
        case .queued, .claimed, .sending: return .notNow(.collected(until: max(sent.notBefore, now + Self.retryDelay)))
        case .failed, .suppressed, .expired, .held: return .notNow(.suppressed(Self.nothingToEdit))
        }
        let messages = sent.ids.compactMap(\.self)
        guard messages.count == sent.ids.count else { return .notNow(.suppressed(Self.nothingToEdit)) }
        return .go(.edit(of: sent.delivery, messages: messages))
    }

    /// The paid route; held when a part was sent by the free route already, since the rest cannot follow as a paid
    /// message.
    private func paid(_ token: String) async throws -> Found {
        guard delivery.partsSent == 0, !engine.parts.avoidsPaid(delivery), let campaign = delivery.campaign else {
            return .notNow(.held(.noPaidForm))
        }
        switch try await MarketingCampaigns(engine, entry).campaign(campaign) {
        case .ready(let id): return .go(.paid(campaign: id, token: token))
        case .notBefore(let time): return .notNow(.queued(notBefore: time))
        case .closed(let reason): return .notNow(.held(reason))
        }
    }

    /// The delivery's campaign; nil for a reply.
    private func campaign() async throws -> Campaign? {
        guard let id = delivery.campaign else { return nil }
        return try await engine.campaign(id)?.campaign
    }

    private func isOver(_ campaign: Campaign) -> Bool { campaign.until.map { engine.time.now() >= $0 } ?? false }

    /// Applies the person's wishes and the campaign's quiet hours; nil when the message may be sent now.
    private func wishes() async throws -> Store.Release? {
        // Replies are wanted at once, whatever the hour.
        guard let campaign = try await campaign() else { return nil }
        if isOver(campaign) { return .suppressed(Self.over) }
        switch PersonalTimes.next(
            delivery.preferences, plannedAt: delivery.plannedAt, nominal: delivery.nominal, campaign: campaign,
            now: engine.time.now())
        {
        case .now: return nil
        case .later(let time): return .queued(notBefore: time)
        case .collected(let time): return .collected(until: time)
        case .never: return .suppressed(.pausedByPerson)
        }
    }

    /// Gathers the delivery into one message for a person who wants everything at one time. A delivery that was tried
    /// before is left out: Messenger may still report that it arrived.
    private func isGathered() async throws -> Bool {
        guard delivery.preferences.frequency != .atOnce || isOfEarlierWish, delivery.purpose == .campaign,
            delivery.partsSent == 0, delivery.attempts == 0
        else { return false }
        return try await CatchUp(engine).gather(delivery)
    }

    /// Whether the delivery was planned before the person changed their frequency; several may have waited by then.
    private var isOfEarlierWish: Bool {
        guard let planned = delivery.plannedAt, let changed = delivery.preferences.frequencyChangedAt else {
            return false
        }
        return planned < changed
    }

    /// Applies the channel's limit of messages per person. A delivery of which a part was sent goes on.
    private func limit() async throws -> Store.Release? {
        guard let caps = entry.channel.caps, delivery.purpose == .campaign, delivery.partsSent == 0 else { return nil }
        let now = engine.time.now()
        let reached = try await engine.store.messagesReached(delivery.subscriber, since: now - MessageCaps.week)
        guard let next = caps.nextAllowed(after: reached, now: now) else { return nil }
        return .postponed(until: next, Self.enough)
    }

    private static let enough = DeliveryReason(
        code: "enough", message: "the subscriber had as many messages as the channel's at_most allows")
    private static let untilSettled = Duration.minutes(30)
    private static let retryDelay = Duration.seconds(10)
    private static let nothingToEdit = DeliveryReason(
        code: "nothing_to_edit", message: "they have no message of their own that could be changed")
    private static let superseded = DeliveryReason(
        code: "superseded", message: "a later edit of the same message takes its place")
    private static let over = DeliveryReason(code: "after_end", message: "the campaign's until has passed")
    private static let agreed = DeliveryReason(
        code: "agreed", message: "the subscriber agreed to marketing messages before they were asked")
}
