import Foundation

/// What libFuzzer calls with each input. It must end well for any input: a broken promise prints what it was and traps.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let began = processorSeconds()
    target(Array(UnsafeBufferPointer(start: start, count: count)))
    let seconds = processorSeconds() - began
    // Of processor time: a busy machine is no finding, nor is a slow one. libFuzzer's own -timeout is for what never ends.
    promise(seconds < 5, "an input of \(count) bytes took \(seconds) s")
    return 0
}

/// By the name of its folder: all of them are one program, see scripts/fuzz.
private let target: @Sendable ([UInt8]) -> Void = {
    switch getenv("FUZZ_TARGET").map({ String(cString: $0) }) {
    case "documents": return DocumentTarget.run
    case "webhooks": return WebhookTarget.run
    case "layouts": return LayoutTarget.run
    case "content": return ContentTarget.run
    case "links": return LinkTarget.run
    case let name:
        promise(false, "there is no target \(name ?? "") to fuzz")
        return { _ in }
    }
}()

/// Traps unless the condition holds.
func promise(_ condition: Bool, _ message: @autoclosure () -> String) {
    guard !condition else { return }
    FileHandle.standardError.write(Data("BROKEN PROMISE: \(message())\n".utf8))
    abort()
}

private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

// MARK: What targets have in common

extension Encodable where Self: Decodable & Equatable {
    /// What is stored comes back as it was.
    func promiseToComeBack(_ what: @autoclosure () -> String) {
        do {
            let again = try JSONDecoder().decode(Self.self, from: try JSONEncoder().encode(self))
            promise(again == self, "JSON changes \(what()): \(self) became \(again)")
        } catch {
            promise(false, "\(what()) has no JSON form: \(error)")
        }
    }
}

/// Whether it may stand in a line of a log.
func isPrintable(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
}

/// The last bytes of an input as text, its lines apart.
func lines(_ bytes: some Sequence<UInt8>) -> [String] {
    Array(bytes).split(separator: 0x0A, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
}
