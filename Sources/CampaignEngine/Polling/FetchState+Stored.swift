import CampaignModel
import CampaignPlanning

/// The stored form: one line `name=value` for each known field, times and durations in milliseconds. Each poll reads
/// it, so parsing has to be fast. Unknown names are skipped.
extension FetchState {
    init(stored text: String?) {
        self.init()
        guard var text else { return }
        text.withUTF8 { read(StoredLines($0)) }
    }

    private mutating func read(_ stored: StoredLines) {
        var lines = stored
        var validators = (etag: String?.none, lastModified: String?.none, url: "", readAt: Timestamp?.none, version: 0)
        var rhythm = FeedRhythm()
        var gap: Duration?
        var changedAt: Timestamp?
        var hints: CacheHints?
        var target: String?
        var sightings = 0
        var moved = Moved(from: "", to: "")
        while let (name, value) = lines.next() {
            switch name {
            case .etag: validators.etag = value.text
            case .lastModified: validators.lastModified = value.text
            case .readFrom: validators.url = value.text
            case .readAt: validators.readAt = value.time
            case .readBy: validators.version = Int(value.number ?? 0)
            case .rhythmMinimum: rhythm.minimumInterval = value.duration
            case .rhythmHours: rhythm.skipHours = value.list.compactMap { Int($0) }
            case .rhythmDays: rhythm.skipDays = value.list.compactMap(Weekday.init(rawValue:))
            case .usualGap: gap = value.duration
            case .changedAt: changedAt = value.time
            case .hasValidators: hints = CacheHints(fresh: hints?.fresh, hasValidators: value.number == 1)
            case .fresh: hints?.fresh = value.duration
            case .moveTarget: target = value.text
            case .moveSightings: sightings = Int(value.number ?? 0)
            case .movedFrom: moved.from = value.text
            case .movedTo: moved.to = value.text
            case .hub: hub = HubOffer(hub: value.text, topic: "")
            case .topic: hub?.topic = value.text
            case .items: items = value.number.map(Int.init)
            case .itemsBefore: itemsBefore = value.number.map(Int.init)
            case .certificateEnds: certificateEndsAt = value.time
            case .certificateAsked: certificateAskedAt = value.time
            case .goneSince: goneSince = value.time
            case .openEnds: openEnds = value.number.map(Int.init)
            }
        }
        if let readAt = validators.readAt {
            self.validators = HTTPValidators(
                etag: validators.etag, lastModified: validators.lastModified, url: validators.url,
                readerVersion: validators.version, readAt: readAt)
        }
        if !rhythm.isEmpty { self.rhythm = rhythm }
        changeRate = ChangeRate(usualGap: gap, lastChangeAt: changedAt)
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
        lines.add(.usualGap, changeRate.usualGap?.milliseconds)
        lines.add(.changedAt, changeRate.lastChangeAt?.milliseconds)
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
        lines.add(.openEnds, openEnds.map(Int64.init))
        return lines.text
    }
}

private enum Name: UInt8, CaseIterable {
    case etag, lastModified, readFrom, readAt, readBy, rhythmMinimum, rhythmHours, rhythmDays, usualGap, changedAt
    case hasValidators, fresh, moveTarget, moveSightings, movedFrom, movedTo, hub, topic, items, itemsBefore
    case certificateEnds, certificateAsked, goneSince, openEnds

    static let words = Self.allCases.map { String(describing: $0) }

    var word: String { Self.words[Int(rawValue)] }
}

/// Reads the lines that ``Lines`` writes.
private struct StoredLines {
    private var rest: Slice<UnsafeBufferPointer<UInt8>>
    /// Index of the name that is expected next; names mostly come in order, which saves a search.
    private var expected = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { rest = bytes[...] }

    mutating func next() -> (Name, StoredValue)? {
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            let line = rest[..<end]
            rest = rest[min(end + 1, rest.endIndex)...]
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")), let name = name(line[..<equals]) else {
                continue
            }
            return (name, StoredValue(bytes: line[(equals + 1)...]))
        }
        return nil
    }

    private mutating func name(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Name? {
        let count = Name.words.count
        for step in 0..<count {
            let place = (expected + step) % count
            guard Name.words[place].utf8.elementsEqual(bytes) else { continue }
            expected = place + 1
            return Name(rawValue: UInt8(place))
        }
        return nil
    }
}

private struct StoredValue {
    let bytes: Slice<UnsafeBufferPointer<UInt8>>

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var number: Int64? { Int64(text) }
    var time: Timestamp? { number.map(Timestamp.init(milliseconds:)) }
    var duration: Duration? { number.map { .milliseconds($0) } }
    var list: [String] { text.split(separator: " ").map(String.init) }
}

private struct Lines {
    var text = ""

    mutating func add(_ name: Name, _ value: String?) {
        // A value with a line break is not stored: the rest of it would be read as another field.
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
