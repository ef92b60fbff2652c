import CampaignModel

/// HTML fields in other shapes: as rich text, as plain text, and the pictures in it.
package enum HTMLText {
    static let voidElements: Set<String> = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
    ]

    /// The text alone: blocks on lines of their own, script and style left out, white space collapsed.
    package static func plainText(html: String) -> String {
        guard html.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else {
            return html.collapsed
        }
        return richText(html: html, base: nil).plainText.trimmedOrNil ?? ""
    }

    /// One line of plain text, for titles.
    static func line(html: String) -> String { plainText(html: html).collapsed }

    static func escape(_ text: String) -> String { RichText.escapeHTML(text) }

    /// The pictures, in order and without repetition, as absolute addresses; `data:` pictures, tracking pixels and
    /// emoji are left out.
    package static func images(html: String, base: String?) -> [String] {
        guard html.containsText("<img") || html.containsText("<IMG") || html.containsText("<Img") else { return [] }
        var images: [String] = []
        var tokenizer = HTMLTokenizer(html)
        while let token = tokenizer.next(), images.count < 100 {
            guard case .start("img", let attributes) = token, let image = address(attributes, base: base),
                !images.contains(image)
            else { continue }
            images.append(image)
        }
        return images
    }

    private static func address(_ attributes: HTMLAttributes, base: String?) -> String? {
        for side in ["width", "height"] {
            if let pixels = attributes[side].flatMap({ Int($0.prefix { $0.isASCII && $0.isNumber }) }), pixels <= 30 {
                return nil
            }
        }
        if let kind = attributes["class"]?.asciiLowercased, kind.containsText("emoji") || kind.containsText("smiley") {
            return nil
        }
        let candidates = [largest(attributes["srcset"]), attributes["src"], attributes["data-src"]]
        for case let candidate? in candidates where !candidate.isEmpty {
            guard let address = WebAddress.absolute(candidate, base: base) else { continue }
            return address.containsText("/emoji/") ? nil : address
        }
        return nil
    }

    /// The best candidate of a `srcset`: `a.jpg 480w, b.jpg 800w`.
    private static func largest(_ srcset: String?) -> String? {
        var best: (address: String, size: Double)?
        for candidate in (srcset ?? "").split(separator: ",").prefix(32) {
            let words = candidate.split(whereSeparator: \.isWhitespace)
            guard let address = words.first else { continue }
            let size = words.count > 1 ? Double(words[1].dropLast()) ?? 1 : 1
            if size > best?.size ?? 0 { best = (String(address), size) }
        }
        return best?.address
    }
}
