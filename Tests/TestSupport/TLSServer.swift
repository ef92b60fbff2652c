import Foundation

/// A web server with TLS on a free port of 127.0.0.1: the program `openssl`, with certificates made for the test.
///
/// It answers `GET /name` with the file `name` of its folder, which is a whole answer with its head.
package final class TLSServer: Sendable {
    package enum Signer: Sendable { case authority, stranger, itself }

    package static let isAvailable = FileManager.default.isExecutableFile(atPath: program)
    private static let program = "/usr/bin/openssl"
    private static let newKey = [
        "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "server.key",
    ]

    package let port: Int
    /// The PEM file of the authority that a test may trust.
    package let authority: String
    private let folder: TemporaryFolder
    private let process: Int32

    /// - Parameters:
    ///   - signer: Who signs the certificate of 127.0.0.1.
    ///   - ends: When it ends, `YYYYMMDDHHMMSSZ`.
    ///   - options: More for `openssl s_server`.
    ///   - answers: Whole answers by name.
    /// - Throws: When `openssl` fails.
    package init(
        signer: Signer = .authority, ends: String = "20491231235959Z", options: [String] = [],
        answers: [String: String] = ["feed": "HTTP/1.1 200 OK\r\n\r\nhello"]
    ) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        authority = folder.path("authority.pem")
        for (name, answer) in answers { try folder.write(answer, to: name) }
        try Self.makeCertificates(in: folder, signer: signer, ends: ends)
        let pipe = Pipe()
        let process = Self.command(
            ["s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key", "-HTTP"] + options,
            in: folder)
        process.standardOutput = pipe
        try process.run()
        self.process = process.processIdentifier
        var told = ""
        while !told.contains("ACCEPT "), let more = try pipe.fileHandleForReading.read(upToCount: 1), !more.isEmpty {
            told += String(decoding: more, as: UTF8.self)
        }
        while !told.hasSuffix("\n"), let more = try pipe.fileHandleForReading.read(upToCount: 1), !more.isEmpty {
            told += String(decoding: more, as: UTF8.self)
        }
        let digits = told.split(separator: ":").last?.prefix { $0.isNumber } ?? ""
        guard let port = Int(digits) else { throw POSIXError(.EADDRNOTAVAIL) }
        self.port = port
    }

    package func url(_ path: String = "/feed", host: String = "127.0.0.1") -> String {
        "https://\(host):\(port)\(path)"
    }

    package func stop() {
        // It inherits the signals that the test runner's threads do not take.
        kill(process, SIGKILL)
    }

    private static func makeCertificates(in folder: TemporaryFolder, signer: Signer, ends: String) throws {
        for name in ["authority", "stranger"] {
            try run(
                ["req", "-x509"] + newKey.dropLast() + ["\(name).key", "-out", "\(name).pem", "-subj", "/CN=\(name)"],
                in: folder)
        }
        guard signer != .itself else {
            let name = "subjectAltName=IP:127.0.0.1"
            return try run(
                ["req", "-x509"] + newKey + ["-out", "server.pem", "-subj", "/CN=server", "-addext", name], in: folder)
        }
        let name = signer == .authority ? "authority" : "stranger"
        try folder.write("", to: "issued")
        try folder.write(
            """
            [ca]
            default_ca = test
            [test]
            database = issued
            new_certs_dir = .
            default_md = sha256
            rand_serial = yes
            policy = any
            x509_extensions = server
            [any]
            commonName = supplied
            [server]
            subjectAltName = IP:127.0.0.1

            """, to: "ca.cnf")
        try run(["req"] + newKey + ["-out", "server.csr", "-subj", "/CN=server"], in: folder)
        try run(
            [
                "ca", "-batch", "-notext", "-config", "ca.cnf", "-cert", "\(name).pem", "-keyfile",
                "\(name).key", "-startdate", "20200101000000Z", "-enddate", ends, "-in", "server.csr", "-out",
                "server.pem",
            ], in: folder)
    }

    private static func run(_ arguments: [String], in folder: TemporaryFolder) throws {
        let process = command(arguments, in: folder)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw POSIXError(.EINVAL) }
    }

    private static func command(_ arguments: [String], in folder: TemporaryFolder) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder.url
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        return process
    }
}
