package import CampaignModel
import CampaignPlanning
package import CampaignStore

/// How many people a message would reach on one channel, and how long sending would take.
package struct ChannelReach: Sendable, Hashable, Codable {
    package var channel: String
    package var counts: AudienceCounts
    /// Most messages per second.
    package var rate: Double
    /// Seconds to send to all who can be reached now; nil where the rate has no limit.
    package var seconds: Int?
}

/// Forecasts whom a message would reach if it were sent now. Stores nothing.
package struct Reach: Sendable {
    private let store: Store
    private let time: any TimeSource

    package init(_ store: Store, time: any TimeSource) {
        self.store = store
        self.time = time
    }

    /// - Parameters:
    ///   - audience: The audience.
    ///   - campaign: The campaign, whose opt-outs count; nil for none.
    ///   - channels: The channels.
    /// - Returns: One forecast for each channel that was used before.
    /// - Throws: When the store fails.
    package func forecast(
        _ audience: Audience, of campaign: CampaignID?, on channels: [Channel]
    ) async throws -> [ChannelReach] {
        try await forecast(audience, of: campaign, on: channels, isTest: false)
    }

    private func forecast(
        _ audience: Audience, of campaign: CampaignID?, on channels: [Channel], isTest: Bool
    ) async throws -> [ChannelReach] {
        var all: [ChannelReach] = []
        let now = time.now()
        for channel in channels {
            guard let id = try await store.channelID(of: channel.name, in: channel.workspace) else { continue }
            var counts = try await store.count(
                audience, of: campaign, on: id, windowOpenedAfter: Pass.windowOpenedAfter(now), now: now)
            if isTest { (counts.now, counts.later) = (counts.now + counts.later, 0) }
            let rate = channel.rate
            let seconds = rate > 0 ? Int((Double(counts.now + counts.paid) / rate).rounded(.up)) : nil
            all.append(ChannelReach(channel: channel.name, counts: counts, rate: rate, seconds: seconds))
        }
        return all
    }
}

extension Reach {
    /// Forecasts a message that was written by hand.
    ///
    /// - Parameters:
    ///   - oneOff: The message.
    ///   - channels: The channels.
    /// - Returns: One forecast for each channel that was used before.
    /// - Throws: ``Problem`` (`usage`) when its time has passed for somebody, and when the store fails.
    package func forecast(_ oneOff: OneOff, on channels: [Channel]) async throws -> [ChannelReach] {
        try await refuseWhatIsOver(oneOff)
        return try await forecast(oneOff.audience, of: nil, on: channels, isTest: oneOff.isTest == true)
    }

    /// Refuses a time that has passed in some people's time zones: they would get the message late, perhaps at night.
    ///
    /// - Parameter oneOff: A message that was written by hand.
    /// - Throws: ``Problem`` (`usage`) when its time has passed for somebody, and when the store fails.
    func refuseWhatIsOver(_ oneOff: OneOff) async throws {
        guard oneOff.followsPeople, let timetable = Timetable(oneOff.campaign) else { return }
        let now = time.now()
        var people: [WallClock: Int] = [:]
        for name in oneOff.channels {
            guard let id = try await store.channelID(of: name, in: oneOff.workspace) else { continue }
            for (preferences, count) in try await store.countTimings(of: oneOff.audience, on: id, now: now) {
                people[PersonalTimes.clock(of: preferences, oneOff.campaign), default: 0] += count
            }
        }
        func isOver(_ nominal: Timestamp, _ clock: WallClock) -> Bool {
            timetable.moment(of: nominal, on: clock) < now - .minutes(1)
        }
        let over = people.reduce(0) { $0 + (isOver(oneOff.at, $1.key) ? $1.value : 0) }
        guard over > 0 else { return }
        let next = (1...3).map { oneOff.at + .days($0) }.first { day in !people.keys.contains { isOver(day, $0) } }
        throw Problem(
            .usage, "for \(over) of \(people.values.reduce(0, +)) people \(oneOff.at.wallTime) is over",
            hint: next.map { "Write \($0.wallTime), which all of them have before them." })
    }
}

extension Timestamp {
    /// A wall-clock time that is stored as if it were UTC, as text: `2026-12-01 09:00`.
    package var wallTime: String { String(description.dropLast(4)).replacing("T", with: " ") }
}
