import CLibXML2
import CampaignModel

/// The fields of a mapping for XML: each an expression that is evaluated for one item after another.
final class XMLMappedFields {
    /// An expression that cannot be used.
    struct Problem {
        var name: String
        var expression: String
        var reason: String

        var message: String {
            "the mapping's expression for \(name), “\(expression.prefix(200))”, cannot be used: \(reason)"
        }
    }

    private struct Field {
        var name: String
        var field: ItemField
        var form: TextForm
        var expression: XPathExpression
        var hasFailed = false
    }

    let problems: [Problem]
    private let evaluator: XPathEvaluator
    private var fields: [Field]

    /// Names that no mapping knows are left out.
    init(_ mapping: DocumentMapping, _ tree: XMLItemTree) {
        let evaluator = XPathEvaluator(tree)
        var fields: [Field] = []
        var problems: [Problem] = []
        for (name, text) in mapping.fields.sorted(by: { $0.key < $1.key }) {
            guard let field = MappedField.field(name) else { continue }
            do throws(XPathExpression.Malformed) {
                let expression = try XPathExpression(text, evaluator)
                fields.append(
                    Field(name: name, field: field, form: MappedField.form(of: field), expression: expression))
            } catch {
                problems.append(Problem(name: name, expression: text, reason: error.message))
            }
        }
        self.evaluator = evaluator
        self.fields = fields
        self.problems = problems
    }

    /// Adds what the expressions give for the item in the tree. One without a value is told once a document.
    func take(into writer: inout FieldWriter, _ receiver: any ItemReceiver) {
        evaluator.startItem()
        for index in fields.indices {
            let field = fields[index]
            defer { field.expression.release() }
            switch field.expression.evaluate() {
            case .truth(let isTrue): add(isTrue, field, &writer)
            case .number(let number): add(number, field, &writer)
            case .text(let text): add(text, field, &writer)
            case .nodes(let count): addNodes(count, field, &writer)
            case nil:
                guard !field.hasFailed else { continue }
                fields[index].hasFailed = true
                let reason = field.expression.reason
                receiver.warn(
                    "bad_mapping", "the mapping's expression for \(field.name) gives nothing for an item: \(reason)",
                    item: writer.record.text(.id) ?? writer.record.text(.title))
            }
        }
    }

    private func addNodes(_ count: Int, _ field: Field, _ writer: inout FieldWriter) {
        for index in 0..<count {
            guard let text = field.expression.text(index) else { continue }
            add(text, field, &writer)
            if MappedField.repeats(field.field) {
                if !writer.hasRoom(field.field) { break }
            } else if writer.record.has(field.field) {
                break
            }
        }
    }

    private func add(_ text: UnsafePointer<xmlChar>, _ field: Field, _ writer: inout FieldWriter) {
        let bytes = UnsafeBufferPointer(start: text, count: Int(xmlStrlen(text))).trimmed
        writer.add(field.field, bytes, form: field.form)
    }

    private func add(_ isTrue: Bool, _ field: Field, _ writer: inout FieldWriter) {
        writer.add(field.field, MappedField.text(isTrue, for: field.field))
    }

    /// As people write numbers: no exponent, and no digits that only a computer sees. What is no number is nothing.
    private func add(_ number: Double, _ field: Field, _ writer: inout FieldWriter) {
        guard number.isFinite else { return }
        if number == number.rounded(), abs(number) < 1e15 { return writer.add(field.field, String(Int(number))) }
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
            guard let start = buffer.baseAddress else { return }
            let length = min(31, Int(tellal_number_text(number, start, 32)))
            guard length > 0 else { return }
            start.withMemoryRebound(to: UInt8.self, capacity: 32) {
                writer.add(field.field, UnsafeBufferPointer(start: $0, count: length))
            }
        }
    }
}
