import Foundation

/// Packed documents for tests.
enum Packed {
    static let text = "<rss><channel><item><title>One</title></item><item><title>Two</title></item></channel></rss>"

    /// ``text`` by gzip -9, as a zlib stream, and as bare deflate.
    static let gzip = decoded(
        "H4sIAAAAAAACA7MpKi62s0nOSMzLS82xs8ksSc21synJLMlJtfPPS7XRhzBt9CESyNIh5fno0vpwc/RBxgIA5CObl1wAAAA=")
    static let zlib = decoded(
        "eJyzKSoutrNJzkjMy0vNsbPJLEnNtbMpySzJSbXzz0u10YcwbfQhEsjSIeX56NL6cHP0QcYCAAYnINU=")
    static let deflate = decoded("sykqLrazSc5IzMtLzbGzySxJzbWzKcksyUm1889LtdGHMG30IRLI0iHl+ejS+nBz9EHGAgA=")
    /// A gzip file of a gzip file of 8 MiB of zeros.
    static let zeros = decoded(
        "H4sIAAAAAAACA+3XsQ2CQACF4TsuJhdGsCEm7sAEzsEqJJQ2DuAOLGDDCrSsQBhBPMbAfF/11697zTOHQ5XWKcYS/es7brkOAAAAwJ/rlyFVR9z2"
            + "rr3bAwAAAE7gfXl85mu59eEH2xnUp+8fAAA=")
    /// As a program writes it that cannot go back: a readme, then ``text`` with zip64 sizes, all sizes behind the files.
    static let zipOneWay = decoded(
        "UEsDBBQACAAIAAAAIVgAAAAAAAAAAAAAAAAPAAAAc2hvcC9yZWFkbWUudHh0C0pNTFHITVVIyywqLtFRKMhJTSxO1QMAUEsHCIq6qdcYAAAAFgAA"
            + "AFBLAwQtAAgACAAAACFYAAAAAP//////////EAAUAHNob3AvY2F0YWxvZy54bWwBABAAAAAAAAAAAAAAAAAAAAAAALMpKi62s0nOSMzLS82x"
            + "s8ksSc21synJLMlJtfPPS7XRhzBt9CESyNIh5fno0vpwc/RBxgIAUEsHCOQjm5c1AAAAAAAAAFwAAAAAAAAAUEsBAhQDFAAIAAgAAAAhWIq6"
            + "qdcYAAAAFgAAAA8AAAAAAAAAAAAAAIABAAAAAHNob3AvcmVhZG1lLnR4dFBLAQItAy0ACAAIAAAAIVjkI5uXNQAAAFwAAAAQAAAAAAAAAAAA"
            + "AACAAVUAAABzaG9wL2NhdGFsb2cueG1sUEsFBgAAAAACAAIAewAAAOQAAAAAAA==")

    private static func decoded(_ text: String) -> [UInt8] { [UInt8](Data(base64Encoded: text) ?? Data()) }

    /// Any bytes as a gzip member, without making them shorter.
    static func gzip(storing bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65535)
            rest = rest.dropFirst(block.count)
            let length = UInt16(block.count)
            output += [rest.isEmpty ? 1 : 0] + number(length) + number(~length) + block
        } while !rest.isEmpty
        return output + number(checksum(bytes)) + number(UInt32(bytes.count))
    }

    /// A file in a zip file.
    struct File {
        var name: String
        /// As it stands in the zip file, packed or not.
        var bytes: [UInt8]
        /// What it unpacks to, for its checksum and size.
        var content: [UInt8]
        var method: UInt16 = 0
        var flags: UInt16 = 0
        var hasZip64Sizes = false

        init(_ name: String, _ content: String) {
            self.name = name
            bytes = Array(content.utf8)
            self.content = bytes
        }

        init(_ name: String, deflated bytes: [UInt8], _ content: String) {
            self.init(name, content)
            self.bytes = bytes
            method = 8
        }
    }

    static func zip(_ files: [File]) -> [UInt8] {
        var output: [UInt8] = []
        for file in files {
            let isBehind = file.flags & 8 != 0
            output += number(UInt32(0x0403_4B50)) + number(UInt16(20)) + number(file.flags) + number(file.method)
            output += number(UInt32(0)) + number(isBehind ? 0 : checksum(file.content))
            let sizes = [file.bytes.count, file.content.count].map { isBehind ? 0 : $0 }
            output += sizes.flatMap { number(file.hasZip64Sizes ? .max : UInt32($0)) }
            output += number(UInt16(file.name.utf8.count)) + number(UInt16(file.hasZip64Sizes ? 20 : 0))
            output += Array(file.name.utf8)
            if file.hasZip64Sizes {
                output += number(UInt16(1)) + number(UInt16(16)) + sizes.reversed().flatMap { number(UInt64($0)) }
            }
            output += file.bytes
            if isBehind {
                output += number(checksum(file.content)) + number(UInt32(file.bytes.count))
                output += number(UInt32(file.content.count))
            }
        }
        // The list of files is never read; this is only its beginning.
        return output + [0x50, 0x4B, 1, 2] + [UInt8](repeating: 0, count: 42)
    }

    private static func number<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc = UInt32.max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
