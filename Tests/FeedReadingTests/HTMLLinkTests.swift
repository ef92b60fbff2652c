import CampaignModel
import Testing

@testable import FeedReading

@Suite(.timeLimit(.minutes(5))) struct HTMLLinkTests {
    private static let base = "https://example.org/blog/post"

    @Test(arguments: [
        ("<a href=\"x\">", "<a href=\"https://example.org/blog/x\">"),
        ("<a href='/x'>", "<a href='https://example.org/x'>"), ("<a href=/x>", "<a href=https://example.org/x>"),
        ("<A\nHREF = \" ../x \"\n>", "<A\nHREF = \"https://example.org/x\"\n>"),
        ("<a href=//cdn.example/x>", "<a href=https://cdn.example/x>"),
        ("<a href='#top'>", "<a href='https://example.org/blog/post#top'>"),
        ("<a href='?p=2'>", "<a href='https://example.org/blog/post?p=2'>"),
        ("<img alt='a>b' src=\"i.png\"/>", "<img alt='a>b' src=\"https://example.org/blog/i.png\"/>"),
        ("<video poster=/p src=/v>", "<video poster=https://example.org/p src=https://example.org/v>"),
        ("<q cite=/q>", "<q cite=https://example.org/q>"),
        ("<td background=/b>", "<td background=https://example.org/b>"),
        ("<img longdesc=/l>", "<img longdesc=https://example.org/l>"),
        ("<form action=/f>", "<form action=https://example.org/f>"), ("<x-y action=/f>", "<x-y action=/f>"),
        ("<object data=/o>", "<object data=https://example.org/o>"), ("<p data=/o>", "<p data=/o>"),
        ("<script src=/s></script>", "<script src=https://example.org/s></script>"),
        ("<a href=\"/x>y</a>", "<a href=\"https://example.org/x>y</a>"),
    ])
    func `a relative link becomes absolute where it stands`(html: String, expected: String) {
        #expect(HTMLLinks.absolute("é \(html) &amp; <b>ü", base: Self.base) == "é \(expected) &amp; <b>ü")
    }

    @Test(arguments: [
        "plain", "1 < 2", "<p class='href'>x</p>", "<a href>", "<a href=''>", "<a href=\" \">", "<a data-href='x'>",
        "<a href=\" HTTP://Example.org/a b \">", "<a href='mailto:a@b.example'>", "<a href='tel:+1'>",
        "<img src='data:image/gif;base64,R0lGOD'>", "<a href='javascript:x()'>", "<a href='java&#10;script:x()'>",
        "<a href='&#106;avascript:x()'>", "<!-- <a href='x'> -->", "<!-- <a href='x'>", "<style><a href='x'></style>",
        "<script>'<a href=x>'</script>", "<script><a href=x>", "<textarea><a href='x'></TextArea >", "</a href='x'>",
        "<?php <a href='x' ?>", "<a href='x", "<a title='<a href=x>'>", "a<b href=x",
    ])
    func `all else stays byte for byte`(html: String) {
        #expect(HTMLLinks.absolute(html, base: Self.base) == html)
    }

    @Test(arguments: [
        ("/a?b=1&amp;c=2", "/a?b=1&amp;c=2"), ("/a?b=1&c=2", "/a?b=1&amp;c=2"), ("/a?b&copy=2", "/a?b&amp;copy=2"),
        ("/&eacute;&#x2F;&quot;", "/é/%22"), ("/it's", "/it's"), ("/it's&#33;", "/it&#39;s!"), ("/a b", "/a%20b"),
    ])
    func `references in a link mean what they meant`(value: String, expected: String) {
        #expect(
            HTMLLinks.absolute("<a href=\"\(value)\">", base: Self.base)
                == "<a href=\"https://example.org\(expected)\">")
    }

    @Test func `each candidate of a source set is resolved`() {
        #expect(
            HTMLLinks.absolute(
                "<img srcset=\"/a,1.jpg 1x, https://cdn.example/b.jpg 2x,\n c.jpg, /d.jpg?x=1&amp;y 3x\">",
                base: Self.base)
                    == """
                    <img srcset="https://example.org/a,1.jpg 1x, https://cdn.example/b.jpg 2x,
                     https://example.org/blog/c.jpg, https://example.org/d.jpg?x=1&amp;y 3x">
                    """)
    }

    @Test(arguments: [
        "https://example.org", "https://example.org/", "https://example.org/a/b",
        "https://example.org/a/../b/c?d=/e/#f",
    ])
    func `links resolve as addresses elsewhere do`(base: String) {
        for link in [
            "a", "/a", "a/b?c=/d", "a/../b", "./a", ".", "..", "/.", "?a", "#a", "//h/a", "a//b", "é", "a:b/c",
        ] {
            #expect(
                HTMLLinks.absolute("<a href='\(link)'>", base: base)
                    == "<a href='\(AddressText.resolve(link, against: base) ?? "")'>")
        }
    }

    @Test func `what follows a comment, a script and a section mark is looked at`() {
        #expect(
            HTMLLinks.absolute(
                "<!--><a href=1><script>'<a href=x>'</script><a href=2><![CDATA[<a href=3>]]><script/><a href=4>",
                base: "http://h")
                == "<!--><a href=http://h/1><script>'<a href=x>'</script><a href=http://h/2>"
                + "<![CDATA[<a href=http://h/3>]]><script/><a href=http://h/4>")
    }

    @Test(arguments: [nil, "", "feed.xml", "ftp://example.org/", "file:///feed.xml", "urn:x"])
    func `without an address of the web as base nothing changes`(base: String?) {
        #expect(HTMLLinks.absolute("<a href='x'>", base: base) == "<a href='x'>")
    }

    // Cost that grows with the square of the length takes these over the suite's time limit.
    @Test(arguments: [
        "<a href=x ", "<a href='x", "<a href=\"", "<a href=x>", "<!--", "<!--->", "<![CDATA[", "<script>",
        "<style><title>",
        "</", "</script", "<?", "<", "<a<", "<a b=\"'>", "<img srcset='a 1w,b,", "<a href=&#", "<title></script>",
    ])
    func `hostile HTML takes no more time than its length`(piece: String) {
        let html = String(repeating: piece, count: 64 * 1024 / piece.utf8.count)
        let long = "https://example.org/" + String(repeating: "a/", count: 4000)
        for base in [Self.base, long] {
            #expect(HTMLLinks.absolute(html + ">", base: base).utf8.count < 2 << 20)
        }
    }

    // MARK: Items

    @Test func `summary and content of an item are absolute`() throws {
        let item = try item(
            "<guid>1</guid><description>&lt;a href='/s'&gt;</description><content:encoded>&lt;img src='c.png'&gt;</content:encoded>"
        )
        #expect(item?.summary == "<a href='https://example.org/s'>")
        #expect(item?.content == "<img src='https://example.org/c.png'>")
        #expect(item?.images == ["https://example.org/c.png"])
    }

    @Test func `links count from the xml base of their element`() throws {
        let reading = try read(
            atom(
                """
                <entry xml:base="https://a.example/"><id>1</id><summary type="html">&lt;a href="s"&gt;</summary>
                <content type="xhtml" xml:base="c/"><div xmlns="http://www.w3.org/1999/xhtml"><a href="1">1</a>
                <p xml:base="https://b.example/"><a href="2">2</a></p><a href="3">3</a></div></content></entry>
                """))
        #expect(reading.items.first?.summary == "<a href=\"https://a.example/s\">")
        let content = try #require(reading.items.first?.content)
        #expect(content.containsText("<a href=\"https://a.example/c/1\">"))
        #expect(content.containsText("<a href=\"https://b.example/2\">"))
        #expect(content.containsText("<a href=\"https://a.example/c/3\">"))
    }

    @Test func `plain text that looks like a link stays text`() throws {
        let reading = try read(
            atom("<entry><id>1</id><summary type='text'>&lt;a href='x'&gt;</summary></entry>"))
        #expect(reading.items.first?.summary == "&lt;a href='x'&gt;")
    }
}
