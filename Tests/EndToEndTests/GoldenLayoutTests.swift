import Foundation
import TestSupport
import Testing

/// The shipped layouts as both platforms get them, against what was looked at and found good:
/// `Tests/Fixtures/layouts/NAME.PLATFORM.json`. After a change that is meant, `TELLAL_GOLDEN=write` writes them anew.
@Suite struct GoldenLayoutTests {
    private static let fixtures = Program.root.appending(path: "Tests/Fixtures/layouts")
    private static let ofShops = ["product-card", "new-arrivals", "price-drop", "back-in-stock", "removed"]
    private static let names =
        ((try? FileManager.default.contentsOfDirectory(
            at: Program.root.appending(path: "templates/layouts"), includingPropertiesForKeys: nil)) ?? [])
        .filter { $0.pathExtension == "yaml" }.map { $0.deletingPathExtension().lastPathComponent }.sorted()

    @Test func `there are as many layouts as the page says`() { #expect(Self.names.count >= 14) }

    @Test(arguments: names, ["telegram", "messenger"])
    func `a shipped layout is sent as it should be`(name: String, platform: String) throws {
        let scratch = try TemporaryFolder()
        try FileManager.default.createDirectory(
            at: scratch.url.appending(path: "feeds"), withIntermediateDirectories: true)
        try scratch.write(
            """
            channels:
              - {name: telegram, platform: telegram, token: "1:t"}
              - {name: messenger, platform: messenger, page_id: "1", token: t, app_secret: s, verify_token: v}
            """, to: "feeds/channels.yaml")
        var tellal = Program(folder: scratch.url)
        tellal.environment["TELLAL_TEMPLATES"] = Program.root.appending(path: "templates").path
        let feed = Self.fixtures.appending(path: Self.ofShops.contains(name) ? "shop.xml" : "blog.xml").path
        let done = try tellal(
            "preview", "--layout", name, "--file", feed, "--channel", platform, "--limit", "3", "--json")
        #expect(done.exitCode == 0, "\(done.errors)")
        let shown = try JSONSerialization.data(
            withJSONObject: done.objects, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        let golden = Self.fixtures.appending(path: "\(name).\(platform).json")
        if ProcessInfo.processInfo.environment["TELLAL_GOLDEN"] == "write" {
            try (shown + Data("\n".utf8)).write(to: golden)
        }
        let expected = try String(contentsOf: golden, encoding: .utf8)
        #expect(String(decoding: shown, as: UTF8.self) + "\n" == expected, "\(golden.path)")
    }
}
