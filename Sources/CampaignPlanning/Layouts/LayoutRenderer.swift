package import CampaignModel

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
    package enum Outcome: Sendable, Hashable {
        case message(Message)
        /// Every module came out empty.
        case skipped(SkipReason)
    }

    package var items: [ItemContext]
    package var outcome: Outcome

    package var message: Message? {
        guard case .message(let message) = outcome else { return nil }
        return message
    }
}

/// Makes messages from items by a layout.
///
/// What renders empty is left out: a module without text or picture, a card without a title, a button without a
/// title or an http(s) address. A value can break nothing: see ``LayoutTemplate``.
package struct LayoutRenderer: Sendable {
    private let html: HTMLReading
    private let campaign: String

    /// - Parameters:
    ///   - layout: decides whether each item gets a message of its own.
    ///   - items: in sending order.
    ///   - campaign: its name.
    ///   - html: reads the HTML of items and of the finished texts.
    /// - Returns: one element for each message, none for no items.
    package static func render(_ layout: Layout, items: [ItemContext], campaign: String, html: @escaping HTMLReading)
        -> [RenderedItemMessage]
    {
        guard !items.isEmpty else { return [] }
        let renderer = LayoutRenderer(html: html, campaign: campaign)
        switch layout.each {
        case .item: return items.map { renderer.message(layout, items: [$0]) }
        case .digest: return [renderer.message(layout, items: items)]
        case .subscriber: return []
        }
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
        let renderer = LayoutRenderer(html: html, campaign: "")
        let fields = FieldGroup(children: [
            "subscriber": FieldGroup(plain: [
                "first_name": subscriber.firstName, "last_name": subscriber.lastName, "language": subscriber.language,
                "origin": subscriber.origin,
            ]), "channel": FieldGroup(plain: ["title": channel]),
        ])
        let modules = layout.modules.compactMap { renderer.module($0, whole: fields, cards: []) }
        return modules.isEmpty ? nil : Message(modules: modules, options: layout.options)
    }

    private func message(_ layout: Layout, items: [ItemContext]) -> RenderedItemMessage {
        let perItem = items.map { FieldGroup($0, html: html) }
        var shared = FieldGroup()
        shared.children["campaign"] = FieldGroup(
            children: ["name": FieldValue(plain: campaign)].compactMapValues(\.self))
        shared.children["count"] = FieldValue(plain: String(items.count))
        let cards = perItem.map { FieldGroup(children: $0.children.merging(shared.children) { item, _ in item }) }
        var whole = shared
        if layout.each == .digest {
            whole.children["items"] = perItem
        } else if let only = cards.first {
            whole = only
        }
        let modules = layout.modules.compactMap { module($0, whole: whole, cards: cards) }
        guard !modules.isEmpty else {
            let reason = SkipReason(
                .nothingToSay, "nothing to say: every part of the layout \(layout.name) came out empty")
            return RenderedItemMessage(items: items, outcome: .skipped(reason))
        }
        return RenderedItemMessage(items: items, outcome: .message(Message(modules: modules, options: layout.options)))
    }

    private func module(_ module: Layout.Module, whole: FieldGroup, cards: [FieldGroup]) -> MessageModule? {
        switch module {
        case .text(let template, let buttons):
            guard let text = richText(template, whole) else { return nil }
            return .text(text, buttons: buttons.compactMap { button($0, whole) })
        case .media(let templates):
            return media(templates, whole).map { .media($0) }
        case .cards(let templates):
            let cards = cards.compactMap { card(templates, $0) }
            return cards.isEmpty ? nil : .cards(cards)
        }
    }

    private func media(_ templates: Layout.MediaTemplates, _ fields: FieldGroup) -> Media? {
        let source: MediaSource? =
            switch templates.source {
            case .address(let template): address(template, fields).map { .address($0) }
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
        return SettingValue.isWebAddress(text) ? text : nil
    }
}
