import Glibc

/// Overwrites the password of a database's address in the process arguments, which all users of a machine can list. It
/// is visible until then, so `TELLAL_DATABASE` is the better place for the address.
enum PasswordArguments {
    static func hide() {
        // The first access makes Swift's own copies of the arguments.
        guard CommandLine.arguments.contains(where: { $0.contains("://") }) else { return }
        for place in 1..<max(Int(CommandLine.argc), 1) {
            guard let argument = CommandLine.unsafeArgv[place] else { continue }
            let bytes = UnsafeMutableBufferPointer(start: argument, count: strlen(argument))
            for index in password(in: bytes.map(UInt8.init(bitPattern:))) { bytes[index] = CChar(UInt8(ascii: "x")) }
        }
    }

    /// The range of the password in `scheme://user:password@host…`, or of a parameter `password=`.
    static func password(in text: [UInt8]) -> Range<Int> {
        let none = 0..<0
        guard let scheme = place(of: "://", in: text[...]) else { return none }
        let rest = text[(scheme + 3)...]
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        if let at = authority.lastIndex(of: UInt8(ascii: "@")),
            let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":"))
        {
            return colon + 1..<at
        }
        guard let parameter = place(of: "password=", in: rest) else { return none }
        let start = parameter + "password=".utf8.count
        return start..<(text[start...].firstIndex(of: UInt8(ascii: "&")) ?? text.count)
    }

    private static func place(of word: StaticString, in text: ArraySlice<UInt8>) -> Int? {
        let word = Array(word.description.utf8)
        return text.indices.first { text[$0...].starts(with: word) }
    }
}
