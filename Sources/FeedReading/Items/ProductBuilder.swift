import CampaignModel

/// What makes a product of an item, from its record.
struct ProductBuilder {
    private let record: ItemRecord
    private let conventions: ItemConventions
    private let name: () -> String?
    private let receiver: any WarningReceiver

    init(
        _ record: ItemRecord, _ conventions: ItemConventions, name: @autoclosure @escaping () -> String?,
        _ receiver: any WarningReceiver
    ) {
        self.record = record
        self.conventions = conventions
        self.name = name
        self.receiver = receiver
    }

    var product: Product {
        var product = Product(
            condition: record.best(.condition).flatMap {
                ConditionText.condition(record.bytes(of: $0), style: conventions.availability)
            },
            brand: record.best(.brand).flatMap { RecordText.line(record, $0) }, gtin: record.line(.gtin),
            mpn: record.line(.mpn), sku: record.line(.sku), groupID: record.line(.group), category: category)
        setPrices(&product)
        product.availability = availability
        return product
    }

    // MARK: Prices

    private func setPrices(_ product: inout Product) {
        if record.isEmpty(.price) { receiver.warn("bad_price", "the price is empty", item: name()) }
        product.price = money(.price, "price")
        product.salePrice = money(.salePrice, "sale_price")
        // Formats that state the price of now and the one before: the latter is the regular one, if it is higher.
        if product.salePrice == nil, let old = money(.oldPrice, "the old price"), let now = product.price,
            old.amount > now.amount
        {
            product.price = Money(amount: old.amount, currency: old.currency ?? now.currency)
            product.salePrice = now
        }
        // A sale price that is no lower is none.
        if let price = product.price, let sale = product.salePrice, sale.amount >= price.amount {
            product.salePrice = nil
        }
        if product.salePrice != nil { product.saleWindow = window }
    }

    private func money(_ field: ItemField, _ word: String) -> Money? {
        guard let entry = record.best(field) else { return nil }
        guard var money = PriceText.money(record.bytes(of: entry)) else {
            receiver.warn(
                "bad_price", "\(word) is not a price above zero: \(record.text(of: entry).prefix(80))", item: name())
            return nil
        }
        money.currency = money.currency ?? statedCurrency ?? conventions.currency
        return money
    }

    /// A currency in a field of its own, or beside another price of the item.
    private var statedCurrency: String? {
        if let entry = record.best(.currency) { return CurrencyText.code(record.bytes(of: entry)) }
        for field in [ItemField.price, .oldPrice] {
            if let entry = record.best(field), let money = PriceText.money(record.bytes(of: entry)),
                let currency = money.currency
            {
                return currency
            }
        }
        return nil
    }

    private var window: SaleWindow? {
        if let entry = record.best(.saleWindow) {
            if let window = SaleWindowText.window(record.bytes(of: entry)) { return window }
            receiver.warn("bad_date", "not a span of time: \(record.text(of: entry).prefix(80))", item: name())
        }
        let from = record.best(.saleFrom).map(record.bytes(of:))
        let until = record.best(.saleUntil).map(record.bytes(of:))
        return from == nil && until == nil ? nil : SaleWindowText.window(from: from, until: until)
    }

    // MARK: Stock

    private var availability: Availability? {
        let pieces = record.best(.stock).flatMap { DecimalText.amount(record.bytes(of: $0)) }
        guard let entry = record.best(.availability) else {
            let stated = record.isEmpty(.availability) ? Availability.unknown : nil
            return AvailabilityText.reading(stated, pieces: pieces) ?? conventions.unstatedAvailability
        }
        let stated = AvailabilityText.reading(record.bytes(of: entry), style: conventions.availability)
        let availability = AvailabilityText.reading(stated, pieces: pieces)
        if availability == .unknown {
            let text = record.text(of: entry)
            receiver.warn("bad_availability", "an unknown availability: \(text.prefix(80))", item: name())
        }
        // In stock within days, of which there are none.
        if case .ceneo = conventions.availability, availability == .inStock, pieces?.isZero == true {
            return .outOfStock
        }
        return availability
    }

    // MARK: Category

    /// The levels of the path apart by ` > `, whatever the format puts between them.
    private var category: String? {
        guard let entry = record.best(.productCategory), let text = RecordText.line(record, entry) else { return nil }
        guard let separator = conventions.categorySeparators.first(where: { text.containsText($0) }) else {
            return text
        }
        var levels = text.splitText(separator).compactMap(\.trimmedOrNil)
        if let prefix = conventions.categoryPrefix, levels.count > 1, levels[0].hasPrefix(prefix) {
            levels.removeFirst()
        }
        return levels.isEmpty ? nil : levels.joined(separator: " > ")
    }
}
