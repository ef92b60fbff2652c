import Testing

@testable import FeedReading

@Suite struct WebPageTests {
    private func page(_ html: String) -> WebPage { WebPage(Array(html.utf8), address: "https://example.org/blog/") }

    @Test func `a page that asks for a password is a login page`() {
        #expect(
            page("<title>Sign in</title><form><input TYPE=Password></form>").description == "a login page (“Sign in”)")
        #expect(page("<form><input type=password></form>").description == "a login page")
        #expect(page("<title>Search</title><form><input type=text></form>").description == "a web page (“Search”)")
        let whole = "<html><head><title>Shop</title></head><body><form><input type='password'></form></body></html>"
        #expect(failure(whole) == .notAFeed(what: "a login page (“Shop”)", feeds: []))
    }

    @Test(arguments: [
        ("<link rel=alternate type=application/json href=/feed.json>", "/feed.json"),
        ("<link rel=alternate type=application/json href=/wp-json/wp/v2/posts/1>", nil),
        ("<link rel='alternate feed' href=f>", "/blog/f"), ("<link rel=feed href=/f>", "/f"),
        ("<link rel=stylesheet href=/s.css>", nil), ("<link rel=alternate hreflang=de href=/de>", nil),
        ("<base href=/sub/><link rel=alternate type='application/rss+xml; charset=utf-8' href=f>", "/sub/f"),
        ("<svg><title>no</title></svg><link rel=ALTERNATE type=Application/Atom+XML href=/a>", "/a"),
    ])
    func `the feeds of a page are those it links as such`(html: String, path: String?) {
        #expect(page(html).feeds == (path.map { ["https://example.org" + $0] } ?? []))
    }

    @Test func `a title's references are resolved and its blanks collapsed`() {
        #expect(page("<html><head><title> A &amp;\n B</title><body><title>C</title>").title == "A & B")
    }
}
