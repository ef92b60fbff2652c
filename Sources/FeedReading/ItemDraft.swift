import CampaignModel

/// An item while its elements come in: texts as stated, addresses not yet resolved. A class, so that a field is set
/// without copying the others.
final class ItemDraft {
    /// An address and the `xml:base` it was stated under.
    struct Address {
        var text: String
        var base: String?

        func absolute(_ base: String?) -> String? { WebAddress.absolute(text, base: self.base ?? base) }
    }

    struct File {
        var address: Address
        var type: String?
        var length: String?
        /// Media RSS's own word: image, audio, video …
        var medium: String?

        var isImage: Bool {
            if medium?.asciiLowercased == "image" { return true }
            return medium == nil && type?.asciiLowercased.hasPrefix("image/") == true
        }
    }

    var id: String?
    var title: String?
    var summary: String?
    var content: String?
    /// The `xml:base` of the HTML fields, for the pictures in them.
    var htmlBase: String?
    /// Possible links, the best first.
    var links: [(rank: Int, address: Address)] = []
    var authors: [String] = []
    var categories: [String] = []
    var published: (rank: Int, text: String)?
    var updated: (rank: Int, text: String)?
    /// Pictures stated as such, with their rank: the lower the better.
    var images: [(rank: Int, address: Address)] = []
    var files: [File] = []
    var product: ProductDraft?

    /// Takes the text with the lowest rank; of equals the first.
    func publish(_ text: String?, rank: Int) {
        if let text, published.map({ rank < $0.rank }) ?? true { published = (rank, text) }
    }

    func update(_ text: String?, rank: Int) {
        if let text, updated.map({ rank < $0.rank }) ?? true { updated = (rank, text) }
    }

    /// Adds an author as a plain name.
    func author(_ text: String?, limit: Int) {
        guard let name = text.flatMap(PersonText.name), !authors.contains(name), authors.count < limit else { return }
        authors.append(name)
    }

    func category(_ text: String?, limit: Int) {
        guard let text, !text.isEmpty, categories.count < limit, !categories.contains(text) else { return }
        categories.append(text)
    }

    func link(_ text: String?, rank: Int, base: String?) {
        guard let text, links.count < 32 else { return }
        links.append((rank, Address(text: text, base: base)))
    }

    func image(_ text: String?, rank: Int, base: String?, limit: Int) {
        guard let text, images.count < limit else { return }
        images.append((rank, Address(text: text, base: base)))
    }

    func file(_ url: String?, type: String?, length: String?, medium: String?, base: String?, limit: Int) {
        guard let url = url?.trimmedOrNil, files.count < limit else { return }
        files.append(
            File(
                address: Address(text: url, base: base), type: type?.trimmedOrNil, length: length, medium: medium))
    }
}

/// The product's fields as stated.
final class ProductDraft {
    var price: String?
    var salePrice: String?
    var saleWindow: String?
    var availability: String?
    var condition: String?
    var brand: String?
    var gtin: String?
    var mpn: String?
    var sku: String?
    var groupID: String?
    var productType: String?
    var googleCategory: String?
    /// Set for an element that is there, but empty.
    var hasEmptyPrice = false
}

/// Names of people in feeds: `mail@example.com (Name)`, `Name <mail@example.com>`, or just the name.
enum PersonText {
    static func name(_ text: String) -> String? {
        let text = text.collapsed
        if text.hasSuffix(")"), let open = text.lastIndex(of: "("), text[..<open].contains("@") {
            let name = String(text[text.index(after: open)...].dropLast())
            if let name = name.trimmedOrNil { return name }
            return String(text[..<open]).trimmedOrNil
        }
        if text.hasSuffix(">"), let open = text.lastIndex(of: "<"), let name = String(text[..<open]).trimmedOrNil {
            return name
        }
        return text.trimmedOrNil
    }
}
