import Foundation
import Testing

/// Each format is known by its content and called by its name.
@Suite(.timeLimit(.minutes(5))) struct FormatTests {
    private let scratch: Scratch
    private let tellal: Program

    init() throws {
        scratch = try Scratch()
        tellal = Program(folder: scratch.url)
    }

    private func format(of document: String) throws -> String? {
        let done = try tellal("parse", "-", "--json", input: document)
        #expect(done.exitCode == 0, "\(done.errors)")
        #expect(done.objects.contains { $0["item"] != nil })
        return (done.objects.first?["feed"] as? [String: Any])?["format"] as? String
    }

    private static let article = "<item><title>A</title><link>https://a.example/1</link></item>"
    private static let rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'"
    private static let google = "<g:id>1</g:id><g:price>9.90 EUR</g:price><g:availability>in stock</g:availability>"

    private static func rss(_ version: String, _ item: String = article, _ rest: String = "") -> String {
        "<rss version='\(version)'\(rest)><channel><title>t</title>\(item)</channel></rss>"
    }

    @Test(arguments: [
        ("rss090", "\(rdf) xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel/>\(article)</rdf:RDF>"),
        ("rss091", rss("0.91")), ("rss092", rss("0.92")), ("rss093", rss("0.93")), ("rss094", rss("0.94")),
        ("rss10", "\(rdf) xmlns='http://purl.org/rss/1.0/'><channel/>\(article)</rdf:RDF>"),
        ("rss11", "<Channel xmlns='http://purl.org/net/rss1.1#'><items>\(article)</items></Channel>"),
        ("rss20", rss("2.0")),
        ("atom03", "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><id>1</id></entry></feed>"),
        ("atom10", "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id></entry></feed>"),
        ("json1", #"{"version":"https://jsonfeed.org/version/1","items":[{"id":"1"}]}"#),
        ("json11", #"{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1"}]}"#),
        ("rss_json", #"{"rss":{"channel":{"title":"t","item":[{"title":"A","guid":"1"}]}}}"#),
    ])
    func `a content feed is called by its name`(name: String, document: String) throws {
        #expect(try format(of: document) == name)
    }

    @Test(arguments: [
        ("google_rss", rss("2.0", "<item>\(google)</item>", " xmlns:g='http://base.google.com/ns/1.0'")),
        (
            "google_atom",
            "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:g='http://base.google.com/ns/1.0'><entry>\(google)</entry></feed>"
        ),
        (
            "shopify_atom",
            """
            <feed xmlns='http://www.w3.org/2005/Atom' xmlns:s='http://jadedpixel.com/-/spec/shopify'><entry><id>1</id>
            <title>A</title><s:variant><s:price currency='EUR'>9.90</s:price><s:sku>x</s:sku></s:variant></entry></feed>
            """
        ),
        (
            "yml",
            "<yml_catalog><shop><offers><offer id='1'><name>A</name><price>9</price></offer></offers></shop></yml_catalog>"
        ),
        ("heureka", "<SHOP><SHOPITEM><ITEM_ID>1</ITEM_ID><PRODUCTNAME>A</PRODUCTNAME></SHOPITEM></SHOP>"),
        ("zbozi", "<SHOP xmlns='http://www.zbozi.cz/ns/offer/1.0'><SHOPITEM><ITEM_ID>1</ITEM_ID></SHOPITEM></SHOP>"),
        ("ceneo", "<offers><o id='1' url='https://a.example/1' price='9.90'><name>A</name></o></offers>"),
        (
            "trovaprezzi",
            "<Products><Offer><Code>1</Code><Name>A</Name><Link>https://a.example/1</Link></Offer></Products>"
        ),
        (
            "kelkoo",
            "<products><product><offer-id>1</offer-id><title>A</title><product-url>https://a.example/1</product-url></product></products>"
        ),
        (
            "wxr",
            rss(
                "2.0", "<item><title>A</title><wp:post_id>1</wp:post_id><wp:post_type>product</wp:post_type></item>",
                " xmlns:wp='http://wordpress.org/export/1.2/'")
        ),
        ("shopify_json", #"{"products":[{"id":1,"title":"A","handle":"a","variants":[{"id":2,"price":"9.90"}]}]}"#),
        ("shopify_csv", "Handle,Title,Variant SKU,Variant Price\na,A,x,9.90\n"),
        ("meta_csv", "id,title,availability,price,image_link\n1,A,in stock,9.90 EUR,https://a.example/1.jpg\n"),
        ("woo_csv", "ID,Type,SKU,Name,Published,In stock?,Regular price\n1,simple,x,A,1,1,9.90\n"),
        (
            "prestashop_csv",
            "ID;Active (0/1);Name;Categories (x,y,z...);Price tax excluded;Tax rules ID\n1;1;A;Home;9.90;1\n"
        ),
        ("magento_csv", "sku,store_view_code,attribute_set_code,product_type,name,price\nx,,Default,simple,A,9.9000\n"),
        ("idealo", "sku,brand,title,categoryPath,url,eans,price\n1,B,A,Home,https://a.example/1,4006381333931,9.90\n"),
        ("csv", "number;name;price\n1;A;9,90\n2;B;19,90\n"),
    ])
    func `a catalog is called by its name`(name: String, document: String) throws {
        #expect(try format(of: document) == name)
    }
}
