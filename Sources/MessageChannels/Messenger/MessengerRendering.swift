import CampaignModel

/// Builds the parts of one message for one person on Messenger.
struct MessengerRendering {
    typealias Limits = PlatformLimits.Messenger

    private let call: MessengerCall
    private(set) var result = RenderedMessage()

    init(_ message: Message, address: String, channel: Channel, reference: String, isResponse: Bool) {
        call = MessengerCall(message, to: address, on: channel, reference: reference, isResponse: isResponse)
        let modules = message.modules
        var index = 0
        while index < modules.count {
            switch modules[index] {
            case .text(let text, let buttons): renderText(text, buttons, module: index)
            case .cards(let cards): renderCards(cards, module: index)
            case .media(let media):
                let pictures = pictures(in: modules, from: index)
                if pictures.count > 1 {
                    send(pictures)
                    index += pictures.count - 1
                } else {
                    renderMedia(media, module: index)
                }
            }
            index += 1
        }
    }

    private mutating func renderText(_ text: RichText, _ buttons: [MessageButton], module: Int) {
        var words = RichTextFlattener.flatten(text, links: .written)
        guard !words.isBlank else {
            let lost = buttons.isEmpty ? "" : ", and its buttons with it, because Messenger shows none without a text"
            note(module, "text", .dropped, "The text is empty and was left out\(lost).")
            return
        }
        let usable = self.buttons(buttons, module: module, field: "buttons")
        let choice = MessengerButton.chosen(usable, takesReplies: true)
        let kept = choice.kept
        for button in choice.others { give(button, placeIn: &words, module: module) }
        if !choice.replies.isEmpty {
            note(
                module, "buttons", .moved, limit: Limits.buttons,
                "Messenger shows at most \(Limits.buttons) buttons, so \(choice.replies.count) became quick replies.")
        }
        var (parts, isWhole) = words.split(limit: Limits.text)
        var templateText: String?
        if !kept.isEmpty, isWhole {
            templateText = takeTemplateText(from: &words, above: kept)
            parts = words.split(limit: Limits.text).parts
        } else if !kept.isEmpty, var last = parts.popLast() {
            templateText = takeTemplateText(from: &last, above: kept)
            parts += last.isEmpty ? [] : [last]
        }
        for part in parts { send(["text": .string(part.plain)]) }
        if let templateText {
            let template: JSONValue = [
                "template_type": "button", "text": .string(templateText), "buttons": .array(kept.map(\.json)),
            ]
            send(template: template, replies: choice.replies.compactMap(\.quickReply))
        }
        noteSplit(parts: parts.count + (templateText == nil ? 0 : 1), isWhole: isWhole, module: module)
    }

    /// Takes the last portion of the text, which goes above the buttons; what is left goes before it.
    private func takeTemplateText(from words: inout StyledText, above buttons: [MessengerButton]) -> String {
        let limit = Limits.buttonTemplateText
        let total = words.length
        let text = words.plain
        guard total > limit else {
            words = StyledText()
            return text
        }
        // A portion of a word or two would look lost above the buttons.
        let place = TextCut.position(in: text, limit: total - 200, minimum: total - limit)
        // Half an address leads nowhere, so it stays whole on one side. A template must have a text.
        guard let start = TextCut.endOfWord(in: text, at: place) else { return buttons.first?.title ?? "…" }
        let (head, tail) = words.divided(at: start)
        words = head.trimmed
        return tail.trimmed.plain
    }

    private mutating func noteSplit(parts: Int, isWhole: Bool, module: Int) {
        if parts > 1 {
            note(
                module, "text", .split, limit: Limits.text,
                "The text is longer than one message on Messenger may be, so it goes in \(parts) messages."
            )
        }
        if !isWhole {
            note(
                module, "text", .shortened, limit: PlatformLimits.partsOfOneText,
                "The text is longer than \(PlatformLimits.partsOfOneText) messages and was cut there."
            )
        }
    }

    /// A button that finds no place: its address goes into the text.
    private mutating func give(_ button: MessengerButton, placeIn words: inout StyledText, module: Int) {
        guard case .link(let address) = button.target else {
            note(
                module, "buttons", .dropped, limit: Limits.quickReplies,
                "Messenger takes no more buttons on one message, so “\(button.title)” was left out.")
            return
        }
        words.append("\n\(button.title): \(address)", marks: [])
        note(
            module, "buttons", .moved, limit: Limits.buttons,
            "Messenger shows at most \(Limits.buttons) buttons, so the link “\(button.title)” moved into the text.")
    }

    private mutating func renderCards(_ cards: [Card], module: Int) {
        var elements: [JSONValue] = []
        var isSplit = false
        func flush(_ rendering: inout MessengerRendering) {
            guard !elements.isEmpty else { return }
            rendering.send(cards: elements)
            elements = []
        }
        for (place, card) in cards.enumerated() {
            let field = "cards[\(place)]"
            noteAddresses(of: card, module: module, field: field)
            switch MessengerElement(card) {
            case .element(let element):
                if elements.count == Limits.elements {
                    isSplit = true
                    flush(&self)
                }
                elements.append(finished(element, card, module: module, field: field))
            case .text(let title):
                // It has no button that can be shown, which is told.
                _ = buttons(card.buttons, module: module, field: "\(field).buttons")
                flush(&self)
                send(["text": .string(TextCut.shorten(title, to: Limits.text))])
            case .image(let image):
                flush(&self)
                send([Media(.image, .address(image.text))])
            case .nothing:
                note(
                    module, field, .dropped,
                    "The card has nothing that Messenger can show and was left out."
                )
            }
        }
        flush(&self)
        if isSplit {
            note(
                module, "cards", .split, limit: Limits.elements,
                "Messenger shows at most \(Limits.elements) cards together, so they go in several messages."
            )
        }
    }

    /// The element's JSON, and notes on what did not fit into it.
    private mutating func finished(
        _ element: MessengerElement.Element, _ card: Card, module: Int, field: String
    ) -> JSONValue {
        var members: [String: JSONValue] = [:]
        members["title"] = .string(shortened(element.title, Limits.elementTitle, module, "\(field).title"))
        if !element.subtitle.isEmpty {
            members["subtitle"] = .string(
                shortened(element.subtitle, Limits.elementSubtitle, module, "\(field).subtitle")
            )
        }
        if let image = element.image { members["image_url"] = .string(image.text) }
        if let link = element.link { members["default_action"] = ["type": "web_url", "url": .string(link.text)] }
        let kept = fewButtons(card.buttons, module: module, field: "\(field).buttons")
        if !kept.isEmpty { members["buttons"] = .array(kept.map(\.json)) }
        return .object(members)
    }

    private mutating func noteAddresses(of card: Card, module: Int, field: String) {
        for (name, noun, address) in [("image", "picture", card.image), ("link", "link", card.link)] {
            guard let address, LinkAddress(address) == nil else { continue }
            note(
                module, "\(field).\(name)", .dropped,
                "The \(noun) was left out, because its address is not a full http(s) address.")
        }
    }

    private mutating func shortened(_ text: String, _ limit: Int, _ module: Int, _ field: String) -> String {
        let short = TextCut.shorten(text, to: limit)
        if short != text {
            note(module, field, .shortened, limit: limit, "It was cut to \(limit) characters, Messenger's limit.")
        }
        return short
    }
}

// MARK: Buttons

extension MessengerRendering {
    private mutating func buttons(_ buttons: [MessageButton], module: Int, field: String) -> [MessengerButton] {
        var usable: [MessengerButton] = []
        for (index, button) in buttons.enumerated() {
            let field = "\(field)[\(index)]"
            let title = button.title.onOneLine
            guard !title.isEmpty else {
                note(module, field, .dropped, "The button has no title and was left out.")
                continue
            }
            switch button.action {
            case .unsubscribe:
                let title = shortened(title, Limits.buttonTitle, module, "\(field).title")
                usable.append(
                    MessengerButton(title: title, target: .postback(ButtonPayload.messengerUnsubscribe)))
            case .choice(let payload):
                let title = shortened(title, Limits.buttonTitle, module, "\(field).title")
                usable.append(MessengerButton(title: title, target: .postback(payload)))
            case .link(let address):
                guard let url = LinkAddress(address) else {
                    note(
                        module, field, .dropped,
                        "The button “\(title)” was left out, because its address is not a full http(s) address."
                    )
                    continue
                }
                let title = shortened(title, Limits.buttonTitle, module, "\(field).title")
                usable.append(MessengerButton(title: title, target: .link(url.text)))
            }
        }
        return usable
    }

    /// As many as a template takes, where there is no text that could take the others.
    private mutating func fewButtons(_ given: [MessageButton], module: Int, field: String) -> [MessengerButton] {
        let choice = MessengerButton.chosen(buttons(given, module: module, field: field), takesReplies: false)
        for button in choice.others {
            note(
                module, field, .dropped, limit: Limits.buttons,
                "Messenger shows at most \(Limits.buttons) buttons there, so “\(button.title)” was left out.")
        }
        return choice.kept
    }
}

// MARK: Media

extension MessengerRendering {
    /// Pictures in a row, as many as one message takes; a caption or buttons end it.
    private func pictures(in modules: [MessageModule], from index: Int) -> [Media] {
        modules[index...].prefix(Limits.pictures).map { module -> Media? in
            guard case .media(let media) = module, media.kind == .image, media.buttons.isEmpty, media.caption == nil
            else { return nil }
            return MediaForm(unknown: media) == .missing ? nil : normal(media)
        }
        .prefix { $0 != nil }.compactMap(\.self)
    }

    private mutating func renderMedia(_ media: Media, module: Int) {
        guard MediaForm(unknown: media) != .missing else {
            note(
                module, media.kind.rawValue, .dropped,
                "The \(media.kind.noun) was left out, because its address is not a full http(s) address.")
            return
        }
        if let caption = media.caption, !caption.isEmpty {
            // The words carry the buttons, too: a template for media shows no words.
            send([normal(media)])
            renderText(caption, media.buttons, module: module)
            return
        }
        let buttons = fewButtons(media.buttons, module: module, field: "buttons")
        guard !buttons.isEmpty else { return send([normal(media)]) }
        let media = normal(media)
        result.parts.append(
            MessagePart(media: [media], needsIDs: true) { [call] forms, _ in
                forms.first.flatMap { call.template(media, $0, buttons: buttons) }
            })
    }

    private func normal(_ media: Media) -> Media {
        guard case .address(let address) = MediaForm(unknown: media) else { return media }
        var media = media
        media.source = .address(address)
        return media
    }
}

// MARK: Requests

extension MessengerRendering {
    private mutating func send(_ media: [Media]) {
        result.parts.append(MessagePart(media: media) { [call] forms, _ in call.pictures(media, forms) })
    }

    private mutating func send(template payload: JSONValue, replies: [JSONValue] = []) {
        var message: [String: JSONValue] = ["attachment": ["type": "template", "payload": payload]]
        if !replies.isEmpty { message["quick_replies"] = .array(replies) }
        send(message)
    }

    /// A picture that Messenger cannot fetch must not cost the cards beside it: then they go without pictures.
    private mutating func send(cards elements: [JSONValue]) {
        func message(_ elements: [JSONValue]) -> [String: JSONValue] {
            let payload: JSONValue = ["template_type": "generic", "elements": .array(elements)]
            return ["attachment": ["type": "template", "payload": payload]]
        }
        let whole = message(elements)
        let bare = message(elements.map { $0.without("image_url") })
        result.parts.append(MessagePart { [call] _, wording in call.send(wording == .plain ? bare : whole) })
    }

    private mutating func send(_ message: [String: JSONValue]) {
        result.parts.append(MessagePart { [call] _, _ in call.send(message) })
    }

    private mutating func note(
        _ module: Int, _ field: String, _ action: Cut.Action, limit: Int? = nil, _ message: String
    ) {
        result.cuts.append(Cut(module: module, field: field, limit: limit, action: action, message: message))
    }
}
