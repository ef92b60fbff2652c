import CampaignEngine
import CampaignModel
import CampaignStore
import Foundation

/// What is said of whom a message would reach.
enum ReachLines {
    /// From the database as it is; nobody has to give it up for that.
    static func forecast(
        _ settings: Settings, _ audience: Audience, of campaign: String?, on channels: [Channel]
    ) async throws -> [ChannelReach] {
        try await settings.readStore { store in
            var known: CampaignID?
            // Of one that was never seen, nobody can have turned anything off.
            if let campaign {
                do {
                    known = try await store.campaign(named: campaign).id
                } catch let problem as Problem where problem.code == .notFound {}
            }
            return try await CampaignEngine.Reach(store, time: SystemTime()).forecast(audience, of: known, on: channels)
        }
    }

    static func show(_ reach: [ChannelReach], json: Bool) {
        for each in reach {
            if json { Console.json(each) } else { for line in lines(each) { Console.line(Console.printable(line)) } }
        }
        if reach.isEmpty, !json { Console.line("no channel of it was ever used: it would reach nobody") }
    }

    private static func lines(_ reach: ChannelReach) -> [String] {
        let counts = reach.counts
        let parts: [(Int, String)] = [
            (counts.now, "now, free"), (counts.later, "at the time that they chose"),
            (counts.held, "held until they act again (Messenger's 24 hours)"),
            (counts.paid, "only by paid messages, for which the platform gives no estimate"),
            (counts.paused, "not: they asked for a pause"), (counts.unwanted, "not: they turned this topic off"),
            (counts.stopped, "not: they left"), (counts.blocked, "not: they cannot be reached"),
        ]
        let time = reach.seconds.map { ", in \(EventLines.length($0)) at \(reach.rate.formatted())/s" } ?? ""
        return ["\(reach.channel): of \(EventLines.counted(counts.all, "person", "people"))\(time)"]
            + parts.filter { $0.0 > 0 }.map { "  \($0.0) \($0.1)" }
    }
}
