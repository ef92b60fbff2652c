/// A feed or catalog that the owner registered.
package struct Source: Sendable, Hashable, Codable {
    package var workspace: String
    package var name: String
    /// An http(s) address, or the path of a file.
    package var location: String
    /// The location as the owner wrote it, with secrets as `${NAME}`. Only this form is stored and shown.
    package var writtenLocation: String
    /// The document's format; nil to detect it from the content.
    package var format: DocumentFormat?
    /// Mapping for a document of no known format; `format` is nil then.
    package var mapping: DocumentMapping?
    package var every: PollInterval
    /// Kinds of change that are reported once a second document shows them, too.
    package var confirm: Set<ChangeKind>
    /// Identity policy of the items; nil to choose it by the first document.
    package var identity: IdentityPolicy?
    package var provenance: Provenance

    package init(
        workspace: String, name: String, location: String, writtenLocation: String? = nil, format: DocumentFormat?,
        mapping: DocumentMapping? = nil, every: PollInterval, confirm: Set<ChangeKind> = [],
        identity: IdentityPolicy? = nil, provenance: Provenance
    ) {
        self.identity = identity
        self.workspace = workspace
        self.name = name
        self.location = location
        self.writtenLocation = writtenLocation ?? location
        self.format = format
        self.mapping = mapping
        self.every = every
        self.confirm = confirm
        self.provenance = provenance
    }

    /// Decodes also what earlier versions stored, with fewer fields.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        workspace = try container.decode(String.self, forKey: .workspace)
        name = try container.decode(String.self, forKey: .name)
        location = try container.decode(String.self, forKey: .location)
        writtenLocation = try container.decode(String.self, forKey: .writtenLocation)
        format = try container.decodeIfPresent(DocumentFormat.self, forKey: .format)
        mapping = try container.decodeIfPresent(DocumentMapping.self, forKey: .mapping)
        every = try container.decode(PollInterval.self, forKey: .every)
        confirm = try container.decodeIfPresent(Set<ChangeKind>.self, forKey: .confirm) ?? []
        identity = try container.decodeIfPresent(IdentityPolicy.self, forKey: .identity)
        provenance = try container.decode(Provenance.self, forKey: .provenance)
    }

    /// Whether the source is fetched over TLS, so that nobody on the way can read or change it.
    package var isEncrypted: Bool { begins(with: "https://") }

    /// Whether the location is an http(s) address; otherwise it is the path of a file.
    package var isRemote: Bool {
        begins(with: "http://") || begins(with: "https://")
    }

    private func begins(with scheme: StaticString) -> Bool {
        let letters = UnsafeBufferPointer(start: scheme.utf8Start, count: scheme.utf8CodeUnitCount)
        return location.utf8.count >= letters.count
            && zip(location.utf8, letters).allSatisfy { $0 == $1 || ((0x41...0x5A).contains($0) && $0 | 0x20 == $1) }
    }
}
