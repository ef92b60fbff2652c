/// Width and height of a picture, from its first bytes; of PNG, GIF and JPEG.
struct PictureSize: Sendable, Hashable {
    var width: Int
    var height: Int

    /// Telegram takes a photo whose sides add up to 10,000 at most, neither more than 20 times the other.
    var isPhoto: Bool {
        width > 0 && height > 0 && width + height <= 10_000 && max(width, height) <= 20 * min(width, height)
    }

    /// - Returns: `nil` for another kind of file, or one that is cut.
    init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]), bytes.count >= 24 {
            // Beyond 16 bits is far beyond what is allowed.
            guard bytes[16] == 0, bytes[17] == 0, bytes[20] == 0, bytes[21] == 0 else {
                self.init(width: 65_536, height: 65_536)
                return
            }
            self.init(width: Self.big(bytes, 18), height: Self.big(bytes, 22))
        } else if bytes.starts(with: "GIF8".utf8), bytes.count >= 10 {
            self.init(
                width: Int(bytes[7]) << 8 | Int(bytes[6]), height: Int(bytes[9]) << 8 | Int(bytes[8])
            )
        } else if bytes.starts(with: [0xFF, 0xD8]) {
            self.init(jpeg: bytes)
        } else {
            return nil
        }
    }

    private init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    /// Goes from segment to segment until one that begins a frame (SOF).
    private init?(jpeg bytes: [UInt8]) {
        var position = 2
        while position + 9 <= bytes.count, bytes[position] == 0xFF {
            let kind = bytes[position + 1]
            if (0xC0...0xCF).contains(kind), kind != 0xC4, kind != 0xC8, kind != 0xCC {
                self.init(width: Self.big(bytes, position + 7), height: Self.big(bytes, position + 5))
                return
            }
            position += 2 + max(2, Self.big(bytes, position + 2))
        }
        return nil
    }

    private static func big(_ bytes: [UInt8], _ index: Int) -> Int { Int(bytes[index]) << 8 | Int(bytes[index + 1]) }
}
