import CampaignModel
import Foundation
import Synchronization

/// Lines for people and machines. A line is written whole, whoever writes at the same moment.
enum Console {
    private static let output = Mutex(())

    static func line(_ text: String) { write(text + "\n", to: .standardOutput) }

    /// One JSON object on one line.
    static func json(_ value: some Encodable, toErrors: Bool = false) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return }
        write(data + [0x0A], to: toErrors ? .standardError : .standardOutput)
    }

    /// Whole lines at once, each with its line break.
    static func lines(_ bytes: [UInt8]) { write(Data(bytes), to: .standardOutput) }

    /// How far something has come, on one line that the next call overwrites; nil wipes it out. Only where somebody
    /// watches: nothing is written when standard error is no terminal.
    static func progress(_ text: String?) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        write("\r\u{1B}[K\(text.map(printable) ?? "")", to: .standardError)
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
            write("tellal: \(printable(problem.description))\n\(printable(proposal))", to: .standardError)
        }
    }

    /// Something that is no problem, on standard error.
    static func remark(_ text: String, json: Bool) {
        if json {
            Self.json(["remark": text], toErrors: true)
        } else {
            write("tellal: \(text)\n", to: .standardError)
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

    private static func write(_ text: String, to handle: FileHandle) {
        write(Data(text.utf8), to: handle)
    }

    private static func write(_ bytes: Data, to handle: FileHandle) {
        output.withLock { _ in try? handle.write(contentsOf: bytes) }
    }
}
