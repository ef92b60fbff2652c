import CPostgres
import CampaignModel

/// A statement as a server keeps it for one connection.
struct PreparedStatement {
    let name: String
    /// Of its parameters: what we said, and where a value was NULL then, what the server made of it.
    var types: [Oid]

    /// - Parameters:
    ///   - name: Unique for the connection.
    ///   - sql: Its text.
    ///   - arguments: The first that it is used with.
    init(name: String, sql: String, for arguments: [SQLValue]) {
        self.name = name
        // The server wants to know the type of a parameter even where the text does not use it.
        types = arguments.enumerated().map { index, argument in
            argument == .null && !Self.uses(index + 1, in: sql) ? PostgresType.text : argument.postgresType
        }
    }

    private static func uses(_ number: Int, in sql: String) -> Bool {
        let mark = "$\(number)"
        return sql.ranges(of: mark).contains { range in
            range.upperBound == sql.endIndex || !sql[range.upperBound].isNumber
        }
    }

    /// Whether these values can go in as they are.
    func takes(_ arguments: [SQLValue]) -> Bool {
        arguments.count == types.count
            && zip(arguments, types).allSatisfy { argument, type in
                switch argument {
                case .null: true
                case .integer: type == PostgresType.int8
                case .text: type == PostgresType.text
                case .bytes: type == PostgresType.bytes
                }
            }
    }
}

extension SQLValue {
    /// 0 lets the server decide by where it stands.
    var postgresType: Oid {
        switch self {
        case .null: 0
        case .integer: PostgresType.int8
        case .text: PostgresType.text
        case .bytes: PostgresType.bytes
        }
    }
}

/// Values in the binary form in which they go to the server.
struct BoundValues {
    private var bytes: [UInt8] = []
    /// Where each begins; nil for NULL.
    private var starts: [Int?] = []
    private var lengths: [Int32] = []

    init(_ arguments: [SQLValue], as types: [Oid]) {
        starts.reserveCapacity(arguments.count)
        lengths.reserveCapacity(arguments.count)
        for argument in arguments {
            let start = bytes.count
            switch argument {
            case .null: break
            case .integer(let number): withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
            case .text(let text):
                // PostgreSQL has no U+0000 in a text; it means nothing in ours either.
                if text.utf8.contains(0) {
                    bytes.append(contentsOf: text.replacing("\u{0}", with: "\u{FFFD}").utf8)
                } else {
                    bytes.append(contentsOf: text.utf8)
                }
            case .bytes(let raw): bytes.append(contentsOf: raw)
            }
            starts.append(argument == .null ? nil : start)
            lengths.append(Int32(bytes.count - start))
        }
        // An empty value needs an address, too, or it would be NULL.
        bytes.append(0)
    }

    func withPointers<Value>(
        _ body: ([UnsafePointer<CChar>?], [Int32], [Int32]) -> Value
    ) -> Value {
        bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers = starts.map { start in start.flatMap { start in base.map { $0 + start } } }
            return body(pointers, lengths, Array(repeating: 1, count: starts.count))
        }
    }
}
