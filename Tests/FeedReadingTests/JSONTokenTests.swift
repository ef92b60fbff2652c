import Testing

@testable import FeedReading

/// Keeps events as text.
private struct EventKeeper: JSONHandler {
    var events: [String] = []
    var isOver: Bool { false }

    mutating func startObject() { events.append("{") }
    mutating func endObject() { events.append("}") }
    mutating func startArray() { events.append("[") }
    mutating func endArray() { events.append("]") }
    mutating func key(_ name: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        events.append("\(name) \(String(decoding: bytes, as: UTF8.self)):")
    }
    mutating func string(_ bytes: UnsafeBufferPointer<UInt8>, isCut: Bool) {
        events.append("“\(String(decoding: bytes, as: UTF8.self))”\(isCut ? " cut" : "")")
    }
    mutating func number(_ bytes: UnsafeBufferPointer<UInt8>) { events.append(String(decoding: bytes, as: UTF8.self)) }
    mutating func word(_ word: JSONWord) { events.append("\(word)") }
}

@Suite struct JSONTokenTests {
    private struct Tokens: Equatable {
        var events: [String]
        var failure: String?
        var sawBadBytes: Bool
    }

    private func tokens(_ bytes: [UInt8], size: Int = .max, limits: ReadLimits = ReadLimits()) -> Tokens {
        var parser = JSONPushParser(EventKeeper(), names: JSONNames(limit: 0), limits: limits)
        bytes.withUnsafeBufferPointer { push($0, size: size) { parser.push($0) } }
        parser.finish()
        return Tokens(
            events: parser.handler.events, failure: parser.failure.map { "\($0.line): \($0.message)" },
            sawBadBytes: parser.sawBadBytes)
    }

    private func tokens(_ text: String) -> Tokens { tokens(Array(text.utf8)) }

    /// The only string of an array.
    private func string(_ source: String) -> String? {
        let tokens = tokens("[\"\(source)\"]")
        return tokens.events.count == 3 && tokens.failure == nil ? String(tokens.events[1].dropFirst().dropLast()) : nil
    }

    @Test func `events come in the document's order`() {
        let document = tokens(#" { "a" : [1, -2.50, "x", true, false, null, {}], "b": {"a": []} } "#)
        #expect(
            document.events == [
                "{", "0 a:", "[", "1", "-2.50", "“x”", "yes", "no", "null", "{", "}", "]", "1 b:", "{", "0 a:", "[",
                "]", "}", "}",
            ])
        #expect(document.failure == nil)
    }

    @Test func `numbers keep their text`() {
        #expect(
            tokens("[1.0e3,123,0012,900719925474099312]").events[1...4] == [
                "1.0e3", "123", "0012", "900719925474099312",
            ])
    }

    @Test func `escapes become characters`() {
        #expect(string(#"a\"b\\c\/d\ne\tf"#) == "a\"b\\c/d\ne\tf")
        #expect(string(#"\u00e9\u20AC\u0041"#) == "é€A")
        #expect(string(#"\ud83d\ude00!"#) == "😀!")
        #expect(string(#"\q\'"#) == "q'")
    }

    @Test func `halves of surrogate pairs become replacement characters`() {
        #expect(string(#"\ud83d"#) == "\u{FFFD}")
        #expect(string(#"\ud83dx"#) == "\u{FFFD}x")
        #expect(string(#"\ude00x"#) == "\u{FFFD}x")
        #expect(string(#"\ud83d\n"#) == "\u{FFFD}\n")
        #expect(string(#"\ud83d\ud83d\ude00"#) == "\u{FFFD}😀")
        #expect(string(#"\u12"#) == "\u{FFFD}")
    }

    @Test func `control characters in strings become blanks`() {
        #expect(string("a\u{1}b\u{0}c\nd\te") == "a b c d e")
        #expect(string(#"a\u0000b\u001fc\bd\u0009e"#) == "a b c d\te")
    }

    @Test func `bytes that are no UTF-8 are replaced and told of`() {
        let document = tokens(Array("[\"a".utf8) + [0xC3, 0x28, 0xE2, 0x82, 0xFF] + Array("b\"]".utf8))
        #expect(document.events[1] == "“a\u{FFFD}(\u{FFFD}\u{FFFD}\u{FFFD}b”")
        #expect(document.sawBadBytes)
        #expect(!tokens("[\"é€😀\"]").sawBadBytes)
    }

    @Test func `what is meant as JSON is read`() {
        #expect(tokens("\u{FEFF}[1,2,]").events == ["[", "1", "2", "]"])
        #expect(tokens("{\"a\":1,}\u{0}\n").events == ["{", "0 a:", "1", "}"])
        #expect(tokens("[1,,2]").failure == nil)
        #expect(tokens("\u{A0}\u{C}[NaN,undefined]").events == ["[", "null", "null", "]"])
        #expect(tokens("[1] and more").failure == nil)
    }

    @Test func `what is no JSON is told with its line`() {
        #expect(tokens("[1\n 2]").failure == "2: it is not JSON: “2” stands where a comma belongs")
        #expect(tokens("{\"a\n\":\n\n!}").failure == "4: it is not JSON: “!” stands where a value belongs")
        #expect(tokens("{a:1}").failure == "1: it is not JSON: “a” stands where a key belongs")
        #expect(tokens("[1}").failure?.contains("“}” stands where “]” belongs") == true)
        #expect(tokens("[ture]").failure?.contains("“ture” is neither") == true)
        #expect(tokens("[-]").failure?.contains("“-” is neither") == true)
        #expect(tokens("[\u{E9}]").failure?.contains("the byte 0xC3") == true)
    }

    @Test(arguments: ["[", "[1", "[\"a", "[\"a\\", "[\"\\u00", "{\"a\"", "{\"a\":", "[tr", "[1,", "{\"a\":[{}"])
    func `a document that was cut is broken`(_ document: String) {
        #expect(tokens(document).failure?.contains("it was cut") == true)
    }

    @Test func `the chunks make no difference`() {
        let text = """
            {"ключ":"значение é€😀 \\ud83d\\ude00 \\ud83d \\u20ac\\n\\x","n":[1.5e10,-3,true,null , false],
            "long key with more than eight bytes" : "\(String(repeating: "текст \\\\ \\\" ", count: 200))"}
            """
        let bad: [UInt8] =
            Array("[\"".utf8) + [0xE2, 0x82, 0x41, 0xF0, 0x9F, 0x98, 0xEF, 0xBF, 0xBE] + Array("\"]".utf8)
        for document in [Array(text.utf8), bad, Array("[1,[\"a\\u12\\\"\", tru]]".utf8)] {
            let whole = tokens(document)
            for size in [1, 2, 3, 7, 900] { #expect(tokens(document, size: size) == whole) }
        }
    }

    @Test func `a long string is cut between characters`() {
        var limits = ReadLimits()
        limits.fieldBytes = 4
        for text in ["[\"aaé€\"]", "[\"aa\\u00e9€\"]"] {
            for size in [1, Int.max] {
                #expect(tokens(Array(text.utf8), size: size, limits: limits).events[1] == "“aaé” cut")
            }
        }
        #expect(tokens(Array("[\"aé€\"]".utf8), limits: limits).events[1] == "“aé” cut")
        #expect(tokens(Array("[\"abcd\"]".utf8), limits: limits).events[1] == "“abcd”")
    }

    @Test func `depth and numbers have limits`() {
        #expect(tokens(String(repeating: "[", count: 100_000)).failure == "1: its values are nested deeper than 64")
        #expect(tokens(String(repeating: "{\"a\":", count: 65)).failure?.contains("deeper than 64") == true)
        let number = Array(("[" + String(repeating: "1", count: 2000) + "]").utf8)
        for size in [1, Int.max] { #expect(tokens(number, size: size).failure?.contains("longer than 1024") == true) }
    }

    @Test func `different keys have a limit`() {
        func document(_ count: Int) -> String {
            "{" + (0..<count).map { "\"key \($0)\":0" }.joined(separator: ",") + "}"
        }
        #expect(tokens(document(4096)).failure == nil)
        #expect(tokens(document(4097)).failure == "1: it has more than 4096 different keys")
    }

    @Test func `keys of any length are told apart`() {
        var names = JSONNames(limit: 4000)
        let all = (0..<1000).flatMap { ["\($0)", "item \($0)", "k\($0)-\(String(repeating: "x", count: 20))"] }
        let numbers = all.compactMap { names.number(of: $0) }
        let isCounted = numbers == Array(0..<3000)
        #expect(isCounted)
        let isSame = all.compactMap { names.number(of: $0) } == numbers
        #expect(isSame)
    }
}

/// Hands bytes over in pieces.
func push(_ bytes: UnsafeBufferPointer<UInt8>, size: Int, _ take: (UnsafeBufferPointer<UInt8>) -> Void) {
    var start = 0
    while start < bytes.count {
        let end = start + min(size, bytes.count - start)
        take(UnsafeBufferPointer(rebasing: bytes[start..<end]))
        start = end
    }
}
