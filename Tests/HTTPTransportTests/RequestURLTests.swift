import Testing

@testable import HTTPTransport

/// Plain addresses are taken apart without libcurl; what comes of them must be the same.
@Suite struct WebAddressTests {
    @Test(arguments: [
        "http://blog.example.com/", "https://blog.example.com/feed.xml?a=1&b=2+3", "http://127.0.1.5:18081/f/1.xml",
        "https://a-b.example:8443/x/y/~z/a:b;c,d@e", "https://example.org/a//b/",
        "http://h/a.b/c..d",
    ])
    func `a plain one is what libcurl makes of it`(url: String) throws {
        let plain = try #require(RequestURL(plain: url))
        #expect(plain == (try RequestURL(url, base: nil)))
        #expect(plain.url == url)
    }

    @Test(arguments: [
        "HTTP://example.org/", "http://Example.org/", "http://example.org", "http://example.org:80/", "http://e.org./",
        "https://example.org:443/", "http://example.org:080/", "http://example.org:/", "http://u:p@example.org/",
        "http://127.1/", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.0.0.01/", "http://2130706433/",
        "http://[::1]/", "http://example.org/a/../b", "http://example.org/./b", "http://example.org/a%2fb",
        "http://example.org/a b", "http://example.org/#a", "http://exämple.org/", "http://example.org/\u{E4}",
        "http://example.org\\@evil.example/", "http:///a", "http://-/\u{0}", "ftp://example.org/", "//example.org/", "",
        "http://example.org:99999/", "http://example.org:1:2/", "http://example.org/a/.",
        "http://example.org/\r\nHost: x", "http://example.org/a?",
    ])
    func `all others are left to libcurl`(url: String) { #expect(RequestURL(plain: url) == nil) }

    @Test(arguments: [
        ("http://0%2E1/", "0.0.0.1"), ("http://%31%32%37.1", "127.0.0.1"), ("http://0x7F.1", "127.0.0.1"),
    ])
    func `an escaped host is the one that libcurl connects to`(url: String, host: String) throws {
        let address = try RequestURL(url)
        #expect(address.host == host && address.url == "http://\(host)/")
        #expect(try RequestURL(address.url) == address)
    }
}
