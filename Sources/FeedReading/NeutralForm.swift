import CampaignModel
import Foundation

/// A document in our own terms as JSON Lines: what `tellal parse --json` prints.
package enum NeutralForm {
    /// One line, without its line break. Keys are sorted; slashes are not escaped.
    package static func line(_ event: ReadEvent) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data =
            switch event {
            case .feed(let feed): try encoder.encode(["feed": feed])
            case .item(let item): try encoder.encode(["item": item])
            case .known(let key): try encoder.encode(["known": key])
            case .end(let end): try encoder.encode(["end": end])
            }
        return String(decoding: data, as: UTF8.self)
    }
}
