package import CampaignModel

/// What is wrong with a mapping as it stands in feeds/, before there is a document.
package enum MappingCheck {
    /// - Returns: One sentence for each thing that is wrong, in a stable order. A path that starts with `/` is one for
    ///   XML, and then the fields must be XPath 1.0 expressions; what else paths and columns are called is free.
    package static func problems(_ mapping: DocumentMapping) -> [String] {
        var problems: [String] = []
        let unknown = mapping.fields.keys.filter { MappedField.field($0) == nil }.sorted()
        if !unknown.isEmpty {
            let names = unknown.map { "“\($0.prefix(64).description.printable)”" }.joined(separator: ", ")
            problems.append(
                "the mapping has fields of unknown names: \(names); known are "
                    + DocumentMapping.fieldNames.joined(separator: ", "))
        }
        if mapping.fields.count == unknown.count { problems.append("the mapping fills no field") }
        for (name, text) in mapping.fields.sorted(by: { $0.key < $1.key }) where text.trimmedOrNil == nil {
            problems.append("the mapping says nothing for \(name.prefix(64).description.printable)")
        }
        guard mapping.item.trimmedOrNil?.hasPrefix("/") == true else { return problems }
        do throws(XMLItemPath.Malformed) {
            _ = try XMLItemPath(mapping.item)
        } catch {
            let path = mapping.item.prefix(200).description.printable
            problems.append("the mapping's item path “\(path)” does not fit XML: \(error.message)")
        }
        let fields = XMLMappedFields(mapping, XMLItemTree())
        return problems
            + fields.problems.filter { $0.expression.trimmedOrNil != nil }.map { $0.message.printable }
    }
}
