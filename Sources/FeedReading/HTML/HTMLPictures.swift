import Glibc

extension HTMLText {
    /// The pictures, in order and without repetition, as absolute addresses; `data:` pictures, tracking pixels and
    /// emoji are left out. At most 100.
    ///
    /// Of a picture in several sizes the largest is taken, and of formats that messengers may refuse only what comes in
    /// no other. Pages that load pictures late name them in `data-src` and the like, which count before `src`.
    package static func images(html: String, base: String?) -> [String] {
        var html = html
        return html.withUTF8 { images(html: $0, base: base) }
    }

    /// The same of bytes in UTF-8. Without `<img` nothing but a search is made.
    static func images(html: UnsafeBufferPointer<UInt8>, base: String?) -> [String] {
        guard mayHavePicture(html) else { return [] }
        let finder = PictureFinder(base: base)
        HTMLPushParser.parse(html, into: finder)
        return finder.images
    }

    private static func mayHavePicture(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        var start = 0
        while start + 4 < bytes.count, let found = memchr(base + start, 0x3C, bytes.count - start) {
            start = UnsafeRawPointer(found) - UnsafeRawPointer(base) + 1
            // `img` and `image`.
            if start + 1 < bytes.count, bytes[start] | 0x20 == 0x69, bytes[start + 1] | 0x20 == 0x6D { return true }
        }
        return false
    }
}

/// Collects the pictures of a page.
private final class PictureFinder: HTMLReceiver {
    static let interest = HTMLInterest(
        names: HTMLNames([.image, .source, .picture]), attributed: HTMLNames([.image, .source]),
        attributes: [
            .src, .srcset, .dataSrc, .dataSrcset, .dataLazySrc, .dataOriginal, .width, .height, .style, .kind, .type,
        ], wantsText: false)

    private static let most = 100

    private let base: String?
    private(set) var images: [String] = []
    /// What the sources of the `<picture>` offer that is open.
    private var offered: SourceSet.Candidate?
    private var offeredElsewise: SourceSet.Candidate?

    init(base: String?) { self.base = base }

    func text(_: UnsafeBufferPointer<UInt8>) {}

    func start(_ name: HTMLName, _ attributes: HTMLAttributes) {
        guard images.count < Self.most else { return }
        switch name {
        case .picture: forget()
        case .source: offer(attributes)
        case .image:
            add(attributes)
            forget()
        default: break
        }
    }

    func end(_ name: HTMLName) {
        guard name == .picture else { return }
        // A picture without `<img>` is none to browsers, but its sources are all there is.
        if let candidate = offered ?? offeredElsewise, let image = usable(candidate.address) { keep(image) }
        forget()
    }

    private func forget() {
        offered = nil
        offeredElsewise = nil
    }

    private func offer(_ attributes: HTMLAttributes) {
        guard let best = SourceSet.best(attributes[.dataSrcset]) ?? SourceSet.best(attributes[.srcset]) else { return }
        switch attributes[.type]?.asciiLowercased.trimmedOrNil {
        case nil, "image/jpeg"?, "image/jpg"?, "image/png"?: if best.size > offered?.size ?? 0 { offered = best }
        default: if best.size > offeredElsewise?.size ?? 0 { offeredElsewise = best }
        }
    }

    private func add(_ attributes: HTMLAttributes) {
        guard !PictureRules.isPixel(attributes), !PictureRules.isEmoji(kind: attributes[.kind]) else { return }
        var sized = SourceSet.best(attributes[.dataSrcset]) ?? SourceSet.best(attributes[.srcset])
        // A source that states no size stands for other screens, not for a better picture.
        if let offered, offered.size > sized?.size ?? 1 { sized = offered }
        let candidates = [
            sized?.address, attributes[.dataSrc], attributes[.dataLazySrc], attributes[.dataOriginal],
            attributes[.src], offered?.address,
            offeredElsewise?.address,
        ]
        for case let candidate? in candidates {
            guard let address = AddressText.absolute(candidate, base: base) else { continue }
            // A pixel among the addresses of a picture makes it no picture.
            if PictureRules.isPicture(address) { keep(address) }
            return
        }
    }

    private func usable(_ candidate: String) -> String? {
        AddressText.absolute(candidate, base: base).flatMap { PictureRules.isPicture($0) ? $0 : nil }
    }

    private func keep(_ image: String) {
        if images.count < Self.most, !images.contains(image) { images.append(image) }
    }
}

/// The candidates of a `srcset`: `a.jpg 480w, b.jpg 800w`.
enum SourceSet {
    struct Candidate: Equatable {
        var address: String
        /// Width or density; 1 where none is stated.
        var size: Double
    }

    private static let most = 32

    /// The largest candidate; of equals the first. `data:` addresses are no candidates.
    static func best(_ text: String?) -> Candidate? {
        guard let text, !text.isEmpty else { return nil }
        let bytes = Array(text.utf8)
        var best: Candidate?
        var index = 0
        var count = 0
        while index < bytes.count, count < most {
            while index < bytes.count, bytes[index].isXMLSpace || bytes[index] == UInt8(ascii: ",") { index += 1 }
            let start = index
            // An address may hold commas, but not end with one.
            while index < bytes.count, !bytes[index].isXMLSpace { index += 1 }
            var end = index
            while end > start, bytes[end - 1] == UInt8(ascii: ",") { end -= 1 }
            let descriptor = index
            if end == index { while index < bytes.count, bytes[index] != UInt8(ascii: ",") { index += 1 } }
            guard end > start else { continue }
            count += 1
            let size = size(bytes[descriptor..<max(descriptor, index)])
            let address = String(decoding: bytes[start..<end], as: UTF8.self)
            if size > best?.size ?? 0, !address.prefix(5).asciiLowercasedPrefix("data:") {
                best = Candidate(address: address, size: size)
            }
        }
        return best
    }

    /// A number with one digit behind the point that counts; 1 when there is none.
    private static func size(_ bytes: ArraySlice<UInt8>) -> Double {
        let digits = bytes.drop { $0.isXMLSpace }.prefix { $0.isASCIIDigit || $0 == UInt8(ascii: ".") }.prefix(12)
        return Double(String(decoding: digits, as: UTF8.self)) ?? 1
    }
}

/// Which pictures are none.
enum PictureRules {
    /// Sides up to this, in pixels, are those of counters, icons and spacers.
    private static let smallest = 30

    /// True for a picture whose tag says that it is not to be seen.
    static func isPixel(_ attributes: HTMLAttributes) -> Bool {
        for side in [attributes[.width], attributes[.height]] {
            guard let side = side?.trimmedOrNil, !side.hasSuffix("%") else { continue }
            if let pixels = Int(side.prefix { $0.isASCII && $0.isNumber }), pixels <= smallest { return true }
        }
        guard let style = attributes[.style] else { return false }
        return style.asciiLowercased.split(separator: ";").prefix(64).contains { declaration in
            let parts = declaration.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, ["width", "height"].contains(String(parts[0]).collapsed) else { return false }
            let value = String(parts[1]).collapsed
            let number = value.prefix { $0.isASCII && $0.isNumber }
            guard let pixels = Int(number), pixels <= smallest else { return false }
            let unit = value.dropFirst(number.count)
            return unit.isEmpty || unit.hasPrefix("px") || unit.hasPrefix(" ") || unit.hasPrefix("!")
        }
    }

    static func isEmoji(kind: String?) -> Bool {
        guard let kind = kind?.asciiLowercased else { return false }
        return kind.containsText("emoji") || kind.containsText("smiley")
    }

    private static let marks: [StaticString] = [
        "/emoji/", "twemoji", "wp-smiley", "/smilies/", "/~r/", "feeds.feedburner.com/~", "//pixel.", "/b.gif?",
        "doubleclick.net/", "feedsportal.com/", "/pixel.", "/pixel?", "/pixel/",
    ]

    /// False for the addresses of emoji and of counters.
    static func isPicture(_ address: String) -> Bool {
        var address = address.asciiLowercased
        return address.withUTF8 { bytes in
            !bytes.endsWithWord("/pixel") && !marks.contains { bytes.contains(text: $0) }
        }
    }
}

extension StringProtocol {
    fileprivate func asciiLowercasedPrefix(_ prefix: String) -> Bool { String(self).asciiLowercased == prefix }
}
