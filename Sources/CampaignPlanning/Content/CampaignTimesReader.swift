import CampaignModel
import Foundation

/// Reads what a campaign says of time.
enum CampaignTimesReader {
    static func read(_ reader: MappingReader, into campaign: inout Campaign) {
        if let (zone, followsPeople) = timeZone(reader) {
            campaign.timeZone = zone
            campaign.followsPeople = followsPeople
        }
        let frequency = frequency(reader)
        if let frequency { campaign.frequency = frequency }
        if let missed = reader.choice("missed", of: MissedRuns.self) { campaign.missed = missed }
        // Of one that cannot be read nobody knows what goes with it.
        if frequency != nil || !reader.has("frequency") { checkTogether(reader, campaign) }
        let clock = WallClock(named: campaign.timeZone)
        campaign.notBefore = moment(reader, "not_before", clock)
        campaign.until = moment(reader, "until", clock)
        if let from = campaign.notBefore, let until = campaign.until, from >= until {
            reader.report(
                "until", "it is not later than not_before", hint: "Such a campaign could never send anything.")
        }
    }

    private static func checkTogether(_ reader: MappingReader, _ campaign: Campaign) {
        if campaign.frequency == .everyUpdate {
            if reader.has("missed") {
                reader.report(
                    "missed", "a campaign that runs with every update misses no run", hint: "Leave it out.")
            }
        } else if campaign.followsPeople, PersonalSchedule(campaign.frequency) == nil {
            reader.report(
                "time_zone", "\(quoted(reader.written("frequency"))) has no time of day that could be everyone's own",
                hint: "Write frequency: daily at 09:00, or the name of one time zone.")
        }
    }

    private static func frequency(_ reader: MappingReader) -> Frequency? {
        guard let text = reader.string("frequency") else { return nil }
        do {
            return try FrequencyReader.read(text)
        } catch {
            reader.report("frequency", "\(quoted(reader.written("frequency"))) \(error.message)", hint: error.hint)
            return nil
        }
    }

    /// `Europe/Istanbul`, `subscriber`, or `subscriber or Europe/Istanbul`.
    static func timeZone(_ reader: MappingReader, _ override: String? = nil) -> (zone: String, followsPeople: Bool)? {
        guard let text = override ?? reader.string("time_zone") else { return nil }
        if let choice = ZoneChoice.read(text) { return choice }
        let name = text.split(whereSeparator: \.isWhitespace).last.map { String($0) } ?? ""
        reader.report(
            "time_zone", "unknown time zone \(quoted(name))",
            hint: Suggestion.closest(to: name, among: TimeZone.knownTimeZoneIdentifiers).map { "Did you mean “\($0)”?" }
                ?? "Write a name such as Europe/Istanbul, or subscriber for everyone's own.")
        return nil
    }

    /// A date, a date and time by the campaign's clock, or a moment with an offset.
    private static func moment(_ reader: MappingReader, _ key: String, _ clock: WallClock) -> Timestamp? {
        guard let text = reader.string(key) else { return nil }
        guard let moment = clock.moment(written: text) else {
            reader.report(
                key, "\(quoted(reader.written(key))) is not a date or a date and time",
                hint: "Write 2026-12-01, or 2026-12-01 09:00; it is by the campaign's time_zone.")
            return nil
        }
        return moment
    }
}
