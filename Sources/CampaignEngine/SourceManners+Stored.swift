import CampaignModel
import CampaignPlanning

/// How manners are stored: a line `name=value` for each thing that is known, times and durations in milliseconds. Each poll
/// reads them, so it has to be quick. What is not known by name is passed over.
extension SourceManners {
    init(stored text: String?) {
        self.init()
        guard let text else { return }
        var validators = (etag: String?.none, lastModified: String?.none, url: "", readAt: Timestamp?.none, version: 0)
        var rhythm = FeedRhythm()
        var gap: Duration?
        var changedAt: Timestamp?
        var hints: CacheHints?
        var target: String?
        var sightings = 0
        var moved = Moved(from: "", to: "")
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")), let name = Name(Substring(line[..<equals]))
            else {
                continue
            }
            let value = line[line.index(after: equals)...]
            switch name {
            case .etag: validators.etag = String(value)
            case .lastModified: validators.lastModified = String(value)
            case .readFrom: validators.url = String(value) ?? ""
            case .readAt: validators.readAt = value.time
            case .readBy: validators.version = Int(value.number ?? 0)
            case .rhythmMinimum: rhythm.minimumInterval = value.duration
            case .rhythmHours: rhythm.skipHours = value.list.compactMap { Int($0) }
            case .rhythmDays: rhythm.skipDays = value.list.compactMap(Weekday.init(rawValue:))
            case .usualGap: gap = value.duration
            case .changedAt: changedAt = value.time
            case .hasValidators: hints = CacheHints(fresh: hints?.fresh, hasValidators: value.number == 1)
            case .fresh: hints?.fresh = value.duration
            case .moveTarget: target = String(value)
            case .moveSightings: sightings = Int(value.number ?? 0)
            case .movedFrom: moved.from = String(value) ?? ""
            case .movedTo: moved.to = String(value) ?? ""
            case .hub: hub = String(value).map { HubOffer(hub: $0, topic: "") }
            case .topic: hub?.topic = String(value) ?? ""
            case .items: items = value.number.map(Int.init)
            case .itemsBefore: itemsBefore = value.number.map(Int.init)
            case .certificateEnds: certificateEndsAt = value.time
            case .certificateAsked: certificateAskedAt = value.time
            case .goneSince: goneSince = value.time
            }
        }
        if let readAt = validators.readAt {
            self.validators = PoliteValidators(
                etag: validators.etag, lastModified: validators.lastModified, url: validators.url,
                readerVersion: validators.version, readAt: readAt)
        }
        if !rhythm.isEmpty { self.rhythm = rhythm }
        pace = ChangePace(usualGap: gap, lastChangeAt: changedAt)
        self.hints = hints
        if let target { move = PermanentMove(target: target, sightings: sightings) }
        if !moved.to.isEmpty { self.moved = moved }
    }

    var stored: String {
        var lines = Lines()
        if let validators {
            lines.add(.etag, validators.etag)
            lines.add(.lastModified, validators.lastModified)
            lines.add(.readFrom, validators.url)
            lines.add(.readAt, validators.readAt.milliseconds)
            lines.add(.readBy, Int64(validators.readerVersion))
        }
        if let rhythm {
            lines.add(.rhythmMinimum, rhythm.minimumInterval?.milliseconds)
            lines.add(.rhythmHours, rhythm.skipHours.map { String($0) })
            lines.add(.rhythmDays, rhythm.skipDays.map(\.rawValue))
        }
        lines.add(.usualGap, pace.usualGap?.milliseconds)
        lines.add(.changedAt, pace.lastChangeAt?.milliseconds)
        if let hints {
            lines.add(.hasValidators, hints.hasValidators ? 1 : 0)
            lines.add(.fresh, hints.fresh?.milliseconds)
        }
        if let target = move.target {
            lines.add(.moveTarget, target)
            lines.add(.moveSightings, Int64(move.sightings))
        }
        lines.add(.movedFrom, moved?.from)
        lines.add(.movedTo, moved?.to)
        lines.add(.hub, hub?.hub)
        lines.add(.topic, hub?.topic)
        lines.add(.items, items.map(Int64.init))
        lines.add(.itemsBefore, itemsBefore.map(Int64.init))
        lines.add(.certificateEnds, certificateEndsAt?.milliseconds)
        lines.add(.certificateAsked, certificateAskedAt?.milliseconds)
        lines.add(.goneSince, goneSince?.milliseconds)
        return lines.text
    }
}

private enum Name: UInt8, CaseIterable {
    case etag, lastModified, readFrom, readAt, readBy, rhythmMinimum, rhythmHours, rhythmDays, usualGap, changedAt
    case hasValidators, fresh, moveTarget, moveSightings, movedFrom, movedTo, hub, topic, items, itemsBefore,
        certificateEnds
    case certificateAsked, goneSince

    private static let words = Self.allCases.map { String(describing: $0) }
    private static let byWord = Dictionary(uniqueKeysWithValues: Self.allCases.map { (Substring($0.word), $0) })

    var word: String { Self.words[Int(rawValue)] }

    init?(_ name: Substring) {
        guard let found = Self.byWord[name] else { return nil }
        self = found
    }
}

private struct Lines {
    var text = ""

    mutating func add(_ name: Name, _ value: String?) {
        // None of what is kept may hold a line's end; what did would end another value.
        guard let value, !value.utf8.contains(UInt8(ascii: "\n")) else { return }
        text += name.word
        text += "="
        text += value
        text += "\n"
    }

    mutating func add(_ name: Name, _ number: Int64?) { add(name, number.map { String($0) }) }

    mutating func add(_ name: Name, _ values: [String]) {
        if !values.isEmpty { add(name, values.joined(separator: " ")) }
    }
}

extension Substring.UTF8View {
    fileprivate var number: Int64? { Int64(Substring(self)) }
    fileprivate var time: Timestamp? { number.map(Timestamp.init(milliseconds:)) }
    fileprivate var duration: Duration? { number.map { .milliseconds($0) } }
    fileprivate var list: [String] { split(separator: UInt8(ascii: " ")).map { String(Substring($0)) } }
}
