import CampaignModel

/// Builds the parts of one message for one Telegram chat.
struct TelegramRendering {
    private typealias Limits = PlatformLimits.Telegram

    private let address: String
    private let channel: Channel
    /// A message with a picture of its own needs no picture of a linked page beside it.
    private let hasPicture: Bool
    private(set) var result = RenderedMessage()

    init(_ message: Message, address: String, channel: Channel) {
        self.address = address
        self.channel = channel
        hasPicture = message.modules.contains { module in
            switch module {
            case .text: false
            case .image(let address): WebAddress(address) != nil
            case .cards(let cards): cards.contains { $0.image.flatMap(WebAddress.init) != nil }
            }
        }
        render(message.modules)
    }

    private mutating func render(_ modules: [MessageModule]) {
        var index = 0
        while index < modules.count {
            switch modules[index] {
            case .text(let text, let buttons):
                renderText(RichTextFlattener.flatten(text, links: .marked), buttons, module: index)
            case .cards(let cards):
                for (place, card) in cards.enumerated() { renderCard(card, place: place, module: index) }
            case .image(let image):
                if let photo = usable(image, module: index, field: "image") {
                    let took = renderPhoto(photo, before: modules[(index + 1)...].first, module: index)
                    index += took ? 1 : 0
                }
            }
            index += 1
        }
    }

    /// One message for a picture and the text right after it, if that fits under it.
    ///
    /// - Returns: Whether the text was taken.
    private mutating func renderPhoto(_ photo: WebAddress, before next: MessageModule?, module: Int) -> Bool {
        guard case .text(let text, let buttons) = next else {
            send(photo: photo, caption: StyledText(), keyboard: nil)
            return false
        }
        let caption = RichTextFlattener.flatten(text, links: .marked)
        guard caption.length <= Limits.caption, caption.entityCount <= Limits.entities,
            !caption.isBlank || !buttons.isEmpty
        else {
            send(photo: photo, caption: StyledText(), keyboard: nil)
            return false
        }
        let keyboard = makeKeyboard(buttons, module: module + 1, field: "buttons")
        send(photo: photo, caption: caption.isBlank ? StyledText() : caption, keyboard: keyboard)
        return true
    }

    private mutating func renderText(_ text: StyledText, _ buttons: [MessageButton], module: Int) {
        guard !text.isBlank else {
            let lost = buttons.isEmpty ? "" : ", and its buttons with it, because Telegram shows none without a text"
            note(module, "text", .dropped, "The text is empty and was left out\(lost).")
            return
        }
        let (parts, isWhole) = text.split(limit: Limits.text, entities: Limits.entities)
        if parts.count > 1 {
            note(
                module, "text", .split, limit: Limits.text,
                "The text is longer than one message on Telegram may be, so it goes in \(parts.count) messages."
            )
        }
        if !isWhole {
            note(
                module, "text", .shortened, limit: PlatformLimits.partsOfOneText,
                "The text is longer than \(PlatformLimits.partsOfOneText) messages and was cut there."
            )
        }
        let keyboard = makeKeyboard(buttons, module: module, field: "buttons")
        for (index, part) in parts.enumerated() {
            send(text: part, keyboard: index == parts.count - 1 ? keyboard : nil)
        }
    }

    private mutating func renderCard(_ card: Card, place: Int, module: Int) {
        let field = "cards[\(place)]"
        let photo = card.image.flatMap { address in usable(address, module: module, field: "\(field).image") }
        let limit = photo == nil ? Limits.text : Limits.caption
        let whole = cardText(card)
        let text = whole.shortened(to: limit, entities: Limits.entities)
        if text != whole {
            note(module, "\(field).subtitle", .shortened, limit: limit, "The card's text was cut to fit Telegram.")
        }
        let keyboard = makeKeyboard(card.buttons, module: module, field: "\(field).buttons")
        if let photo {
            send(photo: photo, caption: text, keyboard: keyboard)
        } else if text.isBlank {
            note(module, field, .dropped, "The card has neither a title, a text nor a picture and was left out.")
        } else {
            send(text: text, keyboard: keyboard)
        }
    }

    private func cardText(_ card: Card) -> StyledText {
        let title = RichText.Node.styled(.bold, [.text(card.title)])
        let heading = card.link.flatMap(WebAddress.init).map { RichText.Node.link($0.text, [title]) } ?? title
        var text = RichTextFlattener.flatten(RichText([heading]), links: .marked)
        let subtitle = card.subtitle.map { RichTextFlattener.flatten($0, links: .marked) } ?? StyledText()
        if !text.isEmpty, !subtitle.isEmpty { text.append("\n", marks: []) }
        for run in subtitle.runs { text.append(run.text, marks: run.marks) }
        return text
    }
}

// MARK: Buttons

extension TelegramRendering {
    private mutating func makeKeyboard(_ buttons: [MessageButton], module: Int, field: String) -> JSONValue? {
        var rows: [[JSONValue]] = []
        var widthOfRow = 0
        var count = 0
        for (index, button) in buttons.enumerated() {
            let field = "\(field)[\(index)]"
            guard count < Limits.buttons else {
                note(module, field, .dropped, limit: Limits.buttons, "Telegram takes no more buttons on one message.")
                continue
            }
            guard let made = inlineButton(button, module: module, field: field) else { continue }
            count += 1
            if let last = rows.indices.last, rows[last].count < Limits.buttonsInRow,
                widthOfRow + made.width <= Limits.buttonRow
            {
                rows[last].append(made.json)
                widthOfRow += made.width
            } else {
                rows.append([made.json])
                widthOfRow = made.width
            }
        }
        return rows.isEmpty ? nil : ["inline_keyboard": .array(rows.map(JSONValue.array))]
    }

    private mutating func inlineButton(
        _ button: MessageButton, module: Int, field: String
    ) -> (json: JSONValue, width: Int)? {
        let given = button.title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !given.isEmpty else {
            note(module, field, .dropped, "The button has no title and was left out.")
            return nil
        }
        let title = TextCut.shorten(given, to: Limits.buttonTitle)
        if title != given {
            note(module, "\(field).title", .shortened, limit: Limits.buttonTitle, "The button's title was cut.")
        }
        switch button.action {
        case .unsubscribe:
            return (["text": .string(title), "callback_data": .string(ButtonPayload.telegramUnsubscribe)], title.count)
        case .choice(let payload):
            return (["text": .string(title), "callback_data": .string(payload)], title.count)
        case .link(let address):
            guard let url = WebAddress(address) else {
                note(
                    module, field, .dropped,
                    "The button “\(title)” was left out, because its address is not a full http(s) address."
                )
                return nil
            }
            return (["text": .string(title), "url": .string(url.text)], title.count)
        }
    }
}

// MARK: Requests

extension TelegramRendering {
    private mutating func usable(_ address: String, module: Int, field: String) -> WebAddress? {
        if let photo = WebAddress(address) { return photo }
        note(
            module, field, .dropped, "The picture was left out, because its address is not a full http(s) address."
        )
        return nil
    }

    private mutating func send(text: StyledText, keyboard: JSONValue?) {
        send("sendMessage", textFields(text), keyboard: keyboard)
    }

    private func textFields(_ text: StyledText) -> [String: JSONValue] {
        [
            "text": .string(text.telegramHTML), "parse_mode": "HTML",
            "link_preview_options": ["is_disabled": .bool(hasPicture)],
        ]
    }

    private mutating func send(photo: WebAddress, caption: StyledText, keyboard: JSONValue?) {
        var fields: [String: JSONValue] = ["photo": .string(photo.text)]
        if !caption.isEmpty {
            fields["caption"] = .string(caption.telegramHTML)
            fields["parse_mode"] = "HTML"
        }
        let index = result.parts.count
        send("sendPhoto", fields, keyboard: keyboard)
        // A caption is never longer than a text may be.
        result.withoutPicture[index] =
            caption.isEmpty ? .leaveOut : .instead(request("sendMessage", textFields(caption), keyboard: keyboard))
    }

    private mutating func send(_ method: String, _ fields: [String: JSONValue], keyboard: JSONValue?) {
        result.parts.append(request(method, fields, keyboard: keyboard))
    }

    private func request(_ method: String, _ fields: [String: JSONValue], keyboard: JSONValue?) -> HTTPRequest {
        var fields = fields
        fields["chat_id"] = Int64(address).map(JSONValue.integer) ?? .string(address)
        fields["reply_markup"] = keyboard
        return HTTPRequest(
            method: "POST", url: "\(channel.api)/bot\(channel.token.reveal())/\(method)",
            headers: [HTTPHeader("Content-Type", "application/json")], body: JSONValue.object(fields).bytes,
            timeout: PlatformLimits.answerTime, connectTimeout: PlatformLimits.connectTime
        )
    }

    private mutating func note(
        _ module: Int, _ field: String, _ action: Cut.Action, limit: Int? = nil, _ message: String
    ) {
        result.cuts.append(Cut(module: module, field: field, limit: limit, action: action, message: message))
    }
}
