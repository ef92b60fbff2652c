/// The tables of content feeds, and of the catalogs that are content feeds with fields of their own.
extension XMLDialect {
    /// Google's and Meta's fields, which stand in RSS items and in Atom entries alike; shops leave the namespace out at
    /// times.
    private static let productFields = """
        g:id                                                id            text   0
        g:title                                             title         either 0
        g:link                                              link          text   0
        g:description                                       summary       html   0
        g:image_link|image_link                             image         text   0
        g:additional_image_link|additional_image_link       image         text   1  list
        g:price|price                                       price         text   0
        g:sale_price|sale_price                             salePrice     text   0
        g:sale_price_effective_date|sale_price_effective_date saleWindow  text   0
        g:availability|availability                         availability  text   0
        g:quantity|g:sell_on_google_quantity|g:quantity_to_sell_on_facebook|quantity_to_sell_on_facebook stock text 0
        g:condition|condition                               condition     text   0
        g:brand|brand                                       brand         either 0
        g:gtin|gtin                                         gtin          text   0
        g:upc|g:ean|g:isbn                                  gtin          text   1
        g:mpn|mpn                                           mpn           text   0
        g:item_group_id|item_group_id                       group         text   0
        g:product_type|product_type                         productCategory either 0
        g:google_product_category|google_product_category   productCategory either 1
        """

    private static let extensionFields = """
        media:content                                       image         none   4  media
        media:content/media:thumbnail                       image         none   3
        media:content/media:thumbnail@url                   image                3
        media:thumbnail                                     image         none   3
        media:thumbnail@url                                 image                3
        media:group/media:content                           image         none   4  media
        media:group/media:content/media:thumbnail@url       image                3
        media:group/media:thumbnail@url                     image                3
        media:group/media:description                       summary       text   8
        media:description                                   summary       text   8
        media:category|media:group/media:category           category      either 0
        itunes:image@href                                   image                2
        itunes:image@url                                    image                2
        itunes:link                                         image         none   2  links
        googleplay:image@href                               image                2
        """

    /// RSS in all its versions, RDF's included, and CDF, its forerunner.
    static let rss = XMLDialect(
        items: ["item"],
        header: """
            channel/title                   title     either 0
            channel/dc:title                title     either 1
            channel/link                    link      text   1
            channel/link@href               link             2
            channel/atom:link               link      none   3  links
            channel/description             summary   html   0
            channel/tagline                 summary   html   1
            channel/dc:description          summary   html   1
            channel/itunes:summary          summary   text   2
            channel/abstract                summary   text   3
            channel/language                language  text   0
            channel/dc:language             language  text   1
            channel/lastbuilddate           updated   text   0
            channel/pubdate                 updated   text   1
            channel/dc:date                 updated   text   2
            channel/image                   image     text   3
            channel/image/url               image     text   0
            channel/image@resource          image            4
            image/url                       image     text   0
            channel/itunes:image@href       image            1
            channel/googleplay:image@href   image            2
            channel/itunes:link             image     none   2  links
            channel/ttl                     timeToLive text  0
            channel/skiphours/hour          skipHour  text   0
            channel/skipdays/day            skipDay   text   0
            channel/sy:updateperiod         updatePeriod text 0
            channel/sy:updatefrequency      updateFrequency text 0
            title                           title     either 5
            link                            link      text   5
            description                     summary   html   5
            """,
        fields: """
            @about                          id               0
            @href                           link             5
            guid                            id        text   1  guid
            dc:identifier                   id        text   3
            id                              id        text   4
            wp:post_id                      id        text   5
            atom:id                         id        text   2
            title                           title     either 1
            dc:title                        title     either 2
            atom:title                      title     construct 3
            feedburner:origlink             link      text   0
            link                            link      text   1
            link@href                       link             4
            atom:link                       link      none   3  links
            summary                         summary   html   0
            description                     summary   html   1
            abstract                        summary   html   2
            dc:description                  summary   html   2
            atom:summary                    summary   construct 2
            itunes:summary                  summary   html   3
            itunes:subtitle                 summary   html   4
            content:encoded                 content   html   0
            xhtml:body|xhtml:div            content   xhtml  1
            atom:content                    content   construct 2
            content                         content   html   2
            body|fullitem                   content   html   3
            pubdate                         published text   0
            dc:date                         published text   1
            dcterms:issued|dcterms:created|atom:published|atom:issued published text 2
            atom:created                    published text   3
            @lastmod                        updated          3
            dcterms:modified|atom:updated|atom:modified|dc:modified updated text 0
            author                          author    either 0
            author/name                     author    text   0
            author/atom:name                author    text   0
            dc:creator                      author    either 0
            dc:author|dc:contributor        author    either 3
            atom:author/atom:name           author    text   0
            itunes:author|googleplay:author author    either 1
            category                        category  either 0
            dc:subject                      category  either 0
            itunes:category@text            category         0
            itunes:category/itunes:category@text category    0
            enclosure@url                   enclosure        0
            enclosure@type                  enclosureType    0
            enclosure@length                enclosureLength  0
            image                           image     text   7
            image/url                       image     text   6
            wp:post_type                    kind      text   0
            wp:post_parent                  group     text   5
            wp:postmeta/wp:meta_key         id        text   0  key
            wp:postmeta/wp:meta_value       id        text   0  value
            """ + "\n" + extensionFields + "\n" + productFields,
        pairs: """
            _regular_price = price
            _price = price = 1
            _sale_price = salePrice
            _stock_status = availability
            _stock = stock
            _sku = sku
            """)

    /// Atom 0.3 and 1.0.
    static let atom = XMLDialect(
        items: ["entry"],
        header: """
            title                           title     construct 0
            subtitle|tagline                summary   construct 0
            updated|modified                updated   text   0
            link                            link      none   0  links
            logo                            image     text   0
            icon                            image     text   1
            sy:updateperiod                 updatePeriod text 0
            sy:updatefrequency              updateFrequency text 0
            author/name                     author    text   0
            author/email                    author    text   1
            """,
        fields: """
            id                              id        text   1
            title                           title     construct 1
            link                            link      none   0  links
            summary                         summary   construct 1
            content                         content   construct 1
            content@src                     link             8
            published|issued                published text   0
            created                         published text   2
            dc:date                         published text   1
            dc:title                        title     either 2
            dc:description                  summary   html   2
            updated                         updated   text   0
            modified                        updated   text   1
            author/name                     author    text   0
            author/email                    author    text   1
            dc:creator                      author    either 0
            itunes:author                   author    either 2
            source/author/name              author    text   5
            category                        category  none   0  terms
            dc:subject                      category  text   0
            s:vendor                        brand     text   0
            s:type                          productCategory text 0
            s:tag                           category  text   0
            s:variant/s:price               price     text   0
            s:variant/s:price@currency      currency         0
            s:variant/s:sku                 sku       text   0
            """ + "\n" + extensionFields + "\n" + productFields)
}
