import CampaignModel
import CampaignStore
import MessageChannels

/// What an answer means for more than its delivery.
extension DeliverySender {
    // Between the clock that a pause is counted by and the one that it is stored by.
    private static let blur = Duration.milliseconds(50)

    /// The channel may have to be quiet, or its platform does not answer. What of it is to be stored waits for ``keep(_:since:)``.
    func hear(
        _ throttle: ChannelThrottle, _ verdict: SendVerdict, _ outcome: HTTPOutcome, _ ticket: ChannelThrottle.Ticket
    ) -> ChannelThrottle.Heard {
        if let load = adapter.load(in: outcome) { throttle.limiter.note(load: load) }
        let heard = throttle.hear(verdict, outcome, of: ticket)
        if let rest = heard.channelRests {
            engine.report(
                .slowed(
                    TrafficReport(
                        channel: entry.channel.fullName, rest: rest, isUnanswered: heard.isBroken,
                        reason: verdict.reason?.message)))
        }
        return heard
    }

    /// Stores what was heard, after the answer itself: that this fails makes no message unknown. What the platform may have
    /// asked of the whole channel is stored with the answer that says it.
    func keep(_ heard: ChannelThrottle.Heard, since moment: Timestamp) async throws {
        if let rest = heard.clearedRest {
            try await engine.store.endRest(of: entry.id, until: moment + rest + Self.blur)
        }
        // A platform that does not answer is asked anew by each process that starts; what one has asked for is kept to.
        if let rest = heard.channelRests, !heard.isBroken {
            try await engine.store.rest(entry.id, until: moment + rest)
        }
    }

    /// A campaign that goes wrong again and again pauses itself, so that its owner can look before everybody is tried.
    func judgeCampaign(by result: DeliveryResult) async throws {
        // That an edit fails is no reason to send nothing.
        guard delivery.purpose != .edit, let campaign = delivery.campaign,
            let why = engine.errors.count(result, of: campaign)
        else { return }
        try await engine.store.pause(campaign: campaign, reason: why, now: engine.time.now())
    }
}
