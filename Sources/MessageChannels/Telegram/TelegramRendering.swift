import CampaignModel

/// Builds the parts of one message for one Telegram chat.
struct TelegramRendering {
    private typealias Limits = PlatformLimits.Telegram

    private let call: TelegramCall
    private(set) var result = RenderedMessage()

    init(_ message: Message, address: String, channel: Channel) {
        call = TelegramCall(message, to: address, on: channel)
        render(message.modules)
        let asksForRich = channel.rich == .always || channel.rich == .auto && result.parts.count > 1
        if asksForRich, message.options.isDigest, let rich = TelegramRichMessage(message) {
            // What is lacking of a card is lacking here, too.
            let lacking = result.cuts.filter { $0.field.hasPrefix("cards") && $0.action == .dropped && $0.limit == nil }
            result = RenderedMessage(cuts: lacking)
            send(rich, module: message.modules.count - 1)
        }
    }

    private mutating func render(_ modules: [MessageModule]) {
        var index = 0
        while index < modules.count {
            switch modules[index] {
            case .text(let text, let buttons):
                renderText(RichTextFlattener.flatten(text, links: .marked), buttons, module: index)
            case .cards(let cards):
                for (place, card) in cards.enumerated() { renderCard(card, place: place, module: index) }
            case .media:
                let album = album(in: modules, from: index)
                if album.count > 1 {
                    renderAlbum(album, module: index)
                    index += album.count - 1
                } else if case .media(let media) = modules[index], let media = usable(media, module: index) {
                    let took = renderMedia(media, before: modules[(index + 1)...].first, module: index)
                    index += took ? 1 : 0
                }
            }
            index += 1
        }
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
        let image = card.image.map { Media(.image, .address($0)) }
        let photo = image.flatMap { usable($0, module: module, field: "\(field).image") }
        if let link = card.link, LinkAddress(link) == nil {
            note(
                module, "\(field).link", .dropped,
                "The link was left out, because its address is not a full http(s) address.")
        }
        let limit = photo == nil ? Limits.text : Limits.caption
        let whole = cardText(card)
        let text = whole.shortened(to: limit, entities: Limits.entities)
        if text != whole {
            note(module, "\(field).subtitle", .shortened, limit: limit, "The card's text was cut to fit Telegram.")
        }
        let keyboard = makeKeyboard(card.buttons, module: module, field: "\(field).buttons")
        if let photo {
            send(photo, caption: text, keyboard: keyboard)
        } else if text.isBlank {
            note(module, field, .dropped, "The card has neither a title, a text nor a picture and was left out.")
        } else {
            send(text: text, keyboard: keyboard)
        }
    }

    private func cardText(_ card: Card) -> StyledText {
        let title = RichText.Node.styled(.bold, [.text(card.title)])
        let heading = card.link.flatMap(LinkAddress.init).map { RichText.Node.link($0.text, [title]) } ?? title
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
        let given = button.title.onOneLine
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
            let url = LinkAddress(address)
            guard let url, url.isForTelegramButton else {
                let why =
                    url.map { "Telegram takes no button that leads to \($0.host.prefix(80))" }
                    ?? "its address is not a full http(s) address"
                note(module, field, .dropped, "The button “\(title)” was left out, because \(why).")
                return nil
            }
            return (["text": .string(title), "url": .string(url.text)], title.count)
        }
    }
}

// MARK: Media

extension TelegramRendering {
    /// Pictures in a row, as many as one album takes; buttons end it, for albums have none.
    private func album(in modules: [MessageModule], from index: Int) -> [Media] {
        modules[index...].prefix(Limits.album).map { module -> Media? in
            guard case .media(let media) = module, media.kind == .image, media.buttons.isEmpty else { return nil }
            return MediaForm(unknown: media) == .missing ? nil : media
        }
        .prefix { $0 != nil }.compactMap(\.self)
    }

    private mutating func renderAlbum(_ album: [Media], module: Int) {
        let items = album.enumerated().map { place, media in
            let whole = media.caption.map { RichTextFlattener.flatten($0, links: .marked) } ?? StyledText()
            let caption = whole.shortened(to: Limits.caption, entities: Limits.entities)
            if caption != whole {
                note(
                    module + place, "caption", .shortened, limit: Limits.caption,
                    "The caption was cut to \(Limits.caption) characters, Telegram's limit.")
            }
            return TelegramCall.Captioned(media: normal(media), caption: caption.isBlank ? StyledText() : caption)
        }
        result.parts.append(
            MessagePart(media: items.map(\.media)) { [call] forms, wording in call.album(items, forms, wording) })
    }

    /// One message for a medium and its caption, or the text right after it if that fits under it.
    ///
    /// - Returns: Whether the text was taken.
    private mutating func renderMedia(_ media: Media, before next: MessageModule?, module: Int) -> Bool {
        if let caption = media.caption.map({ RichTextFlattener.flatten($0, links: .marked) }), !caption.isBlank {
            renderMedia(media, captioned: caption, module: module)
            return false
        }
        let own = makeKeyboard(media.buttons, module: module, field: "buttons")
        guard own == nil, case .text(let text, let buttons) = next else {
            send(media, caption: StyledText(), keyboard: own)
            return false
        }
        let caption = RichTextFlattener.flatten(text, links: .marked)
        guard fits(caption), !caption.isBlank || !buttons.isEmpty else {
            send(media, caption: StyledText(), keyboard: nil)
            return false
        }
        let keyboard = makeKeyboard(buttons, module: module + 1, field: "buttons")
        send(media, caption: caption.isBlank ? StyledText() : caption, keyboard: keyboard)
        return true
    }

    private mutating func renderMedia(_ media: Media, captioned caption: StyledText, module: Int) {
        if fits(caption) {
            send(
                media, caption: caption, keyboard: makeKeyboard(media.buttons, module: module, field: "buttons"))
        } else {
            note(
                module, "caption", .moved, limit: Limits.caption,
                "The caption is longer than Telegram takes, so it follows as a text.")
            send(media, caption: StyledText(), keyboard: nil)
            renderText(caption, media.buttons, module: module)
        }
    }

    private func fits(_ caption: StyledText) -> Bool {
        caption.length <= Limits.caption && caption.entityCount <= Limits.entities
    }

    private mutating func usable(_ media: Media, module: Int, field: String? = nil) -> Media? {
        if MediaForm(unknown: media) != .missing { return normal(media) }
        note(
            module, field ?? media.kind.rawValue, .dropped,
            "The \(media.kind.noun) was left out, because its address is not a full http(s) address.")
        return nil
    }

    private func normal(_ media: Media) -> Media {
        guard case .address(let address) = MediaForm(unknown: media) else { return media }
        var media = media
        media.source = .address(address)
        return media
    }
}

// MARK: Requests

extension TelegramRendering {
    private mutating func send(_ rich: TelegramRichMessage, module: Int) {
        let keyboard = makeKeyboard(rich.buttons, module: module, field: "buttons")
        var content: [String: JSONValue] = ["html": .string(rich.html)]
        if rich.isRightToLeft { content["is_rtl"] = true }
        let fields: [String: JSONValue] = ["rich_message": .object(content)]
        result.parts.append(
            MessagePart(isRich: true) { [call] _, _ in
                call.request(
                    "sendRichMessage", fields, keyboard: keyboard, patience: PlatformLimits.fetchTime)
            })
    }

    private mutating func send(text: StyledText, keyboard: JSONValue?) {
        result.parts.append(MessagePart { [call] _, wording in call.text(text, keyboard: keyboard, wording) })
    }

    private mutating func send(_ media: Media, caption: StyledText, keyboard: JSONValue?) {
        let captioned = TelegramCall.Captioned(media: media, caption: caption)
        result.parts.append(
            MessagePart(media: [media]) { [call] forms, wording in
                forms.first.flatMap { call.media(captioned, $0, keyboard: keyboard, wording) }
            })
    }

    private mutating func note(
        _ module: Int, _ field: String, _ action: Cut.Action, limit: Int? = nil, _ message: String
    ) {
        result.cuts.append(Cut(module: module, field: field, limit: limit, action: action, message: message))
    }
}
