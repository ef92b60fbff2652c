/// What a caller passed to a method, however it was written: query, form, multipart or JSON.
struct RequestParameters: Sendable {
    struct File: Sendable, Hashable {
        var name: String
        var type: String
        var bytes: [UInt8]
    }

    private(set) var values: [String: JSON] = [:]
    private(set) var files: [String: File] = [:]

    /// `nil` when the body is not what the Content-Type header says; without that header it is not looked at.
    init?(query: String?, contentType: String?, body: [UInt8]) {
        if let query { addForm(Array(query.utf8)) }
        guard !body.isEmpty, let contentType else { return }
        let type = contentType.lowercased()
        if type.hasPrefix("application/json") {
            guard case .object(let members)? = JSONReader.read(body) else { return nil }
            for member in members where member.value != .null { values[member.key] = member.value }
        } else if type.hasPrefix("application/x-www-form-urlencoded") {
            addForm(body)
        } else if type.hasPrefix("multipart/form-data") {
            guard let boundary = MultipartReader.boundary(of: contentType),
                let parts = MultipartReader.read(body, boundary: boundary)
            else { return nil }
            for part in parts {
                if let filename = part.filename {
                    files[part.name] = File(name: filename, type: part.type ?? "", bytes: part.content)
                } else {
                    values[part.name] = .string(String(decoding: part.content, as: UTF8.self))
                }
            }
        }
    }

    init(_ values: [String: JSON] = [:]) { self.values = values }

    subscript(name: String) -> JSON? { values[name] }

    /// The text of a parameter.
    func text(_ name: String) -> String? { values[name]?.identifier }

    /// A parameter that holds an object or a list: as such in a JSON body, as JSON in a string in a form.
    func structure(_ name: String) -> JSON? {
        guard let value = values[name] else { return nil }
        if case .string(let text) = value { return JSONReader.read(text) }
        return value
    }

    private mutating func addForm(_ bytes: [UInt8]) {
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = sides.first else { continue }
            let value = sides.count > 1 ? sides[1] : []
            values[percentDecoded(name, plusIsSpace: true)] = .string(percentDecoded(value, plusIsSpace: true))
        }
    }
}

/// Undoes percent-encoding; what is not well-formed stays as it is.
func percentDecoded(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false) -> String {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
        let byte = bytes[index]
        let rest = bytes[index...].prefix(3)
        let digits = rest.dropFirst().compactMap(hexadecimalDigit)
        if byte == UInt8(ascii: "%"), digits.count == 2 {
            output.append(digits[0] << 4 | digits[1])
            index = rest.endIndex
        } else {
            output.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            index = bytes.index(after: index)
        }
    }
    return String(decoding: output, as: UTF8.self)
}
