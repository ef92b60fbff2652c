import CampaignModel
import Foundation
import TestSupport
import Testing

@testable import CampaignStore

@Suite("Secrets in the database") struct SecretTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    /// A SQLite database in a folder of its own, and what stands in its files.
    private func withDatabase(_ body: (String, TemporaryFolder) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try await body("sqlite:\(folder.url.path)/tellal.db", folder)
    }

    private func open(_ url: String, _ keys: KeyFile?) async throws -> Store {
        try await Store.open(url, now: Self.now, keys: keys)
    }

    private func ours(_ url: String) -> KeyFile? { KeyFile.find(setting: nil, database: url, credentials: nil) }

    private func bytes(of folder: TemporaryFolder) throws -> Data {
        try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { !$0.hasSuffix(".key") }.sorted()
            .reduce(into: Data()) { $0 += try Data(contentsOf: URL(fileURLWithPath: "\(folder.url.path)/\($1)")) }
    }

    @Test func `a secret stands in no file of the database and is there at the next start`() async throws {
        try await withDatabase { url, folder in
            let store = try await open(url, ours(url))
            #expect(try await store.installationSecret("link_key", fresh: "canary-4711").reveal() == "canary-4711")
            #expect(try bytes(of: folder).range(of: Data("canary-4711".utf8)) == nil)
            try store.close()
            let again = try await open(url, ours(url))
            #expect(try await again.installationSecret("link_key", fresh: "another").reveal() == "canary-4711")
            try again.close()
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.url.path)/tellal.db.key")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func `what was open before is sealed at the first start with a key`() async throws {
        try await withDatabase { url, folder in
            let before = try await open(url, nil)
            _ = try await before.installationSecret("address_key", fresh: "canary-4711")
            #expect(try await !before.isSealed())
            try before.close()
            let store = try await open(url, ours(url))
            #expect(try await store.isSealed())
            #expect(try await store.installationSecret("address_key", fresh: "another").reveal() == "canary-4711")
            try store.close()
        }
    }

    @Test func `without its key it does not start and writes nothing`() async throws {
        try await withDatabase { url, folder in
            try await open(url, ours(url)).close()
            try FileManager.default.removeItem(atPath: "\(folder.url.path)/tellal.db.key")
            for keys in [ours(url), nil] {
                let problem = await #expect(throws: Problem.self) { try await open(url, keys) }
                #expect(problem?.code == .settings)
                // A new key opens nothing.
                #expect(problem?.hint?.contains("key_file") == true && problem?.hint?.contains("keys new") == false)
            }
            #expect(!FileManager.default.fileExists(atPath: "\(folder.url.path)/tellal.db.key"))
        }
    }

    @Test func `with another key it does not start`() async throws {
        try await withDatabase { url, folder in
            try await open(url, ours(url)).close()
            let wrong = KeyFile(path: "\(folder.url.path)/wrong")
            try wrong.write([SecretKeys.newLine()], replaces: false)
            let problem = await #expect(throws: Problem.self) { try await open(url, wrong) }
            #expect(problem?.message.contains("not in the key file") == true)
            // Nobody holds the database.
            try await open(url, ours(url)).close()
        }
    }

    @Test func `a secret opens only where it stands`() throws {
        let keys = try SecretKeys(SecretKeys.newLine())
        let sealed = try keys.seal("canary", at: "one")
        #expect(try keys.open(sealed, at: "one") == "canary")
        #expect(throws: Problem.self) { try keys.open(sealed, at: "two") }
        for place in sealed.indices.suffix(40) where sealed[place] != "=" {
            var changed = sealed
            changed.replaceSubrange(place...place, with: sealed[place] == "A" ? "z" : "A")
            #expect(throws: Problem.self) { try keys.open(changed, at: "one") }
        }
    }

    @Test func `keys show nothing of themselves`() throws {
        let line = SecretKeys.newLine()
        let keys = try SecretKeys(line)
        var dumped = ""
        dump(keys, to: &dumped)
        for text in ["\(keys)", String(reflecting: keys), dumped] { #expect(!text.contains(line)) }
    }

    @Test func `two seals of one secret differ`() throws {
        let keys = try SecretKeys(SecretKeys.newLine())
        #expect(try keys.seal("canary", at: "one") != keys.seal("canary", at: "one"))
    }

    @Test func `after another key seals everything the old one is not needed`() async throws {
        try await withDatabase { url, folder in
            let store = try await open(url, ours(url))
            _ = try await store.installationSecret("link_key", fresh: "canary")
            let file = try #require(ours(url))
            let (old, new) = (try file.read().lines[0], SecretKeys.newLine())
            #expect(try await store.withKeys(SecretKeys([new, old].joined(separator: "\n"))).sealAll() == 1)
            try store.close()
            await #expect(throws: Problem.self) { try await open(url, file) }
            try file.write([new], replaces: true)
            let again = try await open(url, file)
            #expect(try await again.installationSecret("link_key", fresh: "another").reveal() == "canary")
            try again.close()
        }
    }

    @Test func `who has lost the key can give up what it sealed`() async throws {
        try await withDatabase { url, folder in
            let store = try await open(url, ours(url))
            _ = try await store.installationSecret("link_key", fresh: "canary")
            try store.close()
            try FileManager.default.removeItem(atPath: "\(folder.url.path)/tellal.db.key")
            let sealed = try await Store.openSealed(url, now: Self.now)
            try await sealed.forgetSecrets()
            try sealed.close()
            let again = try await open(url, ours(url))
            #expect(try await again.installationSecret("link_key", fresh: "another").reveal() == "another")
            try again.close()
        }
    }

    @Test(arguments: ["", "# nothing\n", "short", "AAAA", "key: abc"])
    func `a file that holds no key says so`(text: String) {
        let problem = #expect(throws: Problem.self) { try SecretKeys(text) }
        #expect(problem?.code == .settings)
        #expect(text.count < 4 || problem?.message.contains(text) == false)
    }

    @Test func `where the key is looked for`() throws {
        let folder = try TemporaryFolder()
        let credential = "\(folder.url.path)/tellal.key"
        #expect(KeyFile.find(setting: "/a/key", database: "sqlite:b.db", credentials: nil)?.path == "/a/key")
        #expect(KeyFile.find(setting: nil, database: "sqlite:b.db", credentials: folder.url.path)?.path == "b.db.key")
        try KeyFile(path: credential).write([SecretKeys.newLine()], replaces: false)
        #expect(KeyFile.find(setting: nil, database: "sqlite:b.db", credentials: folder.url.path)?.path == credential)
        #expect(KeyFile.find(setting: nil, database: "postgres://a/b", credentials: nil) == nil)
    }
}
