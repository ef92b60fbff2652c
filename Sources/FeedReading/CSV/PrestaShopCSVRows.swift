/// PrestaShop's product file: prices before tax, and the sale as a discount.
final class PrestaShopCSVRows: CSVItemRows {
    private var plan: CSVPlan
    private let record: ItemRecord
    private let receiver: any ItemReceiver
    private let amount: Int
    private let percent: Int
    private let window: [(column: Int, field: ItemField)]

    init(_ header: CSVHeader, limits: ReadLimits, _ receiver: any ItemReceiver) {
        record = ItemRecord(limits)
        self.receiver = receiver
        plan = CSVPlan(limits: limits)
        amount = header.column("discountamount") ?? -1
        percent = header.column("discountpercent") ?? -1
        window = [("discountfrom", ItemField.saleFrom), ("discountto", .saleUntil)].compactMap { key, field in
            header.column(key).map { ($0, field) }
        }
        for key in ["id", "productid"] { plan.add(key, header, CSVMeaning(.id)) }
        for key in ["reference", "productreference"] {
            plan.add(key, header, CSVMeaning(.sku))
            plan.add(key, header, CSVMeaning(.id, rank: 9))
        }
        plan.add("name", header, CSVMeaning(.title))
        for key in ["pricetaxincl", "pricetaxincluded", "pricetaxexcl", "pricetaxexcluded", "price"] {
            plan.add(key, header, CSVMeaning(.price))
        }
        plan.add("mpn", header, CSVMeaning(.mpn))
        plan.add("supplierreference", header, CSVMeaning(.mpn))
        for key in ["manufacturer", "brand"] { plan.add(key, header, CSVMeaning(.brand)) }
        for key in ["ean13", "ean", "gtin", "upc", "isbn"] { plan.add(key, header, CSVMeaning(.gtin)) }
        plan.add("quantity", header, CSVMeaning(.stock, .stock))
        let short = header.column("shortdescription") ?? header.column("summary")
        if let short { plan.add(short, CSVMeaning(.summary)) }
        plan.add("description", header, CSVMeaning(short == nil ? .summary : .content))
        for key in ["categories", "category"] { plan.add(key, header, CSVMeaning(.productCategory)) }
        for key in ["imageurls", "image"] { plan.add(key, header, CSVMeaning(.image, .addresses)) }
        plan.add("tags", header, CSVMeaning(.category, .words))
        plan.add("producturl", header, CSVMeaning(.link))
        plan.add("dateaddproduct", header, CSVMeaning(.published))
        if let condition = header.column("condition") { plan.add(condition, CSVMeaning(.condition)) }
    }

    func take(_ row: CSVRow) {
        record.clear()
        plan.apply(row, to: record)
        guard !record.isEmpty else { return }
        if let price = record.best(.price),
            let sale = CSVDecimal.price(
                record.bytes(of: price), less: row.trimmed(amount), percent: row.trimmed(percent))
        {
            record.add(.salePrice, sale)
            for (column, field) in window {
                let date = row.trimmed(column)
                // MySQL's word for none.
                if !date.starts(with: "0000".utf8) { record.add(field, date) }
            }
        }
        receiver.add(record)
    }

    func finish() {}
}
