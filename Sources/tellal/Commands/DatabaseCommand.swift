import ArgumentParser
import CampaignModel
import CampaignStore

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database",
        abstract: "Brings the database up to date, checks it, backs it up, restores it, or moves it to another one.",
        discussion: """
            EXAMPLES:
              tellal database migrate
              tellal database check
              tellal database backup /backups/tellal-2026-12-01.db
              tellal database restore /backups/tellal-2026-12-01.db
              tellal database copy --to postgres://tellal:secret@db.example.com/tellal
            """,
        subcommands: [Migrate.self, Check.self, Backup.self, Restore.self, Copy.self])

    struct Migrate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes the database, or brings its schema up to date; `run` and `serve` do so by themselves.",
            discussion: """
                EXAMPLE:
                  tellal database migrate
                """)

        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                let store = try await Store.open(settings.database, now: SystemTime().now(), keys: settings.keyFile)
                let steps = try await store.schema()
                try store.close()
                if options.json {
                    Console.json(["schema": steps.last ?? ""])
                } else {
                    Console.line("\(Store.shown(settings.database)) has schema step \(steps.last ?? "none")")
                }
            }
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Looks through the whole database, also while `serve` runs: is it whole, and does it agree with itself?",
            discussion: """
                It reads all of it: with millions of deliveries that takes minutes. Exits with 65 when something is wrong. When \
                nothing is, a database whose disk failed may be used again.

                EXAMPLE:
                  tellal database check
                """)

        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                // One that comes while it is looked through is not forgiven.
                let failure = try Store.failure(of: settings.database)
                let isWell = try await settings.readStore { try await $0.check(tell) }
                guard isWell else {
                    throw Problem(
                        .badData, "\(Store.shown(settings.database)) is damaged",
                        hint: "Stop tellal, keep a copy of the file, and `tellal database restore` a backup; "
                            + "please report what was said.")
                }
                if let failure, try Store.forget(failure, of: settings.database) {
                    Console.remark("it failed before, and may be used again", json: options.json)
                }
            }
        }

        private func tell(_ finding: DatabaseFinding) {
            if options.json { return Console.json(finding) }
            Console.line("\(finding.problems.isEmpty ? "ok  " : "BAD ") \(finding.rule)")
            for problem in finding.problems { Console.line("     \(Console.printable(problem))") }
        }
    }

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes a copy of a SQLite database into a file, also while `serve` runs.",
            discussion: """
                The copy is looked through before the command ends. PostgreSQL has pg_dump.

                EXAMPLE:
                  tellal database backup /backups/tellal-2026-12-01.db
                """)

        @Argument(help: "The file to write; it must not be there yet.") var file: String
        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                try await Store.backUp(settings.database, to: file)
                if options.json { Console.json(["file": file]) } else { Console.line("\(file) is a whole copy") }
            }
        }
    }

    struct Restore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Puts a backup in the place of a SQLite database that nobody is using.",
            discussion: """
                The backup is looked through first, and the key file must have the key of its time if there is one. What is in \
                the database is gone afterwards; the backup stays. It does not know what was sent after it was made: \
                docs/operations.md says how to go on without sending that again. PostgreSQL has pg_restore.

                EXAMPLE:
                  tellal database restore /backups/tellal-2026-12-01.db
                """)

        @Argument(help: "The backup.") var file: String
        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                let restored = try await Store.restore(settings.database, from: file, keys: settings.keyFile)
                let database = Store.shown(settings.database)
                if options.json {
                    return Console.json(["database": database, "file": file, "schema": restored.schema])
                }
                Console.line("\(database) is now the whole copy in \(file), with schema step \(restored.schema)")
                if restored.isSealed, let key = settings.keyFile {
                    Console.line("Its secrets are sealed with the key of that time, which must be in \(key.path).")
                }
            }
        }
    }

    struct Copy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copies all of it into an empty database of either kind.",
            discussion: """
                Stop everything that writes to either before. Afterwards set `database` to the new one; the old one stays as \
                it is, and must not be used any more: both would send what waits.

                EXAMPLE:
                  tellal database copy --to postgres://tellal@db.example.com/tellal
                """)

        private struct Report: Encodable {
            var tables: Int
            var rows: Int
            var key_file: String?
        }

        @Option(help: ArgumentHelp("Where to: sqlite:PATH or postgres://…", valueName: "url")) var to: String
        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                guard settings.database != to else {
                    throw Problem(.usage, "this is the same database", hint: "--to takes the address of another one.")
                }
                let now = SystemTime().now()
                // It must be there: a wrong address would copy an empty one that was just made.
                try await Store.openForReading(settings.database).close()
                let source = try await Store.open(settings.database, now: now, keys: settings.keyFile)
                defer { try? source.close() }
                // What is sealed there already is in the way, whatever its key.
                let target = try await Store.openSealed(to, now: now)
                defer { try? target.close() }
                defer { Console.progress(nil) }
                let report = try await source.copy(to: target, now: now) { progress in
                    Console.progress("\(progress.table): \(progress.rows)")
                }
                Console.progress(nil)
                let keyFile = try await target.isSealed() ? settings.keyFile?.path : nil
                if options.json {
                    return Console.json(Report(tables: report.tables, rows: report.rows, key_file: keyFile))
                }
                Console.line(
                    "\(report.rows) rows of \(report.tables) tables are in \(Store.shown(to)), and were counted")
                if let keyFile {
                    Console.line("Its secrets are sealed with the keys in \(keyFile): set `key_file` to it.")
                }
            }
        }
    }
}
