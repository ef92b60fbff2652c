import ArgumentParser
import CampaignModel
import CampaignStore
import Foundation

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "The keys that seal what is secret in the database.",
        discussion: """
            Beside a SQLite database the key file is made by itself (tellal.db.key). For PostgreSQL make one, give it to all \
            workers, and set `key_file`. Keep a copy of it apart from the backups: neither is worth anything without the other.

            EXAMPLES:
              tellal keys new /etc/tellal/key
              tellal keys show
              tellal keys rotate
            """,
        subcommands: [New.self, Show.self, Rotate.self, Reset.self])

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Writes a file with a new key.")

        @Argument(help: "The file to write; it must not be there yet.") var file: String

        func run() throws {
            do {
                try KeyFile(path: file).write([SecretKeys.newLine()], replaces: false)
                Console.line("\(file) has a new key")
            } catch {
                Console.tell(error, json: false)
                throw ExitCode(error.code.exitCode)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Names the keys in the file, the one that seals first, and whether the database is sealed.")

        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                let isSealed = try await settings.readStore { try await $0.isSealed() }
                let names = try settings.keyFile.map { $0.exists ? try $0.read().names : [] } ?? []
                if options.json {
                    Console.json(Shown(file: settings.keyFile?.path, keys: names, isSealed: isSealed))
                } else {
                    Console.line("key file: \(settings.keyFile?.path ?? "none")")
                    Console.line("keys: \(names.isEmpty ? "none" : names.joined(separator: ", "))")
                    Console.line("the secrets in the database are \(isSealed ? "sealed" : "NOT sealed")")
                }
            }
        }

        private struct Shown: Encodable {
            var file: String?
            var keys: [String]
            var isSealed: Bool

            private enum CodingKeys: String, CodingKey {
                case file, keys
                case isSealed = "sealed"
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Seals all secrets anew, with a new key or with the first one of the file.",
            discussion: """
                Stop every tellal on the database before. Without options a new key is written into the file, all secrets are \
                sealed with it, and the old ones are taken out of the file. Backups from before open only with the old ones: \
                --keep-old leaves them, behind the new one.

                Where the file is not tellal's to write (systemd, several hosts): put a new line before the others yourself, \
                and use --with-first.
                """)

        @Flag(help: "Leave the old keys in the file, so that older backups can still be opened.") var keepOld = false
        @Flag(help: "Change nothing in the file: seal with its first key.") var withFirst = false
        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                let settings = try await options.load()
                guard let file = settings.keyFile else {
                    throw Problem(
                        .settings, "there is no key file",
                        hint: "`tellal keys new FILE` makes one; then set `key_file`.")
                }
                // It must be there: a wrong address would seal an empty one that was just made.
                try await Store.openForReading(settings.database).close()
                let store = try await Store.open(settings.database, now: SystemTime().now(), keys: file)
                defer { try? store.close() }
                let count: Int
                if withFirst {
                    count = try await store.sealAll()
                } else {
                    let old = try file.read()
                    let new = SecretKeys.newLine()
                    // Both are in the file until all is sealed: whatever ends this in between, nothing is lost.
                    try file.write([new] + old.lines, replaces: true)
                    count = try await store.withKeys(try file.read()).sealAll()
                    if !keepOld { try file.write([new], replaces: true) }
                }
                let name = try file.read().names[0]
                if options.json {
                    Console.json(Done(key: name, secrets: count))
                } else {
                    Console.line("\(EventLines.counted(count, "secret")) sealed with the key \(name)")
                }
            }
        }

        private struct Done: Encodable {
            var key: String
            var secrets: Int
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Gives up secrets whose key is lost, so that tellal starts again.",
            discussion: """
                Links of messages that were sent lead nowhere afterwards, hubs are asked anew, and people who were erased are \
                not known again when a file brings them. Tokens of channels are not in the database.
                """)

        @Flag(help: "Do it.") var yes = false
        @OptionGroup var options: CommonOptions

        func run() async throws {
            try await reportingProblems(json: options.json) {
                guard yes else {
                    throw Problem(
                        .usage, "nothing was done", hint: "`tellal keys reset --help` says what is lost; add --yes.")
                }
                let settings = try await options.load()
                try await Store.openForReading(settings.database).close()
                let store = try await Store.openSealed(settings.database, now: SystemTime().now())
                defer { try? store.close() }
                try await store.forgetSecrets()
                if options.json {
                    Console.json(["reset": true])
                } else {
                    Console.line("the sealed secrets are gone; the next start makes new ones")
                }
            }
        }
    }
}
