"""What points elsewhere, by kind of document: none of it may be opened, asked for or included."""

import zlib

from hostile_documents import outside, zip_of

TARGET = "file:///etc/hostname"
ITEM = "<item><title>&x;</title><description>%s</description></item>"


for kind, address in [("a file", TARGET), ("a server", "http://127.0.0.1:9/x"), ("ftp", "ftp://127.0.0.1/x"), ("a device", "/dev/zero"),
                      ("a filter", "php://filter/read=x"), ("a jar", "jar:file:///etc/x!/y"), ("data", "data:text/plain,x")]:
    outside("an entity of " + kind, "<!DOCTYPE rss [<!ENTITY x SYSTEM '%s'>]><rss><channel>%s</channel></rss>" % (address, ITEM))
    outside("a DTD of " + kind, "<!DOCTYPE rss SYSTEM '%s'><rss><channel>%s</channel></rss>" % (address, ITEM))
    outside("a parameter of " + kind, "<!DOCTYPE rss [<!ENTITY %% x SYSTEM '%s'> %%x;]><rss><channel>%s</channel></rss>" % (address, ITEM))
outside("a public DTD", "<!DOCTYPE rss PUBLIC '-//N//DTD RSS 0.91//EN' 'http://127.0.0.1:9/rss.dtd'><rss><channel>%s</channel></rss>" % ITEM)
outside("an include", "<rss xmlns:xi='http://www.w3.org/2001/XInclude'><channel><xi:include href='%s' parse='text'/><item><title>"
        "<xi:include href='%s' parse='text'><xi:fallback/></xi:include></title></item></channel></rss>" % (TARGET, TARGET))
outside("a stylesheet", "<?xml version='1.0'?><?xml-stylesheet href='%s' type='text/xsl'?><rss><channel>%s</channel></rss>" % (TARGET, ITEM))
outside("a schema", "<rss xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='u %s' "
        "xsi:noNamespaceSchemaLocation='%s'><channel>%s</channel></rss>" % (TARGET, TARGET, ITEM))
outside("a catalog", "<?oasis-xml-catalog catalog='%s'?><rss><channel>%s</channel></rss>" % (TARGET, ITEM))
outside("a notation", "<!DOCTYPE rss [<!NOTATION n SYSTEM '%s'><!ENTITY x SYSTEM '%s' NDATA n>]><rss><channel>%s</channel></rss>" % (TARGET, TARGET, ITEM))
outside("an attribute's default", "<!DOCTYPE rss [<!ATTLIST rss xml:base CDATA '%s'>]><rss><channel>%s</channel></rss>" % (TARGET, ITEM))
outside("a base that is a file", "<rss xml:base='%s'><channel><item><link>x</link><image>y</image></item></channel></rss>" % TARGET)
outside("content elsewhere", "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>a</title><content src='%s'/></entry></feed>" % TARGET)
outside("HTML that loads", "<rss><channel><item><description><![CDATA[<base href='%s'><img src='%s'><iframe src='%s'></iframe><link "
        "rel=stylesheet href='%s'><object data='%s'></object><script src='%s'></script>]]></description></item></channel></rss>"
        % ((TARGET,) * 6))
outside("a page that loads", "<!DOCTYPE html SYSTEM '%s'><html><head><link rel=stylesheet href='%s'><meta http-equiv=refresh content='0;url=%s'>"
        % (TARGET, TARGET, TARGET))
outside("OPML that includes", "<opml version='2.0'><body><outline type='include' url='%s' xmlUrl='%s'/></body></opml>" % (TARGET, TARGET))
outside("JSON that refers", '{"version":"https://jsonfeed.org/version/1.1","title":"t","next_url":"%s","items":[{"id":"1","$ref":"%s","url":"%s"}]}'
        % (TARGET, TARGET, TARGET))
outside("CSV that refers", "id,title,link\n1,=WEBSERVICE(\"http://127.0.0.1:9/\"),%s\n" % TARGET)
outside("UTF-16 with an entity", ("\ufeff<!DOCTYPE rss [<!ENTITY x SYSTEM '%s'>]><rss><channel>%s</channel></rss>" % (TARGET, ITEM)).encode("utf-16-le"))
outside("a zip with a way out", b"".join(zip_of([(b"../../../../tmp/feed.xml", b"<rss><channel/></rss>", 0, 21, zlib.crc32(b"<rss><channel/></rss>"))])))
outside("an encoding that is a path", b"<?xml version='1.0' encoding='../../../../etc/x'?><rss><channel><item><title>" + b"\xe9" * 2000)
