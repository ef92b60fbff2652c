import CLibXML2
import Glibc

/// Turns a document's bytes into UTF-8, chunk by chunk.
///
/// Whom to trust: the byte order mark, then HTTP's charset, then the XML declaration, then the bytes themselves.
final class TextDecoder {
    /// Nil: the bytes are UTF-8 already.
    private let converter: iconv_t?
    private var carry: [UInt8] = []
    /// True once bytes had to be replaced.
    private(set) var sawBadBytes = false

    /// Where an encoding is looked for that the document states.
    static let statementWindow = 1024
    /// What is judged where none is stated. Always just as much, or the network's chunks would decide.
    static let guessWindow = 16 * 1024

    /// Nil while more bytes are needed.
    ///
    /// - Parameters:
    ///   - head: The document's first bytes.
    ///   - contentType: HTTP's Content-Type.
    ///   - isWhole: No more bytes will come.
    init?(head: [UInt8], contentType: String?, isWhole: Bool) {
        let stated = Self.statedEncoding(of: head, contentType: contentType)
        guard stated != nil || isWhole || head.count >= Self.guessWindow else { return nil }
        let name = stated ?? Self.guessedEncoding(of: head)
        if name == "UTF-8" {
            converter = nil
        } else {
            let opened = iconv_open("UTF-8", name)
            converter = tellal_iconv_is_open(opened) != 0 ? opened : nil
        }
    }

    deinit {
        if let converter { iconv_close(converter) }
    }

    func decode(_ bytes: [UInt8]) -> [UInt8] {
        guard let converter else { return bytes }
        var input = carry + bytes
        carry = []
        var output: [UInt8] = []
        output.reserveCapacity(input.count + input.count / 2 + 16)
        var position = 0
        while position < input.count {
            let (consumed, error) = convert(&input, from: position, with: converter, into: &output)
            position += consumed
            guard position < input.count else { break }
            if input.count - position < 8, error == EINVAL {
                carry = Array(input[position...])
                break
            }
            if error == E2BIG { continue }
            sawBadBytes = true
            output.append(contentsOf: UTF8Sequence.replacement)
            position += 1
        }
        return output
    }

    /// Converts as much as fits into 16 KiB; `error` tells why it stopped.
    private func convert(
        _ input: inout [UInt8], from position: Int, with converter: iconv_t, into output: inout [UInt8]
    ) -> (consumed: Int, error: Int32) {
        var consumed = 0
        var error: Int32 = 0
        let room = 16 * 1024
        let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            input.withUnsafeMutableBytes { source in
                var from = source.baseAddress?.advanced(by: position).assumingMemoryBound(to: CChar.self)
                var left = source.count - position
                buffer.withMemoryRebound(to: CChar.self) { target in
                    var to = target.baseAddress
                    var space = room
                    if iconv(converter, &from, &left, &to, &space) == -1 { error = errno }
                    count = room - space
                }
                consumed = source.count - position - left
            }
        }
        output.append(contentsOf: piece)
        return (consumed, error)
    }

    // MARK: Finding out

    private static func statedEncoding(of head: [UInt8], contentType: String?) -> String? {
        if head.starts(with: [0xEF, 0xBB, 0xBF]) { return "UTF-8" }
        if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0x3C, 0, 0, 0]) { return "UTF-32LE" }
        if head.starts(with: [0, 0, 0xFE, 0xFF]) || head.starts(with: [0, 0, 0, 0x3C]) { return "UTF-32BE" }
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0x3C, 0]) { return "UTF-16LE" }
        if head.starts(with: [0xFE, 0xFF]) || head.starts(with: [0, 0x3C]) { return "UTF-16BE" }
        let text = String(decoding: head.prefix(statementWindow), as: UTF8.self)
        if let stated = contentType.flatMap({ value(after: "charset=", in: $0) }), let name = known(stated) {
            return name
        }
        if let start = text.utf8Range(of: "<?xml"), let end = text.utf8Range(of: "?>", from: start.upperBound),
            let stated = value(after: "encoding=", in: String(text[start.upperBound..<end.lowerBound])),
            let name = known(stated)
        {
            return name
        }
        return nil
    }

    private static func guessedEncoding(of head: [UInt8]) -> String {
        // The window may end within a character.
        Array(head.prefix(guessWindow)).isUTF8(exceptLast: 3) ? "UTF-8" : "CP1252"
    }

    private static func value(after key: String, in text: String) -> String? {
        let text = text.lowercased().filter { $0 != " " && $0 != "\t" && $0 != "\n" }
        guard let range = text.utf8Range(of: key) else { return nil }
        let rest = text[range.upperBound...].drop { $0 == "\"" || $0 == "'" }
        let value = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:".contains($0)) }
        return value.isEmpty ? nil : String(value)
    }

    /// iconv's name of an encoding that the web uses; nil for any other, which counts as not stated.
    private static func known(_ stated: String) -> String? {
        switch stated {
        case "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "utf-32", "ucs-2", "unicode": return "UTF-8"
        case "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "us-ascii", "ascii", "windows-1252",
            "cp1252":
            return "CP1252"
        case "gb2312", "gbk", "gb18030", "x-gbk": return "GB18030"
        case "shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j": return "CP932"
        case "ks_c_5601-1987", "euc-kr", "cp949": return "CP949"
        case "big5", "big5-hkscs", "euc-jp", "koi8-r", "koi8-u", "iso-2022-jp", "macintosh", "tis-620":
            return stated.uppercased()
        default: break
        }
        if stated.hasPrefix("windows-125"), stated.utf8.count == 12 { return "CP" + stated.dropFirst(8) }
        if stated.hasPrefix("cp125"), stated.utf8.count == 6 { return stated.uppercased() }
        if stated.hasPrefix("iso-8859-"), stated.utf8.count <= 11 { return stated.uppercased() }
        return nil
    }
}

extension [UInt8] {
    /// Whether the bytes are UTF-8, but for a character that is cut at the end.
    fileprivate func isUTF8(exceptLast tolerance: Int) -> Bool {
        withUnsafeBufferPointer { bytes in
            var index = 0
            while index < bytes.count {
                if bytes[index] < 0x80 {
                    index += 1
                } else if case let length = UTF8Sequence.length(in: bytes, at: index), length > 0 {
                    index += length
                } else {
                    return bytes.count - index <= tolerance && UTF8Sequence.mayContinue(in: bytes, at: index)
                }
            }
            return true
        }
    }
}
