import Glibc

/// Everybody on a machine can list the arguments of its processes, so the password of a database's address is struck out
/// there as soon as it was read. Better keep the address in `TELLAL_DATABASE`: for a moment it was to be seen.
enum PasswordArguments {
    static func hide() {
        // Swift's copies are made at the first look.
        guard CommandLine.arguments.contains(where: { $0.contains("://") }) else { return }
        for place in 1..<max(Int(CommandLine.argc), 1) {
            guard let argument = CommandLine.unsafeArgv[place] else { continue }
            let bytes = UnsafeMutableBufferPointer(start: argument, count: strlen(argument))
            for index in password(in: bytes.map(UInt8.init(bitPattern:))) { bytes[index] = CChar(UInt8(ascii: "x")) }
        }
    }

    /// Where the password of `scheme://user:password@host…` stands, or of a parameter `password=`.
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
