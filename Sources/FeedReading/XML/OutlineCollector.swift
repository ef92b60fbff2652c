import CampaignModel

/// What was found in a list of subscriptions so far.
struct OutlineCollector {
    var outlines = Outlines()
    /// Outlines that came, whatever is in them.
    var count = 0

    private let limits: ReadLimits
    private var seen: Set<String> = []

    init(_ limits: ReadLimits) { self.limits = limits }

    /// Adds a source, once for each address.
    mutating func add(_ address: String, title: String?, folder: [String] = [], categories: [String] = []) {
        guard let url = url(address, title) else { return }
        outlines.sources.append(OutlinedSource(title: title, url: url, folder: folder, categories: categories))
    }

    mutating func add(list address: String, title: String?) {
        guard let url = url(address, title) else { return }
        outlines.lists.append(OutlinedPage(title: title, url: url))
    }

    mutating func add(page address: String, title: String?) {
        guard let url = url(address, title) else { return }
        outlines.pages.append(OutlinedPage(title: title, url: url))
    }

    /// Puts a folder around the sources from an index on.
    mutating func enclose(from index: Int, in folder: String) {
        for index in index..<max(index, outlines.sources.count) { outlines.sources[index].folder.insert(folder, at: 0) }
    }

    /// The absolute address; nil, and a warning, for one that nobody can fetch; nil for one that came before.
    private mutating func url(_ address: String, _ title: String?) -> String? {
        guard let url = AddressText.absolute(Self.unwrapped(address), base: nil) else {
            if outlines.warnings.count < limits.warnings {
                let name = title ?? address
                let message = "“\(address.prefix(200))” is no http or https address; it was left out"
                outlines.warnings.append(
                    ReadWarning(
                        item: String(name.prefix(200)).printable, code: "bad_address", message: message.printable))
            }
            return nil
        }
        return seen.insert(url).inserted ? url : nil
    }

    /// `feed://a` is `http://a`, `feed:https://a` is `https://a`.
    private static func unwrapped(_ address: String) -> String {
        let scheme = address.prefix(7)
        guard String(scheme).asciiLowercased.hasPrefix("feed:") else { return address }
        let rest = String(address.dropFirst("feed:".count))
        return rest.hasPrefix("//") ? "http:" + rest : rest
    }

    /// The paths of a `category` attribute: `/a/b, c` holds `a/b` and `c`.
    static func categories(_ text: String) -> [String] {
        var paths: [String] = []
        for part in text.split(separator: ",") {
            let levels = part.split(separator: "/").compactMap { String($0).collapsed.trimmedOrNil }
            let path = levels.joined(separator: "/")
            // An attribute is never longer than a start tag, so there are only so many.
            if !path.isEmpty, paths.count < 256, !paths.contains(path) { paths.append(path) }
        }
        return paths
    }
}
