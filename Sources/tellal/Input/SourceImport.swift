import CampaignModel
import CampaignPlanning
import FeedReading
import Foundation

/// Makes sources of the feeds that a subscription list names: each gets a name that is new, and goes into one new file.
struct SourceImport {
    struct Planned {
        var name: String
        var entry: OutlinedSource
    }

    struct Skipped {
        var entry: OutlinedSource
        var reason: String
    }

    private(set) var planned: [Planned] = []
    private(set) var skipped: [Skipped] = []
    private var names: Set<String>
    private var known: [String: String]

    /// - Parameter existing: The sources that the owner's files hold already; only those of the default workspace count.
    init(existing: [Source]) {
        let own = existing.filter { $0.workspace == Workspace.defaultName }
        names = Set(own.map(\.name))
        known = Dictionary(own.map { (Self.key($0.location), "\($0.provenance) has it already") }) { first, _ in first }
    }

    mutating func add(_ entry: OutlinedSource) {
        var entry = entry
        entry.url = Self.withoutReferences(entry.url.trimmingCharacters(in: .whitespacesAndNewlines))
        guard Self.isWebAddress(entry.url) else {
            skipped.append(Skipped(entry: entry, reason: "it is not an http(s) address"))
            return
        }
        let key = Self.key(entry.url)
        if let reason = known[key] {
            skipped.append(Skipped(entry: entry, reason: reason))
            return
        }
        known[key] = "the list names it twice"
        planned.append(Planned(name: newName(for: entry), entry: entry))
    }

    /// A name from the title, or else from the host.
    private mutating func newName(for entry: OutlinedSource) -> String {
        let host = URLComponents(string: entry.url)?.host.map { $0.hasPrefix("www.") ? String($0.dropFirst(4)) : $0 }
        let name = SourceName.of(entry.title ?? "") ?? SourceName.of(host ?? "") ?? "source"
        var candidate = name
        var number = 2
        while !names.insert(candidate).inserted {
            candidate = "\(name)-\(number)"
            number += 1
        }
        return candidate
    }

    static func isWebAddress(_ url: String) -> Bool {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            parts.host?.isEmpty == false
        else { return false }
        return scheme == "http" || scheme == "https"
    }

    /// The list is somebody else's: `${NAME}` in it must not become a secret of the owner's, and no `*` an alias in YAML.
    private static func withoutReferences(_ url: String) -> String {
        url.replacing("${", with: "%24%7B").replacing("*", with: "%2A")
    }

    /// The same for all spellings of an address.
    private static func key(_ url: String) -> String {
        guard var parts = URLComponents(string: url) else { return url }
        parts.scheme = parts.scheme?.lowercased()
        parts.host = parts.host?.lowercased()
        parts.fragment = nil
        if parts.path.isEmpty { parts.path = "/" }
        return parts.string ?? url
    }

    /// The file's text.
    ///
    /// - Throws: ``Problem`` (`bad_data`) when it would not be taken: it is too large.
    func yaml(path: String, list: String) throws(Problem) -> String {
        var text = "# The sources of \(Self.comment(list)), as `tellal sources import` found them.\nsources:\n"
        for source in planned {
            let title = Self.comment((source.entry.folder + [source.entry.title ?? ""]).joined(separator: " / "))
            let url = YAMLText.quoted(source.entry.url)
            text += "  - {name: \(source.name), url: \(url), every: auto}\(title.isEmpty ? "" : "  # \(title)")\n"
        }
        let (content, problems) = ContentReader.read(
            files: [ContentFile(path: path, text: text)], layouts: LayoutNames(), secrets: { _ in nil })
        guard problems.isEmpty, content.sources.count == planned.count else {
            throw Problem(
                .badData, problems.first?.sentence ?? "\(path) would not be read as it should",
                hint: "Split the list into several and import one after the other; nothing was written.")
        }
        return text
    }

    /// One short line.
    private static func comment(_ text: String) -> String {
        let line = Console.printable(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return String(line.replacing("*", with: "").prefix(100))
    }
}

/// Names as docs/feeds.md wants them.
enum SourceName {
    private static let longest = 40

    /// Letters and digits of the text in their plainest form, words joined by `-`; nil when none is left.
    static func of(_ text: String) -> String? {
        let plain = text.applyingTransform(.toLatin, reverse: false) ?? text
        var name = ""
        for scalar in plain.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil).unicodeScalars {
            if scalar.isASCII, scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
                name += scalar.properties.lowercaseMapping
            } else if scalar != "'", scalar != "’", !name.isEmpty, !name.hasSuffix("-") {
                name += "-"
            }
            if name.utf8.count >= longest { break }
        }
        if name.hasSuffix("-") { name.removeLast() }
        return name.isEmpty ? nil : name
    }
}
