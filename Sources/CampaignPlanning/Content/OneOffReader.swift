package import CampaignModel
import Foundation

/// Reads a message that the owner wrote by hand into a file of its own.
package enum OneOffReader {
    private static let keys =
        ["workspace", "name", "channels", "audience", "at", "time_zone", "quiet_hours", "expires", "track", "utm"]
        + LayoutReader.oneOffKeys

    /// What the command line says in the place of the file.
    package struct Overrides: Sendable {
        package var at: String?
        package var timeZone: String?

        package init(at: String? = nil, timeZone: String? = nil) {
            self.at = at
            self.timeZone = timeZone
        }
    }

    /// Reads it, and checks every string in it.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - overrides: What counts more.
    ///   - now: When it goes if nothing says when.
    ///   - media: Looks at the files beside it.
    ///   - secrets: The value of `${NAME}`, nil when there is none.
    ///   - html: Reads the HTML of its texts.
    /// - Returns: It without any problem, or the problems.
    package static func read(
        _ file: ContentFile, _ overrides: Overrides = Overrides(), now: Timestamp, media: @escaping MediaFinding,
        secrets: (String) -> String? = { _ in nil }, html: @escaping HTMLReading
    ) -> (OneOff?, [ContentProblem]) {
        withoutActuallyEscaping(secrets) { secrets in
            let collector = ProblemCollector(file: file.path, secrets: secrets, mappings: { _ in [] })
            let oneOff = read(file, overrides, now: now, media: media, html: html, collector)
            return (collector.problems.isEmpty ? oneOff : nil, collector.problems)
        }
    }

    private static func read(
        _ file: ContentFile, _ overrides: Overrides, now: Timestamp, media: @escaping MediaFinding,
        html: @escaping HTMLReading, _ collector: ProblemCollector
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
        let layout = LayoutReader.read(root, named: name ?? "", .digest, scope: .oneOff, media: media)
        let (zone, followsPeople) = CampaignTimesReader.timeZone(root, overrides.timeZone) ?? ("UTC", false)
        let at = moment(root, overrides, WallClock(named: zone), followsPeople: followsPeople, now: now)
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
        var whole = utm.map { utm in message.withLinks { utm.added(to: $0) } } ?? message
        // Nothing of it is a list of items.
        whole.options.isDigest = false
        var oneOff = OneOff(
            workspace: root.string("workspace") ?? Workspace.defaultName, name: name, channels: channels,
            audience: audience, message: whole, at: at ?? now, timeZone: zone, followsPeople: followsPeople,
            quietHours: quietHours, expires: expires, provenance: root.provenance)
        oneOff.tracksLinks = tracksLinks
        return oneOff
    }

    private static func moment(
        _ root: MappingReader, _ overrides: Overrides, _ clock: WallClock, followsPeople: Bool, now: Timestamp
    ) -> Timestamp? {
        guard let text = overrides.at ?? root.string("at") else {
            if followsPeople {
                root.report("at", "missing: everyone's own time has to be said", hint: "Write at: 2026-12-01 09:00.")
            }
            return nil
        }
        // By their own clocks, what they show is kept as it is.
        guard let moment = (followsPeople ? WallClock(.gmt) : clock).moment(written: text) else {
            root.report(
                "at", "\(quoted(text)) is not a date and time",
                hint: "Write 2026-12-01 09:00; it is by the time zone that goes with it.")
            return nil
        }
        let latest = followsPeople ? WallClock(TimeZone(secondsFromGMT: -12 * 3600) ?? .gmt).wall(at: now) : nil
        guard moment >= latest.map({ Timestamp(seconds: Int64($0)) }) ?? (now - .minutes(1)) else {
            root.report("at", "\(quoted(text)) has passed", hint: "Leave it out to send now.")
            return nil
        }
        return moment
    }
}
