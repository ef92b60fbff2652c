/// Reads JSON in pieces of any size, without a tree, and tells a handler what comes.
///
/// Parser and handler are values that only one place holds: the compiler then knows that nobody else changes them.
///
/// Time is linear, and memory is that of one string at most. What is no JSON but meant is read all the same: commas too
/// many, control characters and whatever ``JSONText`` lets through. What follows the outermost value is not read.
struct JSONPushParser<Handler: JSONHandler> {
    private enum State: UInt8 {
        /// A value must come.
        case value
        /// A value or the end of the array.
        case element
        /// A key or the end of the object.
        case key
        case colon
        /// A comma or the end of the container.
        case next
        // Within a token whose beginning was in an earlier piece.
        case inString, inKey, inNumber, inWord
        case done
    }

    private(set) var handler: Handler
    private let limits: ReadLimits
    private var names: JSONNames
    private var text: JSONText
    private var state = State.value
    /// The open containers, outermost first: true for objects.
    private var containers: [Bool] = []
    private var lines = 1
    /// A number or word that began in an earlier piece.
    private var token: [UInt8] = []

    /// What is wrong with the document, and in which line.
    private(set) var failure: (message: String, line: Int)?

    /// The names are those that the handler knows the numbers of; the document may bring `limits.names` more.
    init(_ handler: Handler, names: JSONNames, limits: ReadLimits) {
        self.handler = handler
        self.names = JSONNames(names, adding: limits.names)
        self.limits = limits
        text = JSONText(limit: limits.fieldBytes)
        containers.reserveCapacity(limits.depth)
    }

    /// True when the outermost value is complete.
    var isDone: Bool { state == .done }
    /// Whether bytes in strings were no UTF-8 and became U+FFFD.
    var sawBadBytes: Bool { text.sawBadBytes }
    /// The line that is being read, from 1.
    var line: Int { lines + text.lines }

    mutating func push(_ bytes: UnsafeBufferPointer<UInt8>) {
        var index = 0
        while index < bytes.count, state != .done, failure == nil, !handler.isOver {
            switch state {
            case .inString, .inKey: readText(bytes, &index)
            case .inNumber, .inWord: readToken(bytes, &index)
            default: readStructure(bytes, &index)
            }
        }
    }

    /// No more bytes will come.
    mutating func finish() {
        guard state != .done, failure == nil, !handler.isOver else { return }
        fail("the document ends before its last value is complete; it was cut")
    }

    private mutating func fail(_ message: String) {
        if failure == nil { failure = (message, line) }
    }

    // MARK: Structure

    private mutating func readStructure(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
        while index < bytes.count, Self.isBlank(bytes[index]) {
            if bytes[index] == 0x0A { lines += 1 }
            index += 1
        }
        guard index < bytes.count else { return }
        let byte = bytes[index]
        switch state {
        case .value: startValue(byte, bytes, &index)
        case .element:
            switch byte {
            case UInt8(ascii: "]"): end(object: false, &index)
            case UInt8(ascii: ","): index += 1
            default: startValue(byte, bytes, &index)
            }
        case .key:
            switch byte {
            case UInt8(ascii: "\""): startText(.inKey, bytes, &index)
            case UInt8(ascii: "}"): end(object: true, &index)
            case UInt8(ascii: ","): index += 1
            default: failAt(byte, "a key")
            }
        case .colon:
            guard byte == UInt8(ascii: ":") else { return failAt(byte, "a colon") }
            index += 1
            state = .value
        default:
            switch byte {
            case UInt8(ascii: ","):
                index += 1
                state = containers.last == true ? .key : .element
            case UInt8(ascii: "}"): end(object: true, &index)
            case UInt8(ascii: "]"): end(object: false, &index)
            default: failAt(byte, "a comma")
            }
        }
    }

    /// White space, control characters, and the bytes of a byte order mark and of a no-break space: no token has them.
    private static func isBlank(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0xEF || byte == 0xBB || byte == 0xBF || byte == 0xC2 || byte == 0xA0
    }

    private mutating func startValue(_ byte: UInt8, _ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
        switch byte {
        case UInt8(ascii: "\""): startText(.inString, bytes, &index)
        case UInt8(ascii: "{"): start(object: true, &index)
        case UInt8(ascii: "["): start(object: false, &index)
        case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), 0x30...0x39:
            startToken(.inNumber, bytes, &index)
        case _ where byte.isASCIILetter: startToken(.inWord, bytes, &index)
        default: failAt(byte, "a value")
        }
    }

    private mutating func start(object: Bool, _ index: inout Int) {
        guard containers.count < limits.depth else { return fail("its values are nested deeper than \(limits.depth)") }
        index += 1
        containers.append(object)
        if object {
            state = .key
            handler.startObject()
        } else {
            state = .element
            handler.startArray()
        }
    }

    private mutating func end(object: Bool, _ index: inout Int) {
        guard containers.last == object else {
            return failAt(UInt8(ascii: object ? "}" : "]"), containers.last == true ? "“}”" : "“]”")
        }
        index += 1
        containers.removeLast()
        endValue()
        if object { handler.endObject() } else { handler.endArray() }
    }

    private mutating func endValue() { state = containers.isEmpty ? .done : .next }

    private mutating func failAt(_ byte: UInt8, _ expected: String) {
        let there =
            byte > 0x20 && byte < 0x7F
            ? "“\(Character(Unicode.Scalar(byte)))”" : "the byte 0x\(String(byte, radix: 16, uppercase: true))"
        fail("it is not JSON: \(there) stands where \(expected) belongs")
    }

    // MARK: Strings and keys

    /// Most strings stand in one piece as they are: those are handed on from where they stand.
    private mutating func startText(_ kind: State, _ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
        let start = index + 1
        let end = JSONText.plainEnd(bytes, from: start)
        if end < bytes.count, bytes[end] == UInt8(ascii: "\"") {
            index = end + 1
            let whole = UnsafeBufferPointer(rebasing: bytes[start..<end])
            if whole.count <= limits.fieldBytes { return endText(kind, whole, isCut: false) }
            return endText(kind, JSONText.cut(whole, to: limits.fieldBytes), isCut: true)
        }
        index = start
        text.begin()
        state = kind
        readText(bytes, &index)
    }

    private mutating func readText(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
        guard text.scan(bytes, &index) else { return }
        // Taken out for the call, so that the parser is free to change.
        let whole = text.takeBuffer()
        whole.withUnsafeBufferPointer { endText(state, $0, isCut: text.isCut) }
        text.giveBack(whole)
    }

    private mutating func endText(_ kind: State, _ bytes: UnsafeBufferPointer<UInt8>, isCut: Bool) {
        if kind == .inString {
            endValue()
            return handler.string(bytes, isCut: isCut)
        }
        state = .colon
        let name = JSONText.cut(bytes, to: JSONNames.longest)
        guard let number = names.number(of: name) else {
            return fail("it has more than \(limits.names) different keys")
        }
        handler.key(number, name)
    }

    // MARK: Numbers and words

    private static var longestToken: Int { 1024 }

    private mutating func startToken(_ kind: State, _ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
        let start = index
        while index < bytes.count, Self.isToken(bytes[index]) { index += 1 }
        let piece = UnsafeBufferPointer(rebasing: bytes[start..<index])
        if index < bytes.count { return endToken(kind, piece) }
        token.removeAll(keepingCapacity: true)
        state = kind
        keep(piece)
    }

    private mutating func readToken(_ bytes: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
        let start = index
        while index < bytes.count, Self.isToken(bytes[index]) { index += 1 }
        keep(UnsafeBufferPointer(rebasing: bytes[start..<index]))
        guard index < bytes.count, failure == nil else { return }
        let whole = token
        token = []
        whole.withUnsafeBufferPointer { endToken(state, $0) }
        token = whole
    }

    private mutating func keep(_ piece: UnsafeBufferPointer<UInt8>) {
        guard token.count + piece.count <= Self.longestToken else { return failLongToken() }
        token.append(contentsOf: piece)
    }

    private mutating func failLongToken() {
        fail("it is not JSON: a number or word is longer than \(Self.longestToken) bytes")
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        byte.isASCIIDigit || byte.isASCIILetter || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "_")
    }

    private mutating func endToken(_ kind: State, _ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count <= Self.longestToken else { return failLongToken() }
        if kind == .inNumber {
            guard Self.isNumber(bytes) else { return failToken(bytes) }
            endValue()
            handler.number(bytes)
        } else {
            guard bytes.count <= 16, let word = JSONWord(bytes) else { return failToken(bytes) }
            endValue()
            handler.word(word)
        }
    }

    private mutating func failToken(_ bytes: UnsafeBufferPointer<UInt8>) {
        let start = String(decoding: bytes.prefix(40), as: UTF8.self)
        fail("it is not JSON: “\(start)” is neither a number nor a word of JSON")
    }

    /// Digits with what belongs to numbers between them; more would be of no use, since nothing is computed.
    private static func isNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var hasDigit = false
        for byte in bytes {
            if byte.isASCIIDigit {
                hasDigit = true
            } else if byte.isASCIILetter ? (byte | 0x20 != UInt8(ascii: "e") || !hasDigit) : byte == UInt8(ascii: "_") {
                return false
            }
        }
        return hasDigit
    }
}
