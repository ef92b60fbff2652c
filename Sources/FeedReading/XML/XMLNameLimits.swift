import CLibXML2

/// Counts what libxml2 keeps for as long as it reads: every distinct name. And the namespaces in force, among which it
/// searches one by one.
struct XMLNameLimits: ~Copyable {
    private let limits: ReadLimits
    private var elements = XMLNames()
    private var others = XMLNames()
    private var namespacesInForce = 0

    init(_ limits: ReadLimits) { self.limits = limits }

    /// - Returns: What there is too much of; nil while all is well.
    mutating func open(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?,
        _ namespaces: XMLNamespaces, _ attributes: XMLAttributes
    ) -> String? {
        if elements.find(local, prefix, uri).isNew {
            elements.define(0, opensItem: false, local: local, prefix: prefix, uri: uri)
        }
        for index in 0..<namespaces.count {
            let uri = namespaces.uri(index)
            if let name = namespaces.prefix(index) ?? uri { note(name, nil, uri) }
        }
        for index in 0..<attributes.count {
            let name = attributes.name(index)
            if let local = name.local { note(local, name.prefix, name.uri) }
        }
        namespacesInForce += namespaces.count
        if elements.count > limits.names { return "it has more than \(limits.names) different element names" }
        if others.count > limits.names {
            return "it has more than \(limits.names) different names of attributes and namespaces"
        }
        if attributes.count > limits.attributes {
            return "an element has more than \(limits.attributes) attributes"
        }
        if namespaces.count > limits.elementNamespaces {
            return "an element declares more than \(limits.elementNamespaces) namespaces"
        }
        if namespacesInForce > limits.namespaces {
            return "more than \(limits.namespaces) namespaces are in force at one place"
        }
        return nil
    }

    /// An element that declared so many namespaces is closed.
    mutating func close(namespaces: Int) { namespacesInForce -= namespaces }

    private mutating func note(
        _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ uri: UnsafePointer<xmlChar>?
    ) {
        guard others.find(local, prefix, uri).isNew else { return }
        others.define(0, opensItem: false, local: local, prefix: prefix, uri: uri)
    }
}
