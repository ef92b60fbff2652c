/// Counts what goes into and comes out of packed data, and says when it is too much.
struct UnpackMeter {
    /// How many times its size packed data may have, beyond the first ``freeBytes``. Feeds have 5 to 50; deflate's
    /// end is 1032.
    static let mostTimes = 1000
    static let freeBytes = 1 << 20

    let packing: Packing
    /// Bytes that may come out, at most.
    let most: Int
    private var taken = 0
    private var given = 0

    init(_ packing: Packing, most: Int) {
        self.packing = packing
        self.most = most
    }

    mutating func take(_ count: Int) { taken += count }

    /// - Parameter count: Bytes that came out; lessened to what may be handed on.
    /// - Returns: Why no more may come out, if so.
    mutating func give(_ count: inout Int) -> UnpackFailure? {
        if count > most - given {
            count = most - given
            given = most
            return .tooLong(packing, most: most)
        }
        given += count
        guard given > Self.freeBytes, given / Self.mostTimes > taken else { return nil }
        count = 0
        return .bomb(packing)
    }
}
