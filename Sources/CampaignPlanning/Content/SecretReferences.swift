/// `${NAME}` in the owner's files: a value that stands in the environment or among the secrets.
enum SecretReferences {
    enum Failure: Error, Hashable {
        case missing(String)
        case malformed
    }

    /// Fills in every reference. What is filled in is not looked at again.
    static func resolve(_ text: String, secrets: (String) -> String?) -> Result<String, Failure> {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return .success(text) }
        var output = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            output += rest[..<dollar]
            rest = rest[dollar...].dropFirst()
            guard rest.first == "{" else {
                output += "$"
                continue
            }
            guard let end = rest.firstIndex(of: "}") else { return .failure(.malformed) }
            let name = String(rest[..<end].dropFirst())
            guard isName(name) else { return .failure(.malformed) }
            guard let value = secrets(name) else { return .failure(.missing(name)) }
            output += value
            rest = rest[end...].dropFirst()
        }
        return .success(output + rest)
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "_")
        }
    }
}
