import CampaignModel
import CampaignPlanning
import CampaignStore
import MessageChannels

/// By which call a claimed delivery goes, or why it does not go at this moment; looked at right before sending, not only
/// when it was planned.
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
            // An answer is never paid for.
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
        // It has a way of its own, and is never sent as a message.
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

    /// An edit makes no sound, and is no message: neither the hour nor a limit matters.
    private func edit() async throws -> Found {
        if let campaign = try await campaign(), isOver(campaign) { return .notNow(.suppressed(Self.over)) }
        guard let original = delivery.edits,
            let sent = try await engine.store.sent(original, to: delivery.subscriber, before: delivery.messageID)
        else { return .notNow(.suppressed(Self.nothingToEdit)) }
        if sent.isSuperseded { return .notNow(.suppressed(Self.superseded)) }
        let now = engine.time.now()
        switch sent.state {
        case .sent: break
        // It may be settled, or sent once more.
        case .unknown: return .notNow(.queued(notBefore: now + Self.untilSettled))
        // It goes first, and the edit does not grow too old before.
        case .queued, .claimed, .sending: return .notNow(.collected(until: max(sent.notBefore, now + Self.breath)))
        case .failed, .suppressed, .expired, .held: return .notNow(.suppressed(Self.nothingToEdit))
        }
        let messages = sent.ids.compactMap(\.self)
        guard messages.count == sent.ids.count else { return .notNow(.suppressed(Self.nothingToEdit)) }
        return .go(.edit(of: sent.delivery, messages: messages))
    }

    /// What was begun in free parts cannot be ended in a paid one.
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

    /// nil for a reply.
    private func campaign() async throws -> Campaign? {
        guard let id = delivery.campaign else { return nil }
        return try await engine.campaign(id)?.campaign
    }

    private func isOver(_ campaign: Campaign) -> Bool { campaign.until.map { engine.time.now() >= $0 } ?? false }

    /// What the person and the campaign's owner want of the hour.
    private func wishes() async throws -> Store.Release? {
        // An answer is wanted now, whatever the hour.
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

    /// Who wants everything at one time gets it in one message. What was tried before stays what it was: Messenger may still
    /// tell that it arrived.
    private func isGathered() async throws -> Bool {
        guard delivery.preferences.frequency != .atOnce || isOfEarlierWish, delivery.purpose == .campaign,
            delivery.partsSent == 0, delivery.attempts == 0
        else { return false }
        return try await CatchUp(engine).gather(delivery)
    }

    /// Whether it was made while they wanted to be written to otherwise: it may have waited with many others.
    private var isOfEarlierWish: Bool {
        guard let planned = delivery.plannedAt, let changed = delivery.preferences.frequencyChangedAt else {
            return false
        }
        return planned < changed
    }

    /// Not more than the owner wants anybody to get. What is half sent goes on.
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
    private static let breath = Duration.seconds(10)
    private static let nothingToEdit = DeliveryReason(
        code: "nothing_to_edit", message: "they have no message of their own that could be changed")
    private static let superseded = DeliveryReason(
        code: "superseded", message: "a later edit of the same message takes its place")
    private static let over = DeliveryReason(code: "after_end", message: "the campaign's until has passed")
    private static let agreed = DeliveryReason(
        code: "agreed", message: "the subscriber agreed to marketing messages before they were asked")
}
