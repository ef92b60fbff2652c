package import CampaignModel

/// How a message is built from items: modules in YAML, Mustache inside strings. docs/layouts.md describes them.
package struct Layout: Sendable {
    package enum Each: String, Sendable, Hashable, CaseIterable {
        /// One message for each item.
        case item
        /// One message for all items of a run.
        case digest
        /// What is said to a person at an event of their subscription.
        case subscriber
    }

    package let name: String
    package let each: Each
    package let provenance: Provenance
    let modules: [Module]

    enum Module: Sendable {
        case text(LayoutTemplate, buttons: [Button])
        case image(LayoutTemplate)
        case cards(CardTemplates)
    }

    struct Button: Sendable {
        enum Action: Sendable {
            case link(LayoutTemplate)
            case unsubscribe
        }

        var title: LayoutTemplate
        var action: Action
    }

    /// What each card of a module is made from.
    struct CardTemplates: Sendable {
        var title: LayoutTemplate
        var subtitle: LayoutTemplate?
        var image: LayoutTemplate?
        var link: LayoutTemplate?
        var buttons: [Button]
    }
}
