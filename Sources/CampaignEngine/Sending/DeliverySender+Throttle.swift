import CampaignModel
import CampaignStore
import MessageChannels

/// Decides by the platform's answer what happens to the channel and the campaign.
extension DeliverySender {
    // Difference between the monotonic clock that measures a pause and the wall clock that it is stored by.
    private static let clockTolerance = Duration.milliseconds(50)

    /// Applies an answer to the channel's throttle, and reports a pause. ``keep(_:since:)`` stores the result later.
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

    /// Stores the consequences for the channel, after the answer itself, so that a failure here leaves no message
    /// unknown. A suspected pause of the whole channel is already stored with the answer.
    func keep(_ heard: ChannelThrottle.Heard, since moment: Timestamp) async throws {
        if let rest = heard.clearedRest {
            try await engine.store.endRest(of: entry.id, until: moment + rest + Self.clockTolerance)
        }
        // Pauses that a platform asked for are stored. Those for its silence are not: each new process tries it anew.
        if let rest = heard.channelRests, !heard.isBroken {
            try await engine.store.rest(entry.id, until: moment + rest)
        }
    }

    /// Pauses a campaign after too many failures in a row, so that its owner can look before more people are affected.
    func judgeCampaign(by result: DeliveryResult) async throws {
        // A failing edit is no reason to stop new messages.
        guard delivery.purpose != .edit, let campaign = delivery.campaign,
            let why = engine.errors.count(result, of: campaign)
        else { return }
        try await engine.store.pause(campaign: campaign, reason: why, now: engine.time.now())
    }
}
