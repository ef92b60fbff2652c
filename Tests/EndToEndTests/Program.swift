import Foundation
import Glibc

/// The program as the outside sees it: arguments and files in; lines, an exit code and requests out.
struct Program {
    struct Finished {
        var exitCode: Int32
        var output: String
        var errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }

        /// The output's JSON lines.
        var objects: [[String: Any]] {
            lines.compactMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        }

        /// The `error` of standard error's last line.
        var error: [String: Any]? {
            let line = errors.split(separator: "\n").last.map(String.init) ?? ""
            return (try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["error"]
                as? [String: Any]
        }
    }

    /// The project's own folder.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Built beside the tests.
    static var binary: URL {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("tellal")
    }

    var folder: URL
    var environment: [String: String] = [:]

    /// Runs a command to its end.
    func callAsFunction(_ arguments: String..., input: String? = nil) throws -> Finished {
        try self(arguments, input: input)
    }

    func callAsFunction(_ arguments: [String], input: String? = nil) throws -> Finished {
        try finish(prepared(arguments), input: input)
    }

    /// Runs a line of the shell, in which `"$0"` is the program.
    func shell(_ line: String) throws -> Finished {
        let process = prepared(["-c", line, Self.binary.path])
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        return try finish(process, input: nil)
    }

    private func finish(_ process: Process, input: String?) throws -> Finished {
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        let given = Pipe()
        process.standardInput = given
        try process.run()
        given.fileHandleForWriting.write(Data((input ?? "").utf8))
        try given.fileHandleForWriting.close()
        // Both are small, so reading one after the other fills no pipe.
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let trouble = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Finished(exitCode: process.terminationStatus, output: text, errors: trouble)
    }

    /// Runs a command whose output nobody reads; its exit code, or the number of the signal that ended it.
    func unread(_ arguments: String...) throws -> Int32 {
        let process = prepared(arguments)
        let output = Pipe()
        try output.fileHandleForReading.close()
        process.standardOutput = output.fileHandleForWriting
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Starts a command that goes on until it is told to stop.
    func start(_ arguments: String...) throws -> Running {
        let process = prepared(arguments)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        return Running(process: process, output: output.fileHandleForReading)
    }

    private func prepared(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = Self.binary
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var values = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TELLAL_") }
        values["SWIFT_BACKTRACE"] = "enable=no"
        values["TELLAL_TEMPLATES"] = Self.root.appendingPathComponent("templates").path
        values["TELLAL_FETCH_ALLOW_ADDRESSES"] = "127.0.0.0/8"
        process.environment = values.merging(environment) { _, own in own }
        return process
    }
}

/// A command that is running.
final class Running {
    private let process: Process
    private let output: FileHandle
    private var rest = ""
    private var lines: [String] = []

    init(process: Process, output: FileHandle) {
        self.process = process
        self.output = output
    }

    /// The first line that contains the text, among those that were read and those to come; nil when the command ended
    /// without it.
    func line(containing text: String) -> String? {
        while true {
            while let end = rest.firstIndex(of: "\n") {
                lines.append(String(rest[..<end]))
                rest = String(rest[rest.index(after: end)...])
            }
            if let line = lines.first(where: { $0.contains(text) }) { return line }
            let data = output.availableData
            if data.isEmpty { return nil }
            rest += String(decoding: data, as: UTF8.self)
        }
    }

    /// Asks it to end, as Ctrl-C does, and waits.
    func stop() -> Int32 {
        process.interrupt()
        while !output.availableData.isEmpty {}
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Tells it that its terminal has ended, as that and its shell both do, and waits.
    func hangUp() -> Int32 {
        for _ in 1...2 { kill(process.processIdentifier, SIGHUP) }
        while !output.availableData.isEmpty {}
        process.waitUntilExit()
        return process.terminationStatus
    }

    deinit { if process.isRunning { process.terminate() } }
}

/// A folder of a test's own, gone with it.
final class Scratch {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("tellal-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url.appendingPathComponent("feeds"), withIntermediateDirectories: true)
    }

    /// One whose feeds/ names a bot, to which nothing can be sent.
    static func withBot() throws -> Scratch {
        let scratch = try Scratch()
        try scratch.write(
            "channels:\n  - {name: bot, platform: telegram, token: '1:x', api: 'http://127.0.0.1:9'}\n",
            to: "feeds/content.yaml")
        return scratch
    }

    func write(_ text: String, to name: String) throws {
        try text.write(to: url.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
