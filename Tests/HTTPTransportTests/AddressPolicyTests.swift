import CampaignModel
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct AddressPolicyTests {
    @Test(arguments: [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
        "127.255.255.255", "169.254.0.0", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1",
        "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.7",
        "203.0.113.255", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
        "fc00::1", "fdff::1", "ff02::1", "2001::1", "2001:1ff:ffff::", "2001:db8::1", "2002:7f00:1::", "3fff::1",
        "3fff:fff::", "4000::1", "1fff::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::127.0.0.1",
        "64:ff9b::169.254.169.254", "64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8",
    ])
    func `a private or reserved address is refused`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!AddressPolicy.publicOnly.permits(address, host: "example.com", port: 443))
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.0.3.1", "192.167.255.255",
        "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2000::1", "2001:200::1", "2606:4700::1111",
        "2a00:1450::1", "3ffe::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
    ])
    func `a public address is permitted`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressPolicy.publicOnly.permits(address, host: "example.com", port: 443))
    }

    @Test(arguments: [(22, false), (25, false), (80, true), (443, true), (1023, false), (1024, true), (8443, true)])
    func `only the web's ports and the high ones are permitted`(port: Int, isPermitted: Bool) throws {
        let address = try #require(IPAddress("1.1.1.1"))
        #expect(AddressPolicy.publicOnly.permits(address, host: "example.com", port: port) == isPermitted)
        #expect(try AddressPolicy(allow: ["1.1.1.1"]).permits(address, host: "example.com", port: port))
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.9.8.7", "h", 80, true), ("10.0.0.0/8", "11.0.0.1", "h", 22, false),
        ("10.0.0.0/8", "::ffff:10.0.0.1", "h", 80, true), ("192.168.1.20", "192.168.1.20", "h", 80, true),
        ("192.168.1.20", "192.168.1.21", "h", 80, false), ("fd00::/8", "fd12::1", "h", 80, true),
        ("fd00::/8", "fe80::1", "h", 80, false), ("0.0.0.0/0", "127.0.0.1", "h", 80, true),
        ("0.0.0.0/0", "::1", "h", 80, false), ("::/0", "::1", "h", 80, true),
        ("Intra.example:8080", "10.0.0.1", "intra.EXAMPLE", 8080, true),
        ("intra.example:8080", "10.0.0.1", "intra.example", 8081, false),
        ("intra.example:8080", "10.0.0.1", "other.example", 8080, false),
        ("127.0.0.1:9000", "127.0.0.1", "localhost", 9000, true),
        ("127.0.0.1:9000", "127.0.0.1", "localhost", 9001, false), ("[::1]:9000", "::1", "localhost", 9000, true),
    ])
    func `the allow list opens what it names and nothing else`(
        entry: String, address: String, host: String, port: Int, isPermitted: Bool
    ) throws {
        let policy = try AddressPolicy(allow: [entry])
        #expect(policy.permits(try #require(IPAddress(address)), host: host, port: port) == isPermitted)
    }

    @Test(arguments: [
        "", "intranet", "10.0.0.0/33", "fd00::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0/8", "host:",
        "host:0", "host:65536", ":80", "ho st:80", "[::1:80", "http://host:80",
    ])
    func `a bad entry is a settings problem that names it`(entry: String) throws {
        #expect {
            try AddressPolicy(allow: ["10.0.0.0/8", entry])
        } throws: { error in
            guard let problem = error as? Problem else { return false }
            return problem.code == .settings && problem.message.contains("'\(entry)'") && problem.hint != nil
        }
    }

    @Test(arguments: [
        "127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0", "localhost", "[::1]", "[::ffff:127.0.0.1]",
        "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]",
    ])
    func `no spelling of a private address is fetched from`(host: String) async throws {
        try await withServer(allow: [], { _ in [.answer("secret")] }) { server, transport in
            let failure = try #require(await transport.failure("http://\(host):\(server.port)/path?token=1"))
            #expect(failure.kind == .addressRefused)
            #expect(!failure.requestLeft)
            #expect(failure.message.contains("is a private address; add it to fetch.allow_addresses to allow it"))
            #expect(!failure.message.contains("token"))
            #expect(server.connections == 0)
        }
    }

    @Test func `a place on the allow list is fetched from by name`() async throws {
        let server = try LoopbackServer { _ in [.answer("fine")] }
        defer { server.stop() }
        let transport = try makeTransport(allow: ["localhost:\(server.port)"])
        let (_, bytes) = try await transport.fetch("http://localhost:\(server.port)/")
        #expect(bytes == Array("fine".utf8))
        // The name is allowed, the number is not, although a connection to it is open.
        #expect(await transport.failure(server.url())?.kind == .addressRefused)
        await transport.shutdown()
    }

    @Test func `sending goes wherever the operator says`() async throws {
        try await withServer(allow: [], { _ in [.answer("fine")] }) { server, transport in
            #expect(await transport.send(post(server.url(), "{}")).answer?.status == 200)
        }
    }

    @Test func `a connection opened for sending is not used to get around the policy`() async throws {
        try await withServer(allow: [], { _ in [.answer("fine")] }) { server, transport in
            #expect(await transport.send(post(server.url(), "{}")).answer?.status == 200)
            #expect(await transport.failure(server.url())?.kind == .addressRefused)
            #expect(server.requests.count == 1)
        }
    }
}
