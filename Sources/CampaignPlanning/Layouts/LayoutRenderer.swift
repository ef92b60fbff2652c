package import CampaignModel
package import Foundation

/// An item that a layout speaks of, with what happened to it.
package struct ItemContext: Sendable, Hashable {
    package var change: Change
    package var sourceName: String
    /// What the document calls itself.
    package var sourceTitle: String?

    package init(change: Change, sourceName: String, sourceTitle: String? = nil) {
        self.change = change
        self.sourceName = sourceName
        self.sourceTitle = sourceTitle
    }
}

/// What a layout made of one item, or of all items of a digest.
package struct RenderedItemMessage: Sendable, Hashable {
    /// The message, or why there is none.
    package enum Outcome: Sendable, Hashable {
        case message(Message)
        /// Every module came out empty.
        case skipped(SkipReason)
    }

    /// One for a layout with `each: item`, else those of the digest, in sending order.
    package var items: [ItemContext]
    package var outcome: Outcome

    /// Nil when it was skipped.
    package var message: Message? {
        guard case .message(let message) = outcome else { return nil }
        return message
    }
}

/// Makes messages from items by a layout.
///
/// What renders empty is left out: a module without text or picture, a card without a title, a button without a
/// title or an address. Whether an address can be opened is said by who sends it, with a note of what it left out; a picture
/// by itself needs an http(s) address here. A value can break nothing: see ``LayoutTemplate``.
package struct LayoutRenderer: Sendable {
    /// What no chat would show anyhow, in characters of one message.
    private static let mostCharacters = 64 << 10

    private let html: HTMLReading
    private let campaign: String
    private let layout: Layout
    private let locale: LayoutLocale

    private init(_ layout: Layout, campaign: String, timeZone: TimeZone, html: @escaping HTMLReading) {
        self.html = html
        self.campaign = campaign
        self.layout = layout
        locale = LayoutLocale(layout.locale, timeZone: timeZone)
    }

    /// - Parameters:
    ///   - layout: decides whether each item gets a message of its own.
    ///   - items: in sending order.
    ///   - campaign: its name.
    ///   - timeZone: by which dates are written.
    ///   - html: reads the HTML of items and of the finished texts.
    /// - Returns: one element for each message, none for no items.
    package static func render(
        _ layout: Layout, items: [ItemContext], campaign: String, timeZone: TimeZone = .gmt,
        html: @escaping HTMLReading
    ) -> [RenderedItemMessage] {
        guard !items.isEmpty else { return [] }
        let renderer = LayoutRenderer(layout, campaign: campaign, timeZone: timeZone, html: html)
        switch layout.each {
        case .item:
            var messages = items.map { renderer.message([$0], count: items.count, isFirst: false, isLast: false) }
            // Header and footer stand around what there is to say.
            let told = messages.indices.filter { messages[$0].message != nil }
            guard layout.header != nil || layout.footer != nil, let first = told.first, let last = told.last else {
                return messages
            }
            for place in Set([first, last]) {
                messages[place] = renderer.message(
                    [items[place]], count: items.count, isFirst: place == first, isLast: place == last)
            }
            return messages
        case .digest: return [renderer.message(items, count: items.count, isFirst: true, isLast: true)]
        case .subscriber: return []
        }
    }

    /// Makes a message of a single item once more, as it was in its place among the messages of its run.
    ///
    /// - Parameters:
    ///   - layout: With `each: item` or `digest`.
    ///   - item: As it is now.
    ///   - told: The message that it takes the place of.
    ///   - campaign: Its name.
    ///   - timeZone: By which dates are written.
    ///   - html: Reads the HTML of items and of the finished texts.
    /// - Returns: The message, or why there is none.
    package static func render(
        _ layout: Layout, _ item: ItemContext, inPlaceOf told: ToldMessage, campaign: String,
        timeZone: TimeZone = .gmt, html: @escaping HTMLReading
    ) -> RenderedItemMessage {
        let renderer = LayoutRenderer(layout, campaign: campaign, timeZone: timeZone, html: html)
        return renderer.message(
            [item], count: told.count, isFirst: told.place == 0, isLast: told.place == told.count - 1)
    }

    /// What is said to a person.
    ///
    /// - Parameters:
    ///   - layout: With `each: subscriber`.
    ///   - subscriber: Whom it is said to.
    ///   - channel: What the channel is called.
    ///   - html: Reads the HTML of the finished texts.
    /// - Returns: nil when every part comes out empty.
    package static func render(
        _ layout: Layout, to subscriber: Subscriber, channel: String, html: @escaping HTMLReading
    ) -> Message? {
        let renderer = LayoutRenderer(layout, campaign: "", timeZone: .gmt, html: html)
        var person = FieldGroup(
            plain: [
                "first_name": subscriber.firstName, "last_name": subscriber.lastName, "language": subscriber.language,
                "origin": subscriber.origin,
            ], renderer.locale)
        person.children["fields"] = FieldGroup(plain: subscriber.fields, renderer.locale)
        let fields = FieldGroup(children: [
            "subscriber": person, "channel": FieldGroup(plain: ["title": channel], renderer.locale),
        ])
        let modules = layout.modules.compactMap { renderer.module($0, whole: fields, cards: []) }
        return modules.isEmpty ? nil : Message(modules: modules, options: layout.options)
    }

    /// What was written by hand.
    ///
    /// - Returns: nil when every part comes out empty.
    static func oneOff(_ layout: Layout, name: String, html: @escaping HTMLReading) -> Message? {
        let renderer = LayoutRenderer(layout, campaign: name, timeZone: .gmt, html: html)
        let personal = PersonalFields()
        let fields = FieldGroup(children: [
            "campaign": FieldGroup(plain: ["name": name], renderer.locale),
            "subscriber": PersonalGroup(fields: personal),
        ])
        let modules = layout.modules.compactMap { renderer.module($0, whole: fields, cards: [fields]) }
        return modules.isEmpty ? nil : Message(modules: modules, options: layout.options, personal: personal.all)
    }

    private func message(_ items: [ItemContext], count: Int, isFirst: Bool, isLast: Bool) -> RenderedItemMessage {
        let personal = PersonalFields()
        let perItem = items.map { FieldGroup($0, locale, html: html) }
        var shared = FieldGroup(children: [
            "count": FieldValue(count, locale), "subscriber": PersonalGroup(fields: personal),
        ])
        shared.children["campaign"] = FieldGroup(plain: ["name": campaign], locale)
        let cards = perItem.map { FieldGroup(children: $0.children.merging(shared.children) { item, _ in item }) }
        var whole = shared
        if layout.each == .digest {
            whole.children["items"] = perItem
        } else if let only = cards.first {
            whole = only
        }
        var modules = layout.modules.compactMap { module($0, whole: whole, cards: cards) }
        guard !modules.isEmpty else {
            return skipped(
                items, .nothingToSay, "nothing to say: every part of the layout \(layout.name) came out empty")
        }
        if isFirst, let header = layout.header.flatMap({ richText($0, shared) }) { modules.put(header, .above) }
        if isLast, let footer = layout.footer.flatMap({ richText($0, shared) }) { modules.put(footer, .below) }
        guard modules.reduce(0, { $0 + $1.characters }) <= Self.mostCharacters else {
            return skipped(
                items, .tooLarge,
                "the layout \(layout.name) made more than 64 KiB of it; write {{… | truncate: 300}} where texts are long"
            )
        }
        let message = Message(modules: modules, options: layout.options, personal: personal.all)
        return RenderedItemMessage(items: items, outcome: .message(message))
    }

    private func skipped(_ items: [ItemContext], _ code: SkipReason.Code, _ reason: String) -> RenderedItemMessage {
        RenderedItemMessage(items: items, outcome: .skipped(SkipReason(code, reason)))
    }

    private func module(_ module: Layout.Module, whole: FieldGroup, cards: [FieldGroup]) -> MessageModule? {
        switch module {
        case .text(let template, let buttons):
            guard let text = richText(template, whole) else { return nil }
            return .text(text, buttons: buttons.compactMap { button($0, whole) })
        case .media(let templates):
            return media(templates, whole).map { .media($0) }
        case .cards(let templates):
            let cards = cards.flatMap { fields in templates.compactMap { card($0, fields) } }
            return cards.isEmpty ? nil : .cards(cards)
        }
    }

    private func media(_ templates: Layout.MediaTemplates, _ fields: FieldGroup) -> Media? {
        let source: MediaSource? =
            switch templates.source {
            case .address(let template):
                address(template, fields).flatMap { SettingValue.isWebAddress($0) ? .address($0) : nil }
            case .file(let file): .file(file)
            }
        guard let source else { return nil }
        return Media(
            templates.kind, source, caption: templates.caption.flatMap { richText($0, fields) },
            title: templates.title.flatMap { plainText($0, fields) },
            performer: templates.performer.flatMap { plainText($0, fields) },
            buttons: templates.buttons.compactMap { button($0, fields) })
    }

    private func card(_ templates: Layout.CardTemplates, _ fields: FieldGroup) -> Card? {
        guard let title = plainText(templates.title, fields) else { return nil }
        return Card(
            title: title, subtitle: templates.subtitle.flatMap { richText($0, fields) },
            image: templates.image.flatMap { address($0, fields) },
            link: templates.link.flatMap { address($0, fields) },
            buttons: templates.buttons.compactMap { button($0, fields) }
        )
    }

    private func button(_ button: Layout.Button, _ fields: FieldGroup) -> MessageButton? {
        guard let title = plainText(button.title, fields) else { return nil }
        switch button.action {
        case .unsubscribe: return MessageButton(title: title, action: .unsubscribe)
        case .link(let template):
            return address(template, fields).map { MessageButton(title: title, action: .link($0)) }
        }
    }

    private func richText(_ template: LayoutTemplate, _ fields: FieldGroup) -> RichText? {
        let text = html(template.render(fields))
        return text.isEmpty ? nil : text
    }

    /// On one line, white space collapsed.
    private func plainText(_ template: LayoutTemplate, _ fields: FieldGroup) -> String? {
        let text = template.render(fields).onOneLine
        return text.isEmpty ? nil : text
    }

    private func address(_ template: LayoutTemplate, _ fields: FieldGroup) -> String? {
        // A space is the one slip that feeds make often enough to mend.
        let text = template.render(fields).trimmed.split(separator: " ", omittingEmptySubsequences: false)
            .joined(separator: "%20")
        return text.isEmpty ? nil : text
    }
}

extension [MessageModule] {
    fileprivate enum Side { case above, below }

    /// Puts a text at one end: into the text that is there, or else as one of its own.
    fileprivate mutating func put(_ text: RichText, _ side: Side) {
        let place = side == .above ? startIndex : endIndex - 1
        guard indices.contains(place), case .text(let there, let buttons) = self[place] else {
            insert(.text(text, buttons: []), at: side == .above ? startIndex : endIndex)
            return
        }
        let (first, second) = side == .above ? (text, there) : (there, text)
        self[place] = .text(RichText(first.asBlocks + second.asBlocks), buttons: buttons)
    }
}

extension RichText {
    /// So that what comes before and after stands apart.
    fileprivate var asBlocks: [Node] {
        let isBlock = nodes.contains { node in
            switch node {
            case .paragraph, .quote, .preformatted, .list: true
            case .text, .lineBreak, .styled, .link: false
            }
        }
        return isBlock ? nodes : [.paragraph(nodes)]
    }
}

extension MessageModule {
    fileprivate var characters: Int {
        switch self {
        case .text(let text, _): text.plainText.count
        case .media(let media): media.caption?.plainText.count ?? 0
        case .cards(let cards): cards.reduce(0) { $0 + $1.title.count + ($1.subtitle?.plainText.count ?? 0) }
        }
    }
}
