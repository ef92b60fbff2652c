/// What identifies an item within its source. The policy is chosen with the first document and kept, since another one
/// would make every item new. The only later change is from ``id`` to ``idAndLink``, once a feed's ids repeat; known
/// items are then matched by unique ids, equal statements, or links.
package enum IdentityPolicy: String, Sendable, Hashable, Codable, CaseIterable {
    /// The id, or else the link, or else title and text.
    case id
    /// The id together with the link; without an id, the link together with title and text. For sources whose ids
    /// repeat, or the links of items without ids.
    case idAndLink = "id_and_link"
    /// The link, or else like ``id``. For sources whose ids change with each request.
    case link
}
