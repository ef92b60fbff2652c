/// Which fields of a row go where.
struct CSVPlan {
    struct Step {
        let column: Int
        let meaning: CSVMeaning
        /// Whether the field is as it says is what counts, not the field itself.
        var comparison: MappedComparison?
    }

    /// In the order of their rank, so that the first one that is not empty counts.
    private(set) var steps: [Step] = []
    let limits: ReadLimits
    private let lineLimit: Int

    init(limits: ReadLimits) {
        self.limits = limits
        lineLimit = max(4, limits.lineBytes)
    }

    /// All columns whose names are known, but those of the keys.
    init(_ header: CSVHeader, except keys: Set<String> = [], limits: ReadLimits) {
        self.init(limits: limits)
        for column in header.names.indices where !keys.contains(header.keys[column]) {
            if let meaning = CSVColumns.meaning(of: header.names[column]) { add(column, meaning) }
        }
    }

    /// The first column of the key, when there is one.
    mutating func add(_ key: String, _ header: CSVHeader, _ meaning: CSVMeaning) {
        if let column = header.column(key) { add(column, meaning) }
    }

    /// Of columns with one meaning the first ones count: every row costs a look at each, however short it is.
    mutating func add(_ column: Int, _ meaning: CSVMeaning, _ comparison: MappedComparison? = nil) {
        guard steps.count(where: { $0.meaning.field == meaning.field }) < Self.mostColumns else { return }
        steps.append(Step(column: column, meaning: meaning, comparison: comparison))
    }

    private static let mostColumns = 32

    func has(_ field: ItemField) -> Bool { steps.contains { $0.meaning.field == field } }

    /// Settles what one column means beside the others.
    mutating func settle() {
        if !has(.price) { change(.oldPrice, to: .price) }
        if !has(.price) { change(.salePrice, to: .price) }
        // A regular and a sale price say all: a recommended one beside them is another matter.
        if has(.salePrice) { steps.removeAll { $0.meaning.field == .oldPrice } }
        // Without an id of its own a product goes by its article number.
        steps += steps.filter { $0.meaning.field == .sku }.map { step in
            Step(column: step.column, meaning: CSVMeaning(.id, rank: 9))
        }
        let isLong = steps.contains { $0.meaning.field == .summary && $0.meaning.kind == .text }
        steps = steps.map { step in
            guard step.meaning.kind == .description else { return step }
            let field = isLong ? ItemField.content : .summary
            return Step(column: step.column, meaning: CSVMeaning(field, rank: step.meaning.rank))
        }
        order()
    }

    /// The same for steps that the owner chose: nothing is guessed.
    mutating func settleMapped() { order() }

    private mutating func order() {
        let ordered = steps.enumerated().sorted { one, other in
            (one.element.meaning.rank, one.offset) < (other.element.meaning.rank, other.offset)
        }
        steps = ordered.map(\.element)
    }

    private mutating func change(_ field: ItemField, to other: ItemField) {
        steps = steps.map { step in
            guard step.meaning.field == field else { return step }
            return Step(column: step.column, meaning: CSVMeaning(other, step.meaning.kind, rank: step.meaning.rank))
        }
    }

    /// Fills a record with a row's fields.
    func apply(_ row: CSVRow, to record: ItemRecord) {
        for step in steps {
            let meaning = step.meaning
            let text = row[step.column]
            if text.isEmpty { continue }
            if !meaning.isList, record.has(meaning.field) { continue }
            if let comparison = step.comparison {
                guard let isTrue = comparison.holds(text) else { continue }
                record.add(meaning.field, MappedField.text(isTrue, for: meaning.field), rank: meaning.rank)
                continue
            }
            switch meaning.kind {
            case .text, .description: add(text, meaning, to: record)
            default: CSVValue.add(text.trimmed, meaning, to: record)
            }
        }
    }

    @inline(__always)
    private func add(_ text: UnsafeBufferPointer<UInt8>, _ meaning: CSVMeaning, to record: ItemRecord) {
        let text = meaning.field.isLine ? text.cut(to: lineLimit) : text
        record.add(meaning.field, text, form: meaning.form, rank: meaning.rank)
    }
}
