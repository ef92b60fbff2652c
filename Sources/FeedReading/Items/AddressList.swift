/// Several addresses in one text, apart by commas. A comma may also stand within an address, so only one that another
/// address follows counts.
enum AddressList {
    static func split(_ text: String) -> [String] {
        guard text.utf8.contains(UInt8(ascii: ",")) else { return [text] }
        let bytes = Array(text.utf8)
        var addresses: [String] = []
        var start = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: ",") {
            let rest = bytes[(index + 1)...].drop(while: \.isXMLSpace)
            let isBlankBetween = rest.startIndex > index + 1
            guard isBlankBetween || startsAddress(rest) else { continue }
            addresses.append(String(decoding: bytes[start..<index], as: UTF8.self))
            start = rest.startIndex
        }
        addresses.append(String(decoding: bytes[min(start, bytes.count)...], as: UTF8.self))
        return addresses.compactMap(\.trimmedOrNil)
    }

    private static func startsAddress(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.starts(with: "http://".utf8) || bytes.starts(with: "https://".utf8) || bytes.starts(with: "//".utf8)
    }
}
