import CampaignModel

/// A message as a paid one, in the one request that a person gets in 12 hours: its cards, or its words with their links,
/// or its picture.
///
/// Only `web_url` buttons go: the documents show others, and error 2300023 says that there are no others. The way out is a
/// link of Meta's own, which each of these messages carries.
struct MarketingRendering {
    typealias Limits = PlatformLimits.Messenger

    private let channel: Channel
    private let campaign: String
    private let token: String
    private(set) var result = RenderedMessage()

    init(_ message: Message, channel: Channel, campaign: String, token: String) {
        self.channel = channel
        self.campaign = campaign
        self.token = token
        if renderCards(message.modules) || renderWords(message.modules) || renderMedia(message.modules) { return }
        result.cuts.append(
            Cut(module: 0, field: "modules", action: .dropped, message: "Nothing of it can be a paid message."))
    }

    // MARK: Forms

    private mutating func renderCards(_ modules: [MessageModule]) -> Bool {
        let cards = modules.enumerated().flatMap { place, module -> [(Int, Card)] in
            if case .cards(let cards) = module { cards.map { (place, $0) } } else { [] }
        }
        let elements = cards.compactMap { element($0.1) }
        guard let first = cards.first, !elements.isEmpty else { return false }
        if elements.count > Limits.elements {
            note(first.0, "cards", .dropped, limit: Limits.elements, "Only the first cards go as a paid message.")
        }
        noteOthers(modules) { if case .cards = $0 { true } else { false } }
        send(template: ["template_type": "generic", "elements": .array(Array(elements.prefix(Limits.elements)))])
        return true
    }

    private func element(_ card: Card) -> JSONValue? {
        var card = card
        card.buttons = card.buttons.filter { if case .link = $0.action { true } else { false } }
        guard case .element(let element) = MessengerElement(card) else { return nil }
        var members: [String: JSONValue] = [:]
        members["title"] = .string(Self.fit(element.title, Limits.elementTitle))
        if !element.subtitle.isEmpty {
            members["subtitle"] = .string(Self.fit(element.subtitle, Limits.elementSubtitle))
        }
        if let image = element.image { members["image_url"] = .string(image.text) }
        if let link = element.link { members["default_action"] = ["type": "web_url", "url": .string(link.text)] }
        let buttons = Self.links(card.buttons)
        if !buttons.isEmpty { members["buttons"] = .array(buttons.map(\.json)) }
        return .object(members)
    }

    private mutating func renderWords(_ modules: [MessageModule]) -> Bool {
        var words: [String] = []
        var buttons: [MessageButton] = []
        for module in modules {
            switch module {
            case .text(let text, let own):
                words.append(RichTextFlattener.flatten(text, links: .written).plain)
                buttons += own
            case .media(let media):
                if let caption = media.caption {
                    words.append(RichTextFlattener.flatten(caption, links: .written).plain)
                }
                buttons += media.buttons
            case .cards: break
            }
        }
        let text = words.filter { $0.contains { !$0.isWhitespace } }.joined(separator: "\n\n")
        guard !text.isEmpty else { return false }
        noteOthers(modules) { if case .text = $0 { true } else { false } }
        let links = Self.links(buttons)
        let limit = links.isEmpty ? Limits.text : Limits.buttonTemplateText
        let short = Self.fit(text, limit)
        if short.hasSuffix("…"), !text.hasSuffix("…") {
            note(0, "text", .shortened, limit: limit, "It was cut to \(limit) characters, for a paid message is one.")
        }
        if links.isEmpty {
            send(["text": .string(short)])
        } else {
            send(template: [
                "template_type": "button", "text": .string(short), "buttons": .array(links.map(\.json)),
            ])
        }
        return true
    }

    /// A picture or video by itself: the media template, which takes an id only.
    private mutating func renderMedia(_ modules: [MessageModule]) -> Bool {
        let media = modules.lazy.compactMap { module -> Media? in
            guard case .media(let media) = module, media.kind == .image || media.kind == .video,
                MediaForm(unknown: media) != .missing
            else { return nil }
            return media
        }
        guard let medium = media.first else { return false }
        let buttons = Self.links(medium.buttons)
        result.parts.append(
            MessagePart(media: [medium], needsIDs: true) { [self] forms, _ in
                forms.first.flatMap { MessengerCall.template(medium, $0, buttons: buttons) }.flatMap { request($0) }
            })
        return true
    }

    // MARK: Words

    /// Fits a text, in which Meta finds no name to fill in: `{{first_name}}` of a feed is the feed's text.
    static func fit(_ text: String, _ limit: Int) -> String { TextCut.shorten(withoutPlaceholders(text), to: limit) }

    static func withoutPlaceholders(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "{" || scalar == "}", output.last == scalar { output.append(" ") }
            output.append(scalar)
        }
        return String(output)
    }

    private static func links(_ buttons: [MessageButton]) -> [MessengerButton] {
        let usable = buttons.compactMap { button -> MessengerButton? in
            guard case .link(let address) = button.action, let url = LinkAddress(address) else { return nil }
            let title = fit(button.title.onOneLine, Limits.buttonTitle)
            return title.isEmpty ? nil : MessengerButton(title: title, target: .link(url.text))
        }
        return Array(usable.prefix(Limits.buttons))
    }

    // MARK: Requests

    private mutating func send(template payload: JSONValue) {
        send(["attachment": ["type": "template", "payload": payload]])
    }

    private mutating func send(_ message: [String: JSONValue]) {
        result.parts.append(MessagePart { [self] _, _ in request(message) })
    }

    private func request(_ message: [String: JSONValue]) -> PlatformRequest? {
        MarketingAPI(channel)?.message(message, campaign: campaign, to: token)
    }

    private mutating func noteOthers(_ modules: [MessageModule], but isShown: (MessageModule) -> Bool) {
        for (place, module) in modules.enumerated() where !isShown(module) {
            note(place, "module", .dropped, "A paid message is one message, so this part is left out of it.")
        }
    }

    private mutating func note(
        _ module: Int, _ field: String, _ action: Cut.Action, limit: Int? = nil, _ message: String
    ) {
        result.cuts.append(Cut(module: module, field: field, limit: limit, action: action, message: message))
    }
}

extension MarketingRendering {
    /// The question whether a person wants marketing messages; only inside the 24 hours (Grow your audience, 21 June 2026).
    static func asking(
        _ message: Message, address: String, channel: Channel, reference: String
    ) -> RenderedMessage {
        let titles = message.modules.compactMap { module -> String? in
            guard case .text(let text, _) = module else { return nil }
            return RichTextFlattener.flatten(text, links: .dropped).plain.onOneLine
        }
        guard let title = titles.first, !title.isEmpty else { return RenderedMessage() }
        let payload: JSONValue = [
            "template_type": "notification_messages",
            "title": .string(fit(title, MarketingAccount.longestAsk)), "payload": "MARKETING",
            "notification_messages_cta_text": "OPT_IN",
        ]
        let call = MessengerCall(message, to: address, on: channel, reference: reference, isResponse: false)
        return RenderedMessage(parts: [
            MessagePart { _, _ in call.send(["attachment": ["type": "template", "payload": payload]]) }
        ])
    }
}
