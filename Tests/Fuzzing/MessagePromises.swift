import CampaignModel
import Foundation
import MessageChannels

/// What holds for every message on its way to a platform: it comes as JSON, within the limits that its documents name.
enum MessagePromises {
    static func check(_ message: Message, on channel: Channel, by route: MessageRoute = .update) {
        let adapter = PlatformAdapters.adapter(for: channel.platform)
        let rendered = adapter.requests(for: message, to: "42", on: channel, reference: "7.1.abcd", by: route)
        for cut in rendered.cuts {
            promise(!cut.message.isEmpty && !cut.message.contains(where: \.isNewline), "a cut \(cut)")
        }
        for part in rendered.parts {
            let forms = part.media.map { MediaForm(unknown: $0) }
            let missing = part.media.map { _ in MediaForm.missing }
            let others = [
                part.request(forms, wording: .plain), part.media.isEmpty ? nil : part.request(missing),
            ]
            for request in others.compactMap(\.self) { check(request, on: channel.platform) }
            promise(part.request(forms + [.missing]) == nil, "a request with more forms than media")
        }
        for request in rendered.firstRequests(by: adapter, on: channel) { check(request, on: channel.platform) }
    }

    private static func check(_ request: PlatformRequest, on platform: Platform) {
        let preview = RequestPreview(request)
        promise(!preview.description.contains("SECRET"), "a preview shows the token: \(preview.url)")
        guard let fields = object(preview.body) else { return promise(false, "no JSON: \(preview.body)") }
        if preview.files.isEmpty {
            promise(Array(preview.body.utf8) == request.http.body, "a preview shows something else than is sent")
        }
        let method = preview.url.split(separator: "/").last.map { String($0) } ?? ""
        switch platform {
        case .telegram: TelegramPromises.check(method, fields)
        case .messenger: MessengerPromises.check(fields)
        }
    }

    private static func object(_ text: String) -> [String: Any]? {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any]
    }

    /// A title of a button or card: one line, not blank, in UTF-16 units.
    static func checkTitle(_ text: Any?, _ limit: Int, _ what: String) {
        guard let text = text as? String else { return promise(false, "no \(what)") }
        promise(text.utf16.count <= limit, "\(what) of \(text.utf16.count) units")
        promise(text.contains { !$0.isWhitespace }, "\(what) that is blank")
        promise(!text.contains(where: \.isNewline), "\(what) of several lines: \(text.debugDescription)")
    }

    static func checkAddress(_ text: Any?) {
        guard let text = text as? String else { return promise(false, "no address") }
        promise(text.hasPrefix("https://") || text.hasPrefix("http://"), "an address like \(text.debugDescription)")
        promise(
            text.unicodeScalars.allSatisfy {
                !$0.properties.isWhitespace && $0.value >= 0x20 && $0 != "\"" && $0 != "<"
            },
            "an address like \(text.debugDescription)")
    }
}

/// Bot API 10.1.
private enum TelegramPromises {
    private typealias Limits = PlatformLimits.Telegram

    static func check(_ method: String, _ fields: [String: Any]) {
        switch method {
        case "sendMessage": check(fields, "text", Limits.text)
        case "sendPhoto", "sendVideo", "sendAudio", "sendDocument":
            if fields["caption"] != nil { check(fields, "caption", Limits.caption) }
        case "sendMediaGroup":
            let media = fields["media"] as? [[String: Any]] ?? []
            promise((2...Limits.album).contains(media.count), "an album of \(media.count)")
            for item in media where item["caption"] != nil { check(item, "caption", Limits.caption) }
        case "sendRichMessage":
            let html = (fields["rich_message"] as? [String: Any])?["html"] as? String
            read(html, Limits.richText, isRich: true)
        default: promise(false, "a method \(method)")
        }
        let keyboard = fields["reply_markup"] as? [String: Any]
        let rows = keyboard?["inline_keyboard"] as? [[[String: Any]]] ?? []
        promise(keyboard == nil || !rows.isEmpty, "a keyboard without buttons")
        promise(rows.reduce(0) { $0 + $1.count } <= Limits.buttons, "too many buttons")
        for button in rows.joined() {
            MessagePromises.checkTitle(button["text"], Limits.buttonTitle, "a button's title")
            if let data = button["callback_data"] as? String {
                promise((1...Limits.callbackData).contains(data.utf8.count), "callback_data \(data)")
            } else {
                MessagePromises.checkAddress(button["url"])
            }
        }
    }

    private static func check(_ fields: [String: Any], _ name: String, _ limit: Int) {
        let text = fields[name] as? String
        guard fields["parse_mode"] as? String == "HTML" else {
            promise(
                text.map { (1...limit).contains($0.utf16.count) } ?? false, "\(name) of \(text?.utf16.count ?? 0) units"
            )
            return
        }
        read(text, limit, isRich: false)
    }

    private static func read(_ html: String?, _ limit: Int, isRich: Bool) {
        guard let html else { return promise(false, "no text") }
        do {
            let read = try TelegramHTMLReader(html, isRich: isRich)
            promise(read.visible.utf16.count <= limit, "a text of \(read.visible.utf16.count) units")
            promise(read.visible.contains { !$0.isWhitespace }, "a text that is blank: \(html.debugDescription)")
            promise(isRich || read.entities <= Limits.entities, "\(read.entities) entities")
        } catch {
            promise(false, "Telegram would refuse (\(error)) \(html.debugDescription)")
        }
    }
}

/// Send API, templates; PlatformLimits has where each limit is written.
private enum MessengerPromises {
    private typealias Limits = PlatformLimits.Messenger

    static func check(_ fields: [String: Any]) {
        guard let message = fields["message"] as? [String: Any] else { return promise(false, "no message") }
        if let metadata = message["metadata"] as? String {
            promise(metadata.utf16.count <= Limits.metadata, "metadata of \(metadata.utf16.count) units")
        }
        if let text = message["text"] as? String {
            promise((1...Limits.text).contains(text.utf16.count), "a text of \(text.utf16.count) units")
            promise(text.contains { !$0.isWhitespace }, "a text that is blank")
        }
        let replies = message["quick_replies"] as? [[String: Any]] ?? []
        promise(replies.count <= Limits.quickReplies, "\(replies.count) quick replies")
        for reply in replies { MessagePromises.checkTitle(reply["title"], Limits.buttonTitle, "a quick reply") }
        guard let attachment = message["attachment"] as? [String: Any] else {
            let pictures = message["attachments"] as? [[String: Any]]
            promise(message["text"] != nil || pictures != nil, "an empty message")
            promise((pictures?.count ?? 0) <= Limits.pictures, "\(pictures?.count ?? 0) pictures")
            return
        }
        if attachment["type"] as? String == "template" {
            check(template: attachment["payload"] as? [String: Any] ?? [:])
        }
    }

    private static func check(template: [String: Any]) {
        switch template["template_type"] as? String {
        case "button":
            let text = template["text"] as? String ?? ""
            promise((1...Limits.buttonTemplateText).contains(text.utf16.count), "a text of \(text.utf16.count) units")
            checkButtons(template["buttons"], 1)
        case "generic":
            let elements = template["elements"] as? [[String: Any]] ?? []
            promise((1...Limits.elements).contains(elements.count), "\(elements.count) cards")
            for element in elements {
                MessagePromises.checkTitle(element["title"], Limits.elementTitle, "a card's title")
                let subtitle = element["subtitle"] as? String ?? "x"
                promise((1...Limits.elementSubtitle).contains(subtitle.utf16.count), "a subtitle \(subtitle)")
                checkButtons(element["buttons"] ?? [], 0)
            }
        case "media": checkButtons((template["elements"] as? [[String: Any]])?.first?["buttons"] ?? [], 0)
        case "notification_messages":
            MessagePromises.checkTitle(template["title"], MarketingAccount.longestAsk, "the title of a question")
        case let type: promise(false, "a template \(type ?? "")")
        }
    }

    private static func checkButtons(_ buttons: Any?, _ fewest: Int) {
        let buttons = buttons as? [[String: Any]] ?? []
        promise((fewest...Limits.buttons).contains(buttons.count), "\(buttons.count) buttons")
        for button in buttons {
            MessagePromises.checkTitle(button["title"], Limits.buttonTitle, "a button's title")
            if button["type"] as? String == "web_url" { MessagePromises.checkAddress(button["url"]) }
        }
    }
}
