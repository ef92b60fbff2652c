import CLibXML2

/// Where the items of a document are: `/shop/products/product`, `//product`, `/shop/*/g:item`.
///
/// Names are compared as they are written, prefix and all. Which steps lead to an open element is kept as bits, so that
/// `//` may stand anywhere and each element costs one look at each step that may come next.
struct XMLItemPath {
    struct Malformed: Error { var message: String }

    private struct Step {
        /// Nil for any.
        var name: String?
        /// Any number of elements may come before.
        var isAnywhere: Bool
    }

    /// The steps that may come next, as bits; bit `n` of `n` steps is the item itself.
    typealias Places = UInt64

    static let start: Places = 1
    private static let longest = 1024
    private static let most = 32

    private let steps: [Step]

    init(_ text: String) throws(Malformed) {
        guard text.utf8.count <= Self.longest else {
            throw Malformed(message: "the path is longer than \(Self.longest) bytes")
        }
        let text = text.trimmedOrNil ?? ""
        guard text.utf8.first == UInt8(ascii: "/") else { throw Malformed(message: Self.help) }
        var steps: [Step] = []
        var isAnywhere = false
        for part in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst() {
            if part.isEmpty {
                guard !isAnywhere else { throw Malformed(message: Self.help) }
                isAnywhere = true
                continue
            }
            let name = String(Substring(part))
            guard name == "*" || Self.isName(name) else { throw Malformed(message: Self.help) }
            steps.append(Step(name: name == "*" ? nil : name, isAnywhere: isAnywhere))
            isAnywhere = false
        }
        guard !steps.isEmpty, !isAnywhere else { throw Malformed(message: Self.help) }
        guard steps.count <= Self.most else { throw Malformed(message: "the path has more than \(Self.most) steps") }
        self.steps = steps
    }

    private static let help =
        "it must be a path of element names from the root on, such as /shop/products/product; //product finds an element "
        + "anywhere, * stands for any name; conditions and functions cannot be used"

    private static func isName(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        return parts.count <= 2
            && parts.allSatisfy { part in
                guard let first = part.first, first >= 0x80 || first.isASCIILetter || first == UInt8(ascii: "_") else {
                    return false
                }
                return part.allSatisfy {
                    $0 >= 0x80 || $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_")
                        || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
                }
            }
    }

    // MARK: Following

    /// Where one stands within an element.
    func step(_ places: Places, _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?) -> Places {
        var next: Places = 0
        for (index, step) in steps.enumerated() where places & (1 << Places(index)) != 0 {
            if step.isAnywhere { next |= 1 << Places(index) }
            if Self.matches(step.name, local, prefix) { next |= 1 << Places(index + 1) }
        }
        return next
    }

    func isItem(_ places: Places) -> Bool { places & (1 << Places(steps.count)) != 0 }

    /// Whether an item may be expected within the element, and nowhere else: then a document may do without any.
    func isParent(_ places: Places) -> Bool {
        steps.last?.isAnywhere == false && places & (1 << Places(steps.count - 1)) != 0
    }

    /// How many elements are always open around an item.
    var outerDepth: Int { steps.count - 1 }

    private static func matches(
        _ name: String?, _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?
    ) -> Bool {
        guard let name else { return true }
        var rest = name.utf8[...]
        if let prefix {
            guard drop(prefix, from: &rest), rest.popFirst() == UInt8(ascii: ":") else { return false }
        }
        return drop(local, from: &rest) && rest.isEmpty
    }

    private static func drop(_ text: UnsafePointer<xmlChar>, from rest: inout Substring.UTF8View) -> Bool {
        var index = 0
        while text[index] != 0 {
            guard rest.first == text[index] else { return false }
            rest.removeFirst()
            index += 1
        }
        return true
    }
}
