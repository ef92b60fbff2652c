import TestSupport
import Testing

@testable import HTTPTransport

@Suite struct OwnAddressesTests {
    private let list = LockedValue<[String]?>(["192.0.1.7", "2a00:1450::7"])

    private func own() -> OwnAddresses {
        let list = list
        return OwnAddresses(reading: { list.withLock { $0.map { Set($0.compactMap { IPAddress($0) }) } } })
    }

    @Test(arguments: [
        ("192.0.1.7", true), ("::ffff:192.0.1.7", true), ("64:ff9b::192.0.1.7", true), ("2a00:1450::7", true),
        ("192.0.1.8", false), ("2a00:1450::8", false),
    ])
    func `a public address of this machine is known in each spelling`(text: String, isOwn: Bool) throws {
        #expect(own().contains(try #require(IPAddress(text)), at: 0) == isOwn)
    }

    @Test func `what the interfaces have now counts after a minute`() throws {
        let own = own()
        let new = try #require(IPAddress("192.0.1.9"))
        #expect(!own.contains(new, at: 1000))
        list.withLock { $0 = ["192.0.1.9"] }
        #expect(!own.contains(new, at: 1059))
        #expect(own.contains(new, at: 1060))
        list.withLock { $0 = nil }
        #expect(own.contains(new, at: 1200))
    }

    @Test func `the system's own list is read`() throws {
        #expect(OwnAddresses.ofMachine.contains(try #require(IPAddress("127.0.0.1"))))
        #expect(!OwnAddresses.ofMachine.contains(try #require(IPAddress("192.0.2.1"))))
    }

    @Test(arguments: [
        ([String](), false), (["192.0.1.7"], true), (["192.0.0.0/16"], true), (["blog.example.com:9200"], true),
        (["blog.example.com:80"], false),
    ])
    func `it is fetched from only where the owner allows it`(allowed: [String], isPermitted: Bool) throws {
        let address = try #require(IPAddress("192.0.1.7"))
        let policy = try AddressPolicy(allow: allowed)
        #expect(policy.permits(address, host: "blog.example.com", port: 9200, isOwn: true) == isPermitted)
        #expect(policy.permits(address, host: "blog.example.com", port: 9200, isOwn: false))
        #expect(policy.permits(address, host: "blog.example.com", port: 443, isOwn: true), "a blog on the same server")
    }

    @Test func `the error says what to allow`() throws {
        let place = try RequestURL("https://blog.example.com:9200/feed")
        let address = try #require(IPAddress("192.0.1.7"))
        #expect(
            FailureText.refused(address, place: place, isOwn: true)
                == "blog.example.com:9200 leads to 192.0.1.7, which is an address of this machine; "
                + "add blog.example.com:9200 to fetch.allow_addresses to allow it.")
    }
}
