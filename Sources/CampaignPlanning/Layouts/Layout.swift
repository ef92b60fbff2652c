package import CampaignModel

/// How a message is built from items: modules in YAML, Mustache inside strings. docs/layouts.md describes them.
package struct Layout: Sendable {
    /// What a layout makes a message of; the raw value is the word behind `each` in its file.
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
    package let options: MessageOptions
    /// In which dates, prices and numbers are written.
    let locale: String
    /// Above the first message of a run and below its last.
    let header: LayoutTemplate?
    let footer: LayoutTemplate?
    let modules: [Module]

    /// A file that the layout shows, and where it says so.
    package struct Upload: Sendable, Hashable {
        package var kind: Media.Kind
        package var file: MediaFile
        package var provenance: Provenance
    }

    /// The files that the layout shows.
    package var uploads: [Upload] {
        modules.compactMap { module in
            guard case .media(let media) = module, case .file(let file) = media.source else { return nil }
            return Upload(
                kind: media.kind, file: file, provenance: Provenance(file: provenance.file, line: media.line))
        }
    }

    enum Module: Sendable {
        case text(LayoutTemplate, buttons: [Button])
        case media(MediaTemplates)
        /// With each of these for every item.
        case cards([CardTemplates])
    }

    struct Button: Sendable {
        enum Action: Sendable {
            case link(LayoutTemplate)
            case unsubscribe
        }

        var title: LayoutTemplate
        var action: Action
    }

    /// What a picture, video, sound or file is made from.
    struct MediaTemplates: Sendable {
        enum Source: Sendable {
            case address(LayoutTemplate)
            case file(MediaFile)
        }

        var kind: Media.Kind
        var source: Source
        var line: Int
        var caption: LayoutTemplate?
        var title: LayoutTemplate?
        var performer: LayoutTemplate?
        var buttons: [Button]
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
