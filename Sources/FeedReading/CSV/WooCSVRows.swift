/// WooCommerce's product export: variations are items of their own, which name their parent.
final class WooCSVRows: CSVItemRows {
    private var plan: CSVPlan
    private let record: ItemRecord
    private let receiver: any ItemReceiver
    private let inStock: Int
    private let backorders: Int
    private let parent: Int
    private let categories: Int
    /// Columns of names and values of attributes.
    private let attributes: [(name: Int, value: Int)]

    init(_ header: CSVHeader, limits: ReadLimits, _ receiver: any ItemReceiver) {
        record = ItemRecord(limits)
        self.receiver = receiver
        plan = CSVPlan(limits: limits)
        inStock = header.column("instock") ?? -1
        backorders = header.column("backordersallowed") ?? -1
        parent = header.column("parent") ?? -1
        categories = header.column("categories") ?? -1
        attributes = (1...20).compactMap { number in
            guard let name = header.column("attribute\(number)name"),
                let value = header.column("attribute\(number)values") ?? header.column("attribute\(number)value")
            else { return nil }
            return (name, value)
        }
        plan.add("id", header, CSVMeaning(.id))
        plan.add("sku", header, CSVMeaning(.sku))
        plan.add("sku", header, CSVMeaning(.id, rank: 9))
        plan.add("name", header, CSVMeaning(.title))
        plan.add("shortdescription", header, CSVMeaning(.summary))
        plan.add("description", header, CSVMeaning(header.has("shortdescription") ? .content : .summary))
        plan.add("regularprice", header, CSVMeaning(.price))
        plan.add("saleprice", header, CSVMeaning(.salePrice))
        plan.add("datesalepricestarts", header, CSVMeaning(.saleFrom))
        plan.add("datesalepriceends", header, CSVMeaning(.saleUntil))
        plan.add("stock", header, CSVMeaning(.stock, .stock))
        plan.add("images", header, CSVMeaning(.image, .addresses))
        plan.add("tags", header, CSVMeaning(.category, .words))
        plan.add("brands", header, CSVMeaning(.brand, .first))
        for key in ["permalink", "producturl", "url", "externalurl"] { plan.add(key, header, CSVMeaning(.link)) }
        for key in Self.gtinKeys { plan.add(key, header, CSVMeaning(.gtin, .first)) }
    }

    /// WooCommerce's own column, and those of plugins.
    private static let gtinKeys = [
        "gtinupceanorisbn", "metaglobaluniqueid", "metawcglagtin", "metawpmgtincode", "metaean", "metagtin",
        "metabarcode", "metaalgean", "gtin", "ean",
    ]

    func take(_ row: CSVRow) {
        record.clear()
        plan.apply(row, to: record)
        guard !record.isEmpty else { return }
        addStock(row)
        var group = row.trimmed(parent)
        if UnsafeBufferPointer(rebasing: group.prefix(3)).isWord("id:") {
            group = UnsafeBufferPointer(rebasing: group.dropFirst(3))
        }
        record.add(.group, group)
        let path = CSVCategoryPath.first(row[categories], level: UInt8(ascii: ">"))
        record.add(.productCategory, path, form: .either)
        if !record.has(.brand), let brand = attributes.first(where: { Self.isBrand(row.trimmed($0.name)) }) {
            CSVValue.add(row.trimmed(brand.value), CSVMeaning(.brand, .first), to: record)
        }
        receiver.add(record)
    }

    func finish() {}

    private func addStock(_ row: CSVRow) {
        let state = row.trimmed(inStock)
        let orders = row.trimmed(backorders)
        // What is sold out and may still be ordered is on order.
        if CSVValue.flag(state) == false, CSVValue.flag(orders) == true || orders.isWord("notify") {
            record.add(.availability, "backorder")
        } else {
            record.add(.availability, state)
        }
    }

    private static func isBrand(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let names: [StaticString] = ["brand", "marke", "marque", "marca", "merk", "manufacturer", "hersteller"]
        return names.contains { name.isWord($0) }
    }
}
