/// What an item is known by within its source: chosen with the first document, and kept, because another choice makes every
/// item another one. Only from id to id and link it changes, once the ids of a feed repeat: then each is found
/// by its id, where that does not repeat, or by what is stated of it, or by its link.
package enum IdentityPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its id, or else its link, or else its title and text.
    case id
    /// Its id together with its link; without an id, its link together with its title and text: for sources whose ids repeat, or
    /// the links of items without ids.
    case idAndLink = "id_and_link"
    /// Its link, or else as ``id``: for sources whose ids change with each request.
    case link
}
