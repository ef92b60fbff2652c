/// Magento's product export: one row a product and store view, most attributes in one field.
final class MagentoCSVRows: CSVItemRows {
    private var plan: CSVPlan
    private let record: ItemRecord
    private let receiver: any ItemReceiver
    private let sku: Int
    private let view: Int
    private let categories: Int
    private let attributes: Int
    private let moreImages: Int
    private let mainImages: [Int]
    private var lastSKU: [UInt8] = []

    init(_ header: CSVHeader, limits: ReadLimits, _ receiver: any ItemReceiver) {
        record = ItemRecord(limits)
        self.receiver = receiver
        plan = CSVPlan(limits: limits)
        sku = header.column("sku") ?? -1
        view = header.column("storeviewcode") ?? header.column("store") ?? -1
        categories = header.column("categories") ?? header.column("category") ?? -1
        attributes = header.column("additionalattributes") ?? -1
        moreImages = header.column("additionalimages") ?? header.column("mediaimage") ?? -1
        mainImages = ["baseimage", "image", "smallimage", "thumbnailimage", "thumbnail"].compactMap(header.column)
        plan.add("sku", header, CSVMeaning(.sku))
        plan.add("sku", header, CSVMeaning(.id))
        plan.add("name", header, CSVMeaning(.title))
        plan.add("shortdescription", header, CSVMeaning(.summary))
        plan.add("description", header, CSVMeaning(header.has("shortdescription") ? .content : .summary))
        plan.add("price", header, CSVMeaning(.price, .decimal))
        plan.add("specialprice", header, CSVMeaning(.salePrice, .decimal))
        for key in ["specialpricefromdate", "specialfromdate"] {
            plan.add(key, header, CSVMeaning(.saleFrom, .magentoDate))
        }
        for key in ["specialpricetodate", "specialtodate"] {
            plan.add(key, header, CSVMeaning(.saleUntil, .magentoDate))
        }
        plan.add("createdat", header, CSVMeaning(.published, .magentoDate))
        plan.add("updatedat", header, CSVMeaning(.updated, .magentoDate))
        plan.add("isinstock", header, CSVMeaning(.availability))
        plan.add("qty", header, CSVMeaning(.stock, .stock))
        for key in ["brand", "manufacturer"] { plan.add(key, header, CSVMeaning(.brand)) }
        for key in ["gtin", "ean", "ean13", "upc", "barcode"] { plan.add(key, header, CSVMeaning(.gtin)) }
        plan.add("mpn", header, CSVMeaning(.mpn))
        for key in ["producturl", "url"] { plan.add(key, header, CSVMeaning(.link)) }
    }

    func take(_ row: CSVRow) {
        let name = row.trimmed(sku)
        // Further rows of a product: of other store views, and in Magento 1 of further values.
        if name.isEmpty, !lastSKU.isEmpty { return }
        if !row.trimmed(view).isEmpty, name.isSame(as: lastSKU) { return }
        lastSKU.removeAll(keepingCapacity: true)
        lastSKU.append(contentsOf: name)
        record.clear()
        plan.apply(row, to: record)
        guard !record.isEmpty else { return }
        addCategory(row[categories])
        if let main = mainImages.lazy.map({ row.trimmed($0) }).first(where: { !$0.isEmpty }) { addImage(main, rank: 0) }
        for part in row[moreImages].split(maxSplits: 1000, whereSeparator: { $0 == UInt8(ascii: ",") }) {
            addImage(UnsafeBufferPointer(rebasing: part).trimmed, rank: 1)
        }
        MagentoAttributes.add(row[attributes], to: record)
        receiver.add(record)
    }

    func finish() {}

    /// `Default Category/A/B`, where the first level is the store's root.
    private func addCategory(_ text: UnsafeBufferPointer<UInt8>) {
        var path = CSVCategoryPath.first(text, level: UInt8(ascii: "/"))
        if let root = path.firstIndex(of: UInt8(ascii: "/")) {
            path = UnsafeBufferPointer(rebasing: path[(root + 1)...])
        }
        record.add(.productCategory, path, form: .either)
    }

    /// Paths of files count from the folder of the catalog's images.
    private func addImage(_ address: UnsafeBufferPointer<UInt8>, rank: UInt8) {
        guard !address.isEmpty, !address.isWord("no_selection") else { return }
        let isPath = address[0] == UInt8(ascii: "/") && !(address.count > 1 && address[1] == UInt8(ascii: "/"))
        let start = record.count
        if isPath { Self.folder.withUTF8Buffer(record.append) }
        record.append(address)
        record.close(.image, from: start, form: .text, rank: rank)
    }

    private static let folder: StaticString = "/media/catalog/product"
}

/// `color=red,brand=Acme, Inc,gtin=4006381333931`: a comma separates only before a name and its sign.
enum MagentoAttributes {
    static func add(_ text: UnsafeBufferPointer<UInt8>, to record: ItemRecord) {
        var name = 0..<0
        var value = 0
        var comma = -1
        // Whether what follows the last comma may still be a name.
        var isName = true
        for (index, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: ","):
                comma = index
                isName = true
            case UInt8(ascii: "=") where isName && index > comma + 1:
                if !name.isEmpty { add(text, name, value..<max(value, comma), to: record) }
                name = (comma + 1)..<index
                value = index + 1
                isName = false
            default: if !byte.isASCIILetter, !byte.isASCIIDigit, byte != UInt8(ascii: "_") { isName = false }
            }
        }
        if !name.isEmpty { add(text, name, value..<text.count, to: record) }
    }

    private static func add(
        _ text: UnsafeBufferPointer<UInt8>, _ name: Range<Int>, _ value: Range<Int>, to record: ItemRecord
    ) {
        let name = UnsafeBufferPointer(rebasing: text[name])
        guard let known = names.first(where: { name.isWord($0.name) }) else { return }
        record.add(known.field, UnsafeBufferPointer(rebasing: text[value]), rank: known.rank)
    }

    private static let names: [(name: StaticString, field: ItemField, rank: UInt8)] = [
        ("brand", .brand, 2), ("manufacturer", .brand, 3), ("gtin", .gtin, 2), ("ean", .gtin, 3), ("ean13", .gtin, 3),
        ("ean_code", .gtin, 3), ("upc", .gtin, 4), ("barcode", .gtin, 4), ("isbn", .gtin, 5), ("mpn", .mpn, 2),
        ("manufacturer_part_number", .mpn, 3), ("condition", .condition, 2),
    ]
}
