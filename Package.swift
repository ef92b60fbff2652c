// swift-tools-version: 6.2

import PackageDescription

// A target exists because it owns a heavy dependency, or because it must be provably free of one.
// Arrows go down only: tellal → CampaignEngine → its five siblings → CampaignModel. See docs/architecture.md.

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let embedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

// A document is read by one task at a time, and the parsers call back for each element and text: checking each time, in a
// release build, that nobody else has the reader costs a tenth of all. Debug builds, and so all tests, check it.
let uncheckedExclusivity: [SwiftSetting] = [
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

/// A Swift target of this package, with the settings that all of them share.
func target(_ name: String, _ dependencies: [Target.Dependency], and settings: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings + settings)
}

/// The tests of one target.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

let package = Package(
    name: "tellal",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "tellal", targets: ["tellal"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.81.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.5.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.16.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    ],
    targets: [
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CSQLiteSettings", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        target("CampaignModel", []),

        target("HTTPTransport", ["CampaignModel", "CCurl"]),
        target("FeedReading", ["CampaignModel", "CLibXML2", "CZlib"], and: uncheckedExclusivity),
        target("CampaignPlanning", ["CampaignModel", mustache, yams]),
        target("MessageChannels", ["CampaignModel", crypto]),
        target("CampaignStore", ["CampaignModel", "CPostgres", "CSQLiteSettings", crypto, grdb, sqlite]),

        target(
            "CampaignEngine",
            [
                "CampaignModel", "HTTPTransport", "FeedReading", "CampaignPlanning", "MessageChannels",
                "CampaignStore", lifecycle, metrics,
            ]
        ),

        target("WebInterface", ["CampaignModel", "CampaignEngine", hummingbird, lifecycle, logging, metrics]),
        target("PlatformSandbox", ["CampaignModel", crypto, hummingbird, lifecycle, logging, mustache]),

        .executableTarget(
            name: "tellal",
            dependencies: [
                "CampaignEngine", "WebInterface", "PlatformSandbox",
                "CampaignModel", "HTTPTransport", "FeedReading", "CampaignPlanning", "MessageChannels",
                "CampaignStore",
                argumentParser, configuration, yams, hummingbird, lifecycle, logging, metrics,
            ],
            swiftSettings: swiftSettings,
            // Takes the place of the system's malloc, which is slow where one thread frees what another has allocated.
            linkerSettings: [.linkedLibrary("jemalloc", .when(platforms: [.linux]))]
        ),

        .target(
            name: "TestSupport",
            dependencies: ["CampaignModel"],
            path: "Tests/TestSupport",
            swiftSettings: swiftSettings
        ),
        tests("CampaignModelTests", ["CampaignModel"]),
        tests("HTTPTransportTests", ["HTTPTransport", "CampaignModel", "TestSupport"]),
        tests("FeedReadingTests", ["FeedReading", "CampaignModel", "TestSupport"]),
        tests("CampaignPlanningTests", ["CampaignPlanning", "CampaignModel", "TestSupport"]),
        tests(
            "MessageChannelsTests",
            ["MessageChannels", "CampaignPlanning", "FeedReading", "CampaignModel", "TestSupport"]
        ),
        tests(
            "CampaignStoreTests",
            ["CampaignStore", "CampaignModel", "CSQLiteSettings", "TestSupport", grdb, sqlite]
        ),
        tests(
            "CampaignEngineTests",
            [
                "CampaignEngine", "CampaignPlanning", "CampaignStore", "HTTPTransport", "CampaignModel", "TestSupport",
                crypto, lifecycle, logging,
            ]
        ),
        tests(
            "SimulationTests",
            [
                "CampaignEngine", "CampaignPlanning", "CampaignStore", "HTTPTransport", "MessageChannels",
                "CampaignModel", "TestSupport", grdb,
            ]
        ),
        tests(
            "WebInterfaceTests",
            ["WebInterface", "CampaignEngine", "TestSupport", embedded, hummingbird, metrics]
        ),
        tests("PlatformSandboxTests", ["PlatformSandbox", "CampaignModel", "TestSupport", crypto]),
        tests("EndToEndTests", ["tellal", "HTTPTransport", "CampaignModel", "TestSupport"]),
    ]
)
