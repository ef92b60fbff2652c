/// Shopify's product export: the rows of one handle are one product, of which the first says what it is and each may
/// add a variant and an image.
final class ShopifyCSVRows: CSVItemRows {
    private var plan: CSVPlan
    private let record: ItemRecord
    private let receiver: any ItemReceiver
    private let limits: ReadLimits
    private let handle: Int
    private let price: Int
    private let oldPrice: Int
    private let sku: Int
    private let barcode: Int
    private let quantity: Int
    private let tracker: Int
    private let policy: Int
    private let image: Int
    private let variantImage: Int

    /// The handle of the product that is being gathered.
    private var current: [UInt8] = []
    private var images = 0
    private var stock = 0
    private var hasStock = false
    /// Whether a variant sells on when none is left.
    private var sellsOn = false

    init(_ header: CSVHeader, limits: ReadLimits, _ receiver: any ItemReceiver) {
        record = ItemRecord(limits)
        self.receiver = receiver
        self.limits = limits
        handle = header.column("handle") ?? -1
        price = header.column("variantprice") ?? -1
        oldPrice = header.column("variantcompareatprice") ?? -1
        sku = header.column("variantsku") ?? -1
        barcode = header.column("variantbarcode") ?? -1
        quantity = header.column("variantinventoryqty") ?? -1
        tracker = header.column("variantinventorytracker") ?? -1
        policy = header.column("variantinventorypolicy") ?? -1
        image = header.column("imagesrc") ?? -1
        variantImage = header.column("variantimage") ?? -1
        plan = CSVPlan(limits: limits)
        plan.add("title", header, CSVMeaning(.title))
        for key in ["bodyhtml", "body"] { plan.add(key, header, CSVMeaning(.summary)) }
        plan.add("vendor", header, CSVMeaning(.brand))
        for key in ["productcategory", "type", "customproducttype", "googleshoppinggoogleproductcategory"] {
            plan.add(key, header, CSVMeaning(.productCategory))
        }
        plan.add("tags", header, CSVMeaning(.category, .words))
        plan.add("googleshoppingmpn", header, CSVMeaning(.mpn))
        plan.add("googleshoppingcondition", header, CSVMeaning(.condition))
        for key in ["url", "onlinestoreurl"] { plan.add(key, header, CSVMeaning(.link)) }
    }

    func take(_ row: CSVRow) {
        let name = row.trimmed(handle)
        if !name.isEmpty, !name.isSame(as: current) {
            finish()
            start(name, row)
        }
        guard !current.isEmpty else { return }
        addVariant(row)
        addImage(row.trimmed(image), rank: 0)
        addImage(row.trimmed(variantImage), rank: 1)
    }

    /// Hands over the product that was gathered.
    func finish() {
        guard !current.isEmpty else { return }
        if sellsOn, stock <= 0, hasStock {
            record.add(.availability, "backorder")
        } else if hasStock {
            record.add(.stock, String(stock))
        }
        current.removeAll(keepingCapacity: true)
        receiver.add(record)
    }

    private func start(_ name: UnsafeBufferPointer<UInt8>, _ row: CSVRow) {
        current.append(contentsOf: name)
        images = 0
        stock = 0
        hasStock = false
        sellsOn = false
        record.clear()
        record.add(.id, name)
        plan.apply(row, to: record)
        // Where every Shopify shop has its products.
        guard !record.has(.link) else { return }
        let start = record.count
        Self.folder.withUTF8Buffer(record.append)
        record.append(name)
        record.close(.link, from: start, form: .text, rank: 1)
    }

    /// The first variant with a price stands for the product; pieces add up.
    private func addVariant(_ row: CSVRow) {
        if !record.has(.price), !row.trimmed(price).isEmpty {
            record.add(.price, row[price])
            record.add(.oldPrice, row[oldPrice])
        }
        if !record.has(.sku) { record.add(.sku, row[sku]) }
        if !record.has(.gtin) { record.add(.gtin, withoutApostrophe(row.trimmed(barcode))) }
        let number = CSVValue.wholePart(row.trimmed(quantity))
        // What nobody tracks has no number that means anything.
        guard !number.isEmpty, tracker < 0 || !row.trimmed(tracker).isEmpty,
            let pieces = Int32(String(decoding: number, as: UTF8.self))
        else { return }
        hasStock = true
        stock += Int(pieces)
        if row.trimmed(policy).isWord("continue") { sellsOn = true }
    }

    /// Shopify writes one before digits, so that a spreadsheet leaves them alone.
    private func withoutApostrophe(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        text.first == UInt8(ascii: "'") ? UnsafeBufferPointer(rebasing: text.dropFirst()) : text
    }

    private func addImage(_ address: UnsafeBufferPointer<UInt8>, rank: UInt8) {
        guard !address.isEmpty, images < limits.values, record.count < limits.itemBytes else { return }
        images += 1
        record.add(.image, address, rank: rank)
    }

    private static let folder: StaticString = "/products/"
}
