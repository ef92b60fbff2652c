import CampaignModel

/// Builds the parts of one message for one person on Messenger.
struct MessengerRendering {
    typealias Limits = PlatformLimits.Messenger

    private let address: String
    private let channel: Channel
    private let metadata: String
    private(set) var result = RenderedMessage()

    init(_ message: Message, address: String, channel: Channel, reference: String) {
        self.address = address
        self.channel = channel
        metadata = TextCut.shorten(reference, to: Limits.metadata)
        for (index, module) in message.modules.enumerated() {
            switch module {
            case .text(let text, let buttons): renderText(text, buttons, module: index)
            case .image(let address): renderImage(address, module: index)
            case .cards(let cards): renderCards(cards, module: index)
            }
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
        let (kept, moved) = MessengerButton.chosen(usable)
        for button in moved {
            words.append("\n\(button.title): \(button.address)", marks: [])
            note(
                module, "buttons", .moved, limit: Limits.buttons,
                "Messenger shows at most \(Limits.buttons) buttons, so the link “\(button.title)” moved into the text."
            )
        }
        var (parts, isWhole) = words.split(limit: Limits.text)
        var templateText: String?
        if !kept.isEmpty, isWhole {
            templateText = takeTemplateText(from: &words)
            parts = words.split(limit: Limits.text).parts
        } else if !kept.isEmpty, var last = parts.popLast() {
            templateText = takeTemplateText(from: &last)
            parts += last.isEmpty ? [] : [last]
        }
        for part in parts { send(["text": .string(part.plain)]) }
        if let templateText {
            send(template: [
                "template_type": "button", "text": .string(templateText), "buttons": .array(kept.map(\.json)),
            ])
        }
        noteSplit(parts: parts.count + (templateText == nil ? 0 : 1), isWhole: isWhole, module: module)
    }

    /// Takes the last portion of the text, which goes above the buttons; what is left goes before it.
    private func takeTemplateText(from words: inout StyledText) -> String {
        let limit = Limits.buttonTemplateText
        let total = words.length
        guard total > limit else {
            defer { words = StyledText() }
            return words.plain
        }
        // A portion of a word or two would look lost above the buttons.
        let (head, tail) = words.cut(limit: total - 200, minimum: total - limit)
        words = head
        return tail.plain
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

    private mutating func renderImage(_ address: String, module: Int) {
        guard let image = WebAddress(address) else {
            note(
                module, "image", .dropped,
                "The picture was left out, because its address is not a full http(s) address."
            )
            return
        }
        send(image: image)
    }

    private mutating func renderCards(_ cards: [Card], module: Int) {
        var elements: [JSONValue] = []
        var isSplit = false
        func flush(_ rendering: inout MessengerRendering) {
            guard !elements.isEmpty else { return }
            rendering.send(template: ["template_type": "generic", "elements": .array(elements)])
            elements = []
        }
        for (place, card) in cards.enumerated() {
            switch MessengerElement(card) {
            case .element(let element):
                if elements.count == Limits.elements {
                    isSplit = true
                    flush(&self)
                }
                elements.append(finished(element, card, module: module, field: "cards[\(place)]"))
            case .text(let title):
                flush(&self)
                send(["text": .string(TextCut.shorten(title, to: Limits.text))])
            case .image(let image):
                flush(&self)
                send(image: image)
            case .nothing:
                note(
                    module, "cards[\(place)]", .dropped,
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
        if let image = element.image {
            members["image_url"] = .string(image.text)
        } else if card.image != nil {
            note(
                module, "\(field).image", .dropped,
                "The picture was left out, because its address is not a full http(s) address."
            )
        }
        if let link = element.link { members["default_action"] = ["type": "web_url", "url": .string(link.text)] }
        let (kept, dropped) = MessengerButton.chosen(buttons(card.buttons, module: module, field: "\(field).buttons"))
        for button in dropped {
            note(
                module, "\(field).buttons", .dropped, limit: Limits.buttons,
                "Messenger shows at most \(Limits.buttons) buttons on a card, so “\(button.title)” was left out."
            )
        }
        if !kept.isEmpty { members["buttons"] = .array(kept.map(\.json)) }
        return .object(members)
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
            let title = button.title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard !title.isEmpty else {
                note(module, field, .dropped, "The button has no title and was left out.")
                continue
            }
            switch button.action {
            case .unsubscribe:
                let title = shortened(title, Limits.buttonTitle, module, "\(field).title")
                usable.append(MessengerButton(title: title, address: ""))
            case .choice(let payload):
                let title = shortened(title, Limits.buttonTitle, module, "\(field).title")
                usable.append(MessengerButton(title: title, address: "", payload: payload))
            case .link(let address):
                guard let url = WebAddress(address) else {
                    note(
                        module, field, .dropped,
                        "The button “\(title)” was left out, because its address is not a full http(s) address."
                    )
                    continue
                }
                let title = shortened(title, Limits.buttonTitle, module, "\(field).title")
                usable.append(MessengerButton(title: title, address: url.text))
            }
        }
        return usable
    }
}

// MARK: Requests

extension MessengerRendering {
    private mutating func send(image: WebAddress) {
        result.withoutPicture[result.parts.count] = .leaveOut
        send(["attachment": ["type": "image", "payload": ["url": .string(image.text)]]])
    }

    private mutating func send(template payload: JSONValue) {
        send(["attachment": ["type": "template", "payload": payload]])
    }

    /// The token goes into a header, where it reaches no log; the Page's own path needs none in the address.
    private mutating func send(_ message: [String: JSONValue]) {
        var message = message
        message["metadata"] = .string(metadata)
        let body: JSONValue = [
            "recipient": ["id": .string(address)], "messaging_type": "UPDATE", "message": .object(message),
        ]
        let version = channel.version ?? Limits.graphVersion
        result.parts.append(
            HTTPRequest(
                method: "POST", url: "\(channel.api)/\(version)/\(channel.pageID ?? "me")/messages",
                headers: [
                    HTTPHeader("Authorization", "Bearer \(channel.token.reveal())"),
                    HTTPHeader("Content-Type", "application/json"),
                ],
                body: body.bytes, timeout: PlatformLimits.answerTime, connectTimeout: PlatformLimits.connectTime
            )
        )
    }

    private mutating func note(
        _ module: Int, _ field: String, _ action: Cut.Action, limit: Int? = nil, _ message: String
    ) {
        result.cuts.append(Cut(module: module, field: field, limit: limit, action: action, message: message))
    }
}
