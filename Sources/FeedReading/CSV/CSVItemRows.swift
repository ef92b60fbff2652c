import CampaignModel

/// Makes items of the rows of one format.
protocol CSVItemRows: AnyObject {
    func take(_ row: CSVRow)
    /// No more rows will come, and the last one was whole.
    func finish()
}

/// One row, one item.
final class CSVPlainRows: CSVItemRows {
    private let plan: CSVPlan
    private let record: ItemRecord
    private let receiver: any ItemReceiver

    init(_ plan: CSVPlan, _ receiver: any ItemReceiver) {
        self.plan = plan
        record = ItemRecord(plan.limits)
        self.receiver = receiver
    }

    func take(_ row: CSVRow) {
        record.clear()
        plan.apply(row, to: record)
        if !record.isEmpty { receiver.add(record) }
    }

    func finish() {}
}

/// A plan for the formats that need nothing else.
extension CSVPlan {
    static func plain(_ format: DocumentFormat, _ header: CSVHeader, limits: ReadLimits) -> CSVPlan {
        var plan: CSVPlan
        switch format {
        case .idealo:
            plan = CSVPlan(header, limits: limits)
        case .kelkoo:
            // Numbers, which the conventions explain.
            plan = CSVPlan(header, except: ["availability"], limits: limits)
            plan.add("availability", header, CSVMeaning(.availability))
        case .trovaprezzi:
            plan = CSVPlan(header, except: ["stock", "categories"], limits: limits)
            plan.add("stock", header, CSVMeaning(.stock, .stock))
            plan.add("categories", header, CSVMeaning(.productCategory))
        default: plan = CSVPlan(header, limits: limits)
        }
        plan.settle()
        return plan
    }

    /// The owner's mapping.
    ///
    /// - Throws: The first name that no column has.
    static func custom(_ mapping: DocumentMapping, _ header: CSVHeader, limits: ReadLimits) throws(UnknownColumn)
        -> CSVPlan
    {
        var plan = CSVPlan(limits: limits)
        for (name, expression) in mapping.fields.sorted(by: { $0.key < $1.key }) {
            guard let meaning = MappedField.field(name).map(meaning) else { continue }
            let (column, comparison) = MappedComparison.split(expression)
            guard let place = header.column(CSVName.key(column)) ?? header.names.firstIndex(of: column) else {
                throw UnknownColumn(name: column)
            }
            // Columns of the same name are all meant where an item may have several.
            let places = meaning.isList ? header.keys.indices.filter { header.keys[$0] == header.keys[place] } : [place]
            for place in places { plan.add(place, meaning, comparison) }
        }
        plan.settleMapped()
        return plan
    }

    struct UnknownColumn: Error { var name: String }

    private static func meaning(_ field: ItemField) -> CSVMeaning {
        switch field {
        case .image: CSVMeaning(field, .addresses)
        case .availability: CSVMeaning(field, .flag)
        case .stock: CSVMeaning(field, .stock)
        default: CSVMeaning(field)
        }
    }
}
