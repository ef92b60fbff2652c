import ArgumentParser
import CampaignModel
import CampaignStore
import Foundation
import Logging

/// What every command that works with the owner's content takes.
struct CommonOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The settings file; tellal.yaml when not given.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The database: sqlite:PATH or postgres://….", valueName: "url"))
    var database: String?

    @Option(help: ArgumentHelp("The folder with sources, channels and campaigns.", valueName: "folder"))
    var feeds: String?

    @Option(help: ArgumentHelp("The folder with layouts.", valueName: "folder"))
    var templates: String?

    @Flag(help: "Print JSON, one object a line.")
    var json = false

    func load(listen: String? = nil) async throws -> Settings {
        var flags: [String: String] = [:]
        flags["database"] = database
        flags["feeds"] = feeds
        flags["templates"] = templates
        flags["listen"] = listen
        return try await Settings.load(
            flags: flags, environment: ProcessInfo.processInfo.environment, file: config ?? "tellal.yaml",
            isRequired: config != nil)
    }
}

extension CommonOptions {
    /// Loads the settings and does the work of a command that keeps a log: in the form and from the level that they say.
    ///
    /// - Parameters:
    ///   - listen: What was said of it on the command line.
    ///   - work: Is given the settings, and what writes the log.
    /// - Throws: An `ExitCode`, once what went wrong was told.
    func working(listen: String? = nil, _ work: (Settings, EventLines) async throws -> Void) async throws {
        try await reportingProblems(json: json) {
            let settings = try await load(listen: listen)
            let lines = EventLines(
                json: json || settings.logFormat == "json", level: Logger.Level(rawValue: settings.logLevel) ?? .info)
            try await reportingProblems(json: lines.json) { try await work(settings, lines) }
        }
    }
}

extension Settings {
    /// Looks into the database, beside a process that may be writing, and closes it however that ends.
    func readStore<Value>(_ body: (Store) async throws -> Value) async throws -> Value {
        let store = try await Store.openForReading(database)
        defer { try? store.close() }
        return try await body(store)
    }
}

extension Problem.Code {
    /// The exit code, as in sysexits.h.
    var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .notAFeed, .brokenDocument, .badData: 65
        case .notFound: 66
        case .unavailable, .databaseUnavailable: 69
        case .internal: 70
        case .outputFailed: 74
        case .tryLater: 75
        case .settings: 78
        }
    }
}

extension Problem {
    fileprivate static let unclear = Problem(
        .databaseUnavailable,
        "the connection to the database broke while something was stored, and it may be there or not",
        hint: "Start it again: what is stored is read first.")
}

/// Runs a command's work; a problem is told on standard error and becomes the exit code.
func reportingProblems(json: Bool, _ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let exit as ExitCode {
        throw exit
    } catch {
        let unclear = error is InDoubtCommit ? Problem.unclear : nil
        let problem =
            error as? Problem ?? unclear
            ?? Problem(.internal, "\(error)", hint: "This should not happen; please report it.")
        Console.tell(problem, json: json)
        throw ExitCode(problem.code.exitCode)
    }
}
