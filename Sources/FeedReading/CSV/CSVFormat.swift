import CampaignModel

/// Which program or market a CSV document is for, by the names of its columns.
enum CSVFormat {
    /// The format, ``DocumentFormat/csv`` when the columns are nobody's in particular.
    ///
    /// - Parameters:
    ///   - header: The names of the columns.
    ///   - stated: What the owner says it is.
    /// - Returns: What it is.
    static func format(of header: CSVHeader, stated: DocumentFormat?) -> DocumentFormat {
        if let stated, isPossible(stated, header) { return stated }
        let asked: [DocumentFormat] = [
            .shopifyCSV, .magentoCSV, .prestashopCSV, .wooCSV, .idealo, .kelkoo, .trovaprezzi,
        ]
        return asked.first { hasMarks(of: $0, header) } ?? (isMerchant(header) ? .metaCSV : .csv)
    }

    static func conventions(of format: DocumentFormat) -> ItemConventions {
        var conventions = ItemConventions()
        conventions.categorySeparators = [" > ", ">"]
        switch format {
        case .wooCSV, .magentoCSV: conventions.availability = .flag
        case .kelkoo:
            conventions.availability = .kelkoo
            conventions.categorySeparators = [" > ", ">", " - "]
        case .trovaprezzi:
            conventions.currency = "EUR"
            conventions.categorySeparators = [" > ", ">", ", ", ","]
        case .csv, .custom: conventions = MappedField.conventions
        default: break
        }
        switch format {
        case .prestashopCSV: conventions.categorySeparators = [", ", ","]
        case .magentoCSV: conventions.categorySeparators = ["/"]
        default: break
        }
        return conventions
    }

    /// Whether a document can be read as what its owner says it is.
    private static func isPossible(_ format: DocumentFormat, _ header: CSVHeader) -> Bool {
        switch format {
        case .shopifyCSV: header.has("handle")
        case .magentoCSV: header.has("sku")
        case .prestashopCSV, .wooCSV, .idealo, .kelkoo, .trovaprezzi, .metaCSV, .csv: true
        default: false
        }
    }

    private static func hasMarks(of format: DocumentFormat, _ header: CSVHeader) -> Bool {
        switch format {
        case .shopifyCSV:
            header.has("handle") && header.hasAny("variantprice", "variantsku", "bodyhtml", "option1name", "imagesrc")
        case .magentoCSV:
            header.has("sku")
                && (header.has("storeviewcode") || header.has("attributesetcode")
                    || header.count(of: "attributeset", "store", "type", "productwebsites") > 2)
        case .prestashopCSV:
            header.count(
                of: "pricetaxexcl", "pricetaxexcluded", "taxrulesid", "active01", "onsale01", "supplierreference",
                "imageurlsxyz", "categoriesxyz", "pricetaxincl", "urlrewritten") > 2
        case .wooCSV:
            header.has("name") && header.hasAny("regularprice", "saleprice")
                && header.count(
                    of: "type", "published", "isfeatured", "visibilityincatalog", "instock", "backordersallowed",
                    "shippingclass", "taxstatus", "parent", "images") > 2
        case .idealo:
            header.has("categorypath") && header.hasAny("imageurls", "eans", "hans", "deliverytime")
                || header.count(of: "eans", "hans", "imageurls") > 1
        case .kelkoo:
            header.has("title") && header.hasAny("producturl", "landingpageurl")
                && header.count(
                    of: "offerid", "merchantcategory", "pricenorebate", "deliverycost", "deliverytime", "imageurl",
                    "landingpageurl") > 1
        case .trovaprezzi:
            header.has("name") && header.has("link")
                && header.count(of: "eancode", "partnumber", "shippingcost", "originalprice", "code") > 1
        default: false
        }
    }

    /// Google's file, or Meta's, which is the same: an identity, a title, and some of what only they state.
    private static func isMerchant(_ header: CSVHeader) -> Bool {
        let fields = Set(
            header.names.lazy.filter(CSVColumns.isMerchant).compactMap { CSVColumns.meaning(of: $0)?.field })
        return fields.contains(.id) && fields.contains(.title) && fields.count > 3
            && (fields.contains(.availability) || fields.contains(.image))
    }

    /// Names that mean something in one format only.
    static let ownKeys: Set<String> = [
        "handle", "variantprice", "bodyhtml", "option1name", "storeviewcode", "attributesetcode", "taxrulesid",
        "isfeatured", "visibilityincatalog", "backordersallowed", "onsale01", "active01",
    ]
}
