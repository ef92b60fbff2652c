package import CampaignModel
import Foundation

/// Reads a message that the owner wrote by hand into a file of its own.
package enum OneOffReader {
    private static let keys =
        ["workspace", "name", "channels", "audience", "at", "time_zone", "quiet_hours", "expires", "track", "utm"]
        + LayoutReader.oneOffKeys

    /// What the command line says in the place of the file.
    package struct Overrides: Sendable {
        /// `Europe/Istanbul`, `subscriber`, or `subscriber or Europe/Istanbul`.
        package var timeZone: String?
        /// Whatever the file says of its time does not count.
        package var ignoresTime: Bool

        package init(timeZone: String? = nil, ignoresTime: Bool = false) {
            self.timeZone = timeZone
            self.ignoresTime = ignoresTime
        }
    }

    /// Reads it, and checks every string in it.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - overrides: What counts more.
    ///   - channels: The names of a workspace's channels; nil when they are not known.
    ///   - now: When it goes if nothing says when.
    ///   - media: Looks at the files beside it.
    ///   - secrets: The value of `${NAME}`, nil when there is none.
    ///   - html: Reads the HTML of its texts.
    /// - Returns: It without any problem, or the problems.
    package static func read(
        _ file: ContentFile, _ overrides: Overrides = Overrides(), channels: ((String) -> [String])? = nil,
        now: Timestamp, media: @escaping MediaFinding,
        secrets: (String) -> String? = { _ in nil }, html: @escaping HTMLReading
    ) -> (OneOff?, [ContentProblem]) {
        withoutActuallyEscaping(secrets) { secrets in
            let collector = ProblemCollector(file: file.path, secrets: secrets, mappings: { _ in [] })
            let oneOff = read(file, overrides, channels, now: now, media: media, html: html, collector)
            return (collector.problems.isEmpty ? oneOff : nil, collector.problems)
        }
    }

    private static func read(
        _ file: ContentFile, _ overrides: Overrides, _ known: ((String) -> [String])?, now: Timestamp,
        media: @escaping MediaFinding, html: @escaping HTMLReading, _ collector: ProblemCollector
    ) -> OneOff? {
        guard let value = YAMLValue.read(file.text, into: collector) else {
            if collector.problems.isEmpty {
                collector.report(
                    line: 1, field: nil, "the file is empty", hint: "Give it a name, channels and modules.")
            }
            return nil
        }
        guard let root = MappingReader(value, path: "", keys: keys, collector: collector) else { return nil }
        let name = root.name()
        let channels = root.strings("channels") ?? []
        if channels.isEmpty { root.report("channels", "missing", hint: "Name at least one channel: [my-bot].") }
        let workspace = root.string("workspace") ?? Workspace.defaultName
        if let known = known?(workspace) {
            for channel in channels where !known.contains(channel) {
                root.report(
                    "channels", "there is no channel named \(quoted(channel)) in the workspace \(quoted(workspace))",
                    hint: Suggestion.hint(for: channel, among: known) ?? "Add it to a file of feeds/.")
            }
        }
        let layout = LayoutReader.read(root, named: name ?? "", .digest, scope: .oneOff, media: media)
        let (zone, followsPeople) = CampaignTimesReader.timeZone(root, overrides.timeZone) ?? ("UTC", false)
        let at = moment(root, overrides, zone, followsPeople: followsPeople, now: now)
        let audience = AudienceReader.read(root) ?? Audience()
        let quietHours = CampaignReader.quietHours(root)
        let expires = root.duration("expires") ?? .days(3)
        guard let name, let layout, collector.problems.isEmpty else { return nil }
        let tracksLinks = root.boolean("track") ?? true
        let utm = CampaignReader.utm(root, campaign: name)
        guard collector.problems.isEmpty else { return nil }
        guard let message = LayoutRenderer.oneOff(layout, name: name, html: html) else {
            root.report("modules", "every part comes out empty", hint: "Write what people should read.")
            return nil
        }
        var whole = utm?.added(to: message) ?? message
        // Nothing of it is a list of items.
        whole.options.isDigest = false
        var oneOff = OneOff(
            workspace: workspace, name: name, channels: channels,
            audience: audience, message: whole, at: at ?? now, timeZone: zone, followsPeople: followsPeople,
            quietHours: quietHours, expires: expires, provenance: root.provenance)
        oneOff.tracksLinks = tracksLinks
        return oneOff
    }

    /// What somebody writes who wants it at a time.
    ///
    /// - Parameters:
    ///   - text: A date and time, by the clock.
    ///   - zone: Whose clock, by the name of a time zone.
    ///   - followsPeople: By everyone's own clock.
    ///   - now: The time; what has passed is none.
    /// - Returns: When it goes; with everyone's own clocks, what they show is kept as it is.
    package static func moment(
        written text: String, zone: String, followsPeople: Bool, now: Timestamp
    ) -> Result<Timestamp, TimeFlaw> {
        // A moment with an offset is nobody's own.
        if followsPeople, WallClock.hasOffset(text) { return .failure(.unreadable) }
        guard let moment = WallClock(named: followsPeople ? "UTC" : zone).moment(written: text) else {
            return .failure(.unreadable)
        }
        // As long as there is a clock somewhere that still has it before itself.
        let latest =
            followsPeople
            ? Timestamp(seconds: Int64(WallClock(TimeZone(secondsFromGMT: -12 * 3600) ?? .gmt).wall(at: now)))
            : now - .minutes(1)
        return moment >= latest ? .success(moment) : .failure(.passed)
    }

    /// What is wrong with a time.
    package enum TimeFlaw: String, Error, Sendable {
        case unreadable = "is not a date and time"
        case passed = "has passed"

        /// What the owner can do about it.
        package var hint: String {
            switch self {
            case .unreadable: "Write 2026-12-01 09:00; it is by the time zone that goes with it."
            case .passed: "Leave it out to send now."
            }
        }
    }

    private static func moment(
        _ root: MappingReader, _ overrides: Overrides, _ zone: String, followsPeople: Bool, now: Timestamp
    ) -> Timestamp? {
        guard !overrides.ignoresTime else { return nil }
        guard let text = root.string("at") else {
            if followsPeople {
                root.report("at", "missing: everyone's own time has to be said", hint: "Write at: 2026-12-01 09:00.")
            }
            return nil
        }
        switch moment(written: text, zone: zone, followsPeople: followsPeople, now: now) {
        case .success(let moment): return moment
        case .failure(let flaw):
            root.report("at", "\(quoted(text)) \(flaw.rawValue)", hint: flaw.hint)
            return nil
        }
    }
}
