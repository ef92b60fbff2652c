import CLibXML2

/// Names and attributes of elements.
extension XMLItemReader {
    // MARK: Limits

    func learn(_ namespaces: XMLNamespaces) {
        namespacesInForce += namespaces.count
        if namespaces.count > limits.elementNamespaces {
            return fail("an element declares more than \(limits.elementNamespaces) namespaces")
        }
        if namespacesInForce > limits.namespaces {
            return fail("more than \(limits.namespaces) namespaces are in force at one place")
        }
        for index in 0..<namespaces.count {
            let uri = namespaces.uri(index)
            if let local = namespaces.prefix(index) ?? uri { learn(local, nil, uri) }
        }
    }

    func learn(_ attributes: XMLAttributes) {
        if attributes.count > limits.attributes {
            return fail("an element has more than \(limits.attributes) attributes")
        }
        for index in 0..<attributes.count {
            let name = attributes.name(index)
            attributeNames[index] = 0
            guard let local = name.local else { continue }
            let symbol = learn(local, name.prefix, name.uri)
            attributeNames[index] = symbol
            if symbol == Self.base, let prefix = name.prefix, xmlStrEqual(prefix, "xml") != 0 {
                let outer = base ?? options.baseURL
                if let inner = AddressText.resolve(attributes.text(index), against: outer) {
                    bases.append((depth, inner))
                }
            }
        }
    }

    static let base = XMLAttributeName.base.symbol

    /// - Returns: What an attribute of the name is called; 0 for what is unknown or no attribute.
    @discardableResult
    func learn(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?
    ) -> UInt16 {
        let known = minorNames.find(local, prefix, uri)
        guard known.isNew else { return known.symbol }
        let symbol = XMLAttributeName.symbol(of: String(cString: local))
        minorNames.define(symbol, opensItem: false, local: local, prefix: prefix, uri: uri)
        if minorNames.count > limits.names {
            fail("it has more than \(limits.names) different names of attributes and namespaces")
        }
        return symbol
    }

    // MARK: Attributes

    /// The value of an attribute of the current element, stand-ins in it; nothing when it has none of the name.
    func value(_ name: XMLAttributeName, _ attributes: XMLAttributes) -> UnsafeBufferPointer<UInt8> {
        value(name.symbol, attributes)
    }

    func value(_ symbol: UInt16, _ attributes: XMLAttributes) -> UnsafeBufferPointer<UInt8> {
        for index in 0..<min(attributes.count, limits.attributes) where attributeNames[index] == symbol {
            return attributes.bytes(index)
        }
        return UnsafeBufferPointer(start: nil, count: 0)
    }

    func text(_ name: XMLAttributeName, _ attributes: XMLAttributes) -> String? {
        StandIn.text(value(name, attributes)).trimmedOrNil
    }

    /// Whether the record may have another field: one costs more memory than the few bytes of its element.
    var hasRoom: Bool { record.entries.count < limits.values * 16 }

    func add(_ field: ItemField, _ value: UnsafeBufferPointer<UInt8>, rank: UInt8) {
        guard hasRoom, record.count < limits.itemBytes else { return }
        let record = record
        let start = record.count
        if StandIn.bytesBefore(value) == value.count {
            record.append(value)
        } else {
            record.append(StandIn.text(value))
        }
        record.close(field, from: start, form: .text, rank: rank, base: base)
    }

    func take(_ rules: [XMLDialect.AttributeRule], _ attributes: XMLAttributes) {
        for rule in rules {
            let value = value(rule.name, attributes)
            // What is said of a file without an address belongs to no other.
            if rule.field == .enclosure, value.trimmed.isEmpty { return }
            if !value.isEmpty { add(rule.field, value, rank: rule.rank) }
        }
    }

    func special(_ special: XMLDialect.Special, rank: UInt8, _ attributes: XMLAttributes) {
        switch special {
        case .guid: guidIsLink = !value(.isPermaLink, attributes).trimmed.isWord("false")
        case .link: takeLink(attributes, rank: rank)
        case .media: takeMedia(attributes, rank: rank)
        case .category:
            let term = value(.term, attributes)
            add(.category, term.trimmed.isEmpty ? value(.label, attributes) : term, rank: rank)
        case .key, .value:
            if let name = text(.name, attributes) { key = name }
        case .branch:
            if itemDepth == 0, let id = text(.id, attributes) {
                branch = (id, text(.parentID, attributes) ?? text(.otherParentID, attributes))
            }
        case .none, .list: break
        }
    }

    func takeLink(_ attributes: XMLAttributes, rank: UInt8) {
        let address = value(.href, attributes)
        let type = value(.type, attributes)
        switch XMLLink(relation: value(.rel, attributes), type: type) {
        case .page(let isPage): add(.link, address, rank: isPage ? rank : rank + 1)
        case .enclosure where itemDepth > 0 && !address.trimmed.isEmpty:
            add(.enclosure, address, rank: 0)
            if !type.isEmpty { add(.enclosureType, type, rank: 0) }
            if case let length = value(.length, attributes), !length.isEmpty { add(.enclosureLength, length, rank: 0) }
        case .image: add(.image, address, rank: rank)
        case .hub where itemDepth == 0: add(.hub, address, rank: 0)
        case .next where itemDepth == 0: add(.next, address, rank: 0)
        case .itself where itemDepth == 0: add(.selfLink, address, rank: 0)
        default: break
        }
    }

    func takeMedia(_ attributes: XMLAttributes, rank: UInt8) {
        let address = value(.url, attributes)
        let medium = value(.medium, attributes)
        let type = value(.type, attributes)
        if medium.isWord("image") || type.startsWithWord("image/") {
            add(.image, address, rank: rank)
        } else if address.trimmed.isEmpty {
            return
        } else if medium.isWord("audio") || medium.isWord("video") || !type.isEmpty {
            // Behind what the item states as its own enclosures.
            add(.enclosure, address, rank: 1)
            if !type.isEmpty { add(.enclosureType, type, rank: 1) }
            if case let size = value(.fileSize, attributes), !size.isEmpty { add(.enclosureLength, size, rank: 1) }
        }
    }
}
