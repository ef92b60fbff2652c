import CampaignModel
import CampaignStore
import Configuration
import Foundation
import MessageChannels

/// What the process itself needs to know; what it sends to whom is in feeds/ and templates/.
struct Settings: Sendable {
    var database: String
    /// Where the keys stand that seal what is secret in it.
    var keyFile: KeyFile?
    var listen: String
    /// Where health and metrics are told apart from the rest; nil for where everything else is.
    var metricsListen: String?
    var publicURL: String?
    var feeds: String
    var templates: String
    var fetchMaxBytes: Int64?
    var allowAddresses: [String]
    var fetchConcurrency: Int
    var fetchPerHost: Int
    var sendConcurrency: Int
    /// After how long people are forgotten who are not subscribed; nil for never.
    var keepInactive: Duration?
    /// How long it is kept what was found and sent, one by one; nil for ever.
    var keepHistory: Duration?
    var logLevel: String
    var logFormat: String

    /// Through which links lead; nil where Telegram would take none, and no message whose button has one.
    var linkURL: String? { publicURL.flatMap { LinkAddress($0)?.isForTelegramButton == true ? $0 : nil } }

    /// Why no link leads through `public_url`, if one is set.
    var linkRemark: String? {
        guard let publicURL, linkURL == nil else { return nil }
        return "`public_url` is \(publicURL): Telegram takes no link to such a host or port, so none leads through it"
    }

    /// The settings as they are in force, by key.
    var inForce: [(key: String, value: String)] {
        [
            ("database", Store.shown(database)), ("key_file", keyFile?.path ?? "none"), ("listen", listen),
            ("metrics.listen", metricsListen ?? "as `listen`"),
            ("public_url", publicURL ?? "none"), ("feeds", feeds),
            ("templates", templates), ("fetch.max_bytes", fetchMaxBytes.map(String.init) ?? "by kind of document"),
            ("fetch.allow_addresses", allowAddresses.joined(separator: ", ")),
            ("fetch.concurrency", String(fetchConcurrency)), ("fetch.per_host", String(fetchPerHost)),
            ("send.concurrency", String(sendConcurrency)),
            ("subscribers.keep_inactive", Self.days(keepInactive)), ("history.keep", Self.days(keepHistory)),
            ("log.level", logLevel), ("log.format", logFormat),
        ]
    }

    /// All keys, as they are written in `tellal.yaml`.
    static let keys = [
        "database", "key_file", "listen", "metrics.listen", "public_url", "feeds", "templates", "fetch.max_bytes",
        "fetch.allow_addresses",
        "fetch.concurrency", "fetch.per_host", "send.concurrency", "subscribers.keep_inactive", "history.keep",
        "log.level",
        "log.format",
    ]

    /// Reads the settings: flags, then `TELLAL_*` variables, then files of ``Secrets``, then `tellal.yaml`,
    /// then defaults.
    ///
    /// The flags are by key; the file may be missing unless it is required. A ``Problem`` (`settings`) names the key
    /// that is wrong and what it may hold.
    static func load(
        flags: [String: String], environment: [String: String], file: String, isRequired: Bool = false
    ) async throws -> Settings {
        // `${NAME:-}` of a compose file makes empty variables; an empty one says nothing.
        let environment = environment.filter { !$0.value.allSatisfy(\.isWhitespace) }
        let fromFile = try SettingsFile.read(file, isRequired: isRequired)
        var secrets: [String: String] = [:]
        for key in keys {
            // A folder of secrets may hold some of others, which are not ours to read.
            let name = "tellal-" + key.replacingOccurrences(of: ".", with: "-")
            secrets[key] = try Secrets.value(name, in: Secrets.folders(environment))
        }
        let reader = ConfigReader(providers: [
            InMemoryProvider(name: "flags", values: Self.values(flags)),
            EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "tellal"),
            InMemoryProvider(name: "secrets", values: Self.values(secrets)),
            InMemoryProvider(name: file, values: Self.values(fromFile)),
        ])
        return try Settings(
            SettingsReader(reader: reader), credentials: environment["CREDENTIALS_DIRECTORY"])
    }

    private init(_ reader: SettingsReader, credentials: String?) throws(Problem) {
        database = reader.text("database") ?? "sqlite:tellal.db"
        keyFile = KeyFile.find(setting: reader.text("key_file"), database: database, credentials: credentials)
        listen = reader.text("listen") ?? "127.0.0.1:8080"
        metricsListen = reader.text("metrics.listen")
        publicURL = try reader.webAddress("public_url")
        feeds = reader.text("feeds") ?? "./feeds"
        templates = reader.text("templates") ?? "./templates"
        fetchMaxBytes = try reader.bytes("fetch.max_bytes")
        allowAddresses = reader.list("fetch.allow_addresses")
        fetchConcurrency = try reader.count("fetch.concurrency", in: 1...10_000) ?? 64
        fetchPerHost = try reader.count("fetch.per_host", in: 1...64) ?? 2
        sendConcurrency = try reader.count("send.concurrency", in: 1...1000) ?? 32
        keepInactive = try reader.days("subscribers.keep_inactive")
        // Less would take away what people may still be told, and what platforms still speak of.
        keepHistory = reader.isForEver("history.keep") ? nil : try reader.days("history.keep", from: 30) ?? .days(180)
        logLevel =
            try reader.word("log.level", among: ["trace", "debug", "info", "notice", "warning", "error"]) ?? "info"
        logFormat = try reader.word("log.format", among: ["text", "json"]) ?? "text"
        _ = try ListenAddress(listen)
        // Without them no date could be written, and no time of a day be told.
        guard FileManager.default.fileExists(atPath: "/usr/share/zoneinfo") else {
            throw Problem(
                .settings, "this machine knows no time zones", hint: "Install them: on Debian the package tzdata.")
        }
        if let metricsListen { _ = try ListenAddress(metricsListen, key: "metrics.listen") }
    }

    private static func days(_ length: Duration?) -> String {
        length.map { "\($0.components.seconds / 86_400)d" } ?? "for ever"
    }

    private static func values(_ texts: [String: String]) -> [AbsoluteConfigKey: ConfigValue] {
        Dictionary(
            texts.map {
                (
                    AbsoluteConfigKey($0.key.split(separator: ".").map(String.init)),
                    ConfigValue(.string($0.value), isSecret: false)
                )
            }
        ) { first, _ in first }
    }
}

/// `HOST:PORT`; `[::1]:8080` for IPv6.
struct ListenAddress: Sendable, Hashable {
    var host: String
    var port: Int

    /// - Throws: ``Problem`` (`settings`), which names the key.
    init(_ text: String, key: String = "listen") throws(Problem) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port), colon > text.startIndex
        else {
            throw Problem(
                .settings, "`\(key)`: \(text) is no address", hint: "Write host:port, for example 127.0.0.1:8080.")
        }
        host = text[..<colon].trimmingCharacters(in: ["[", "]"])
        self.port = port
    }
}

private struct SettingsReader {
    let reader: ConfigReader

    func text(_ key: String) -> String? {
        guard let value = reader.string(forKey: ConfigKey(key.split(separator: ".").map(String.init))) else {
            return nil
        }
        let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
        return trimmed.isEmpty ? nil : trimmed
    }

    /// Without a slash at its end.
    func webAddress(_ key: String) throws(Problem) -> String? {
        guard var text = text(key) else { return nil }
        while text.hasSuffix("/") { text.removeLast() }
        guard let parts = URLComponents(string: text), ["http", "https"].contains(parts.scheme?.lowercased()),
            parts.host?.isEmpty == false, parts.query == nil, parts.fragment == nil, parts.user == nil
        else { throw wrong(key, text, "Write an address such as https://tellal.example.org.") }
        return text
    }

    func list(_ key: String) -> [String] {
        (text(key) ?? "").split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    func count(_ key: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = text(key) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw wrong(key, text, "Write a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    func isForEver(_ key: String) -> Bool { text(key) == "for ever" }

    /// `730d`
    func days(_ key: String, from least: Int = 1) throws(Problem) -> Duration? {
        guard let text = text(key) else { return nil }
        guard text.hasSuffix("d"), let number = Int(text.dropLast()), (least...36_500).contains(number) else {
            throw wrong(key, text, "Write a number of days such as 730d (\(least)d or more), or leave it out.")
        }
        return .days(number)
    }

    func word(_ key: String, among words: [String]) throws(Problem) -> String? {
        guard let text = text(key) else { return nil }
        guard words.contains(text) else { throw wrong(key, text, "Write one of \(words.joined(separator: ", ")).") }
        return text
    }

    /// `2 GiB`, `20MiB`, `500 kB`, `1048576`.
    func bytes(_ key: String) throws(Problem) -> Int64? {
        guard let text = text(key) else { return nil }
        let units: [String: Int64] = [
            "": 1, "b": 1, "kb": 1000, "mb": 1_000_000, "gb": 1_000_000_000, "kib": 1 << 10, "mib": 1 << 20,
            "gib": 1 << 30,
        ]
        let digits = text.prefix(while: \.isASCIIDigit)
        let unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces).lowercased()
        guard let number = Int64(digits), let factor = units[unit], number > 0,
            case let (product, overflow) = number.multipliedReportingOverflow(by: factor), !overflow
        else { throw wrong(key, text, "Write a size such as 20 MiB or 2 GiB.") }
        return product
    }

    private func wrong(_ key: String, _ text: String, _ hint: String) -> Problem {
        Problem(.settings, "`\(key)`: \(text.prefix(80)) is not allowed here", hint: hint)
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
