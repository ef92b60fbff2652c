import CampaignModel

/// A document in our own terms as JSON Lines: what `tellal parse --json` prints.
///
/// The lines are those of a `JSONEncoder` with sorted keys and slashes as they are, at a tenth of its time: a large
/// catalog is printed as fast as it is read. What the document does not state is left out.
package enum NeutralForm {
    /// Adds a line with its line break.
    package static func write(_ event: ReadEvent, to bytes: inout [UInt8]) {
        var line = JSONLine(bytes: bytes)
        // The line has the only reference, so that it grows in place.
        bytes = []
        line.object { line in
            switch event {
            case .feed(let feed): line.member("feed") { $0.object { $0.add(feed) } }
            case .item(let item): line.member("item") { $0.object { $0.add(item) } }
            case .found(let found): line.member("item") { $0.object { $0.add(found.item()) } }
            case .end(let end): line.member("end") { $0.object { $0.add(end) } }
            }
        }
        bytes = line.bytes
        bytes.append(UInt8(ascii: "\n"))
    }

    /// One line, without its line break.
    package static func line(_ event: ReadEvent) -> String {
        var bytes: [UInt8] = []
        write(event, to: &bytes)
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }
}

// Names are in the order of the alphabet.
extension JSONLine {
    fileprivate mutating func add(_ feed: FeedDescription) {
        add("description", feed.description)
        add("format", feed.format.rawValue)
        add("hub", feed.hub)
        add("image", feed.image)
        add("language", feed.language)
        add("link", feed.link)
        add("next", feed.next)
        if let rhythm = feed.rhythm { member("rhythm") { $0.object { $0.add(rhythm) } } }
        add("self", feed.selfLink)
        add("title", feed.title)
        add("updated", feed.updated?.description)
    }

    private mutating func add(_ rhythm: FeedRhythm) {
        add("minimum_seconds", rhythm.minimumInterval?.components.seconds)
        if !rhythm.skipDays.isEmpty { add("skip_days", rhythm.skipDays.map(\.rawValue)) }
        if !rhythm.skipHours.isEmpty { add("skip_hours", rhythm.skipHours.map(Int64.init)) }
    }

    fileprivate mutating func add(_ end: DocumentEnd) {
        add("complete", end.complete)
        add("items", Int64(end.items))
        member("warnings") { line in
            line.array(end.warnings) { line, warning in
                line.object { line in
                    line.add("code", warning.code)
                    line.add("item", warning.item)
                    line.add("message", warning.message)
                }
            }
        }
    }
}
