import CampaignModel
import Foundation
import Synchronization

/// Lines for people and machines. A line is written whole, whoever writes at the same moment.
enum Console {
    private static let output = Mutex(())
    private static let lost = Mutex(false)

    /// Whether standard output did not take all that was written to it.
    static var hasLostOutput: Bool { lost.withLock { $0 } }

    static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// One JSON object on one line.
    static func json(_ value: some Encodable, toErrors: Bool = false) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return }
        write(data + [0x0A], to: toErrors ? STDERR_FILENO : STDOUT_FILENO)
    }

    /// Whole lines at once, each with its line break.
    static func lines(_ bytes: [UInt8]) { write(Data(bytes), to: STDOUT_FILENO) }

    /// How far something has come, on one line that the next call overwrites; nil wipes it out. Only where somebody
    /// watches: nothing is written when standard error is no terminal.
    static func progress(_ text: String?) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        write("\r\u{1B}[K\(text.map(printable) ?? "")", to: STDERR_FILENO)
    }

    static func tell(_ problem: Problem, json: Bool) {
        if json {
            struct Wrapped: Encodable {
                struct Body: Encodable {
                    var code: String
                    var message: String
                    var hint: String?
                    var proposal: DocumentMapping?
                }
                var error: Body
            }
            let body = Wrapped.Body(
                code: problem.code.rawValue, message: problem.message, hint: problem.hint, proposal: problem.proposal)
            Self.json(Wrapped(error: body), toErrors: true)
        } else {
            let proposal = problem.proposal.map { "\n\(MappingText.block($0))" } ?? ""
            write("tellal: \(printable(problem.description))\n\(printable(proposal))", to: STDERR_FILENO)
        }
    }

    /// Something that is no problem, on standard error.
    static func remark(_ text: String, json: Bool) {
        if json {
            Self.json(["remark": text], toErrors: true)
        } else {
            write("tellal: \(text)\n", to: STDERR_FILENO)
        }
    }

    /// Remote text on a terminal: without control characters, which could move the cursor or change colours.
    static func printable(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar in
                scalar == "\n" || !(scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value))
                    ? Character(scalar) : "\u{FFFD}"
            })
    }

    private static func write(_ text: String, to descriptor: Int32) {
        write(Data(text.utf8), to: descriptor)
    }

    private static func write(_ bytes: Data, to descriptor: Int32) {
        guard let code = output.withLock({ _ in failure(writing: bytes, to: descriptor) }),
            // Whoever reads may have had enough.
            descriptor == STDOUT_FILENO, code != EPIPE
        else { return }
        let isTold = lost.withLock { lost in
            defer { lost = true }
            return lost
        }
        guard !isTold else { return }
        tell(
            Problem(
                .outputFailed, "standard output cannot be written: \(String(cString: strerror(code)))",
                hint: "What was to be printed is lost; nothing else is."),
            json: CommandLine.arguments.contains("--json"))
    }

    /// - Returns: What went wrong, as `errno` has it; nil when all was written.
    private static func failure(writing bytes: Data, to descriptor: Int32) -> Int32? {
        bytes.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) -> Int32? in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
                if count >= 0 {
                    done += count
                } else if errno == EAGAIN {
                    var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&room, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return nil
        }
    }
}
