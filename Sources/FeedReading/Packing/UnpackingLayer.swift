/// Unpacks one layer of packed bytes. It is pulled: the owner pushes bytes and takes pieces until there are none.
protocol UnpackingLayer: AnyObject {
    var failure: UnpackFailure? { get }

    /// Gives bytes, which must stay where they are until ``next()`` returned nil.
    func push(_ bytes: UnsafeBufferPointer<UInt8>)
    /// The next piece, at most 64 KiB and never empty, valid until the next call; nil when more bytes are needed, all
    /// is unpacked, or a failure is there.
    func next() -> UnsafeBufferPointer<UInt8>?
    /// No more bytes will come.
    func finish()
}
