import CampaignModel
import Foundation
import Mustache

/// Draws the chats with the templates of `web/`.
///
/// Formatted text reaches the templates as runs with class names, never as markup; Mustache escapes every value.
struct ChatsPage: Sendable {
    let style: [UInt8]
    let script: [UInt8]
    private let library: MustacheLibrary

    init(templates: String) throws(Problem) {
        var library = MustacheLibrary()
        for name in ["sandbox", "sandbox-chats", "sandbox-text"] {
            let path = "\(templates)/web/\(name).mustache"
            do {
                try library.register(String(decoding: Self.read(path), as: UTF8.self), named: name)
            } catch let problem as Problem {
                throw problem
            } catch {
                throw Problem(.badData, "\(path) is not a template: \(error)", hint: "Restore it from the repository.")
            }
        }
        self.library = library
        style = try Self.read("\(templates)/web/sandbox.css")
        script = try Self.read("\(templates)/web/sandbox.js")
    }

    private static func read(_ path: String) throws(Problem) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Problem(
                .notFound, "there is no file \(path), which the sandbox's page needs",
                hint: "Point the templates setting at the folder that holds web/."
            )
        }
        return Array(data)
    }

    func whole(_ view: ChatsView) -> String { library.render(context(view), withTemplate: "sandbox") ?? "" }

    func fragment(_ view: ChatsView) -> String { library.render(context(view), withTemplate: "sandbox-chats") ?? "" }

    private func context(_ view: ChatsView) -> [String: Any] {
        let people: [[String: Any]] = view.people.map { person in
            let value = "\(person.platform.rawValue):\(person.address)"
            return [
                "value": value, "name": person.fullName, "platform": Self.title(person.platform),
                "selected": value == view.chosen,
            ]
        }
        return [
            "people": people, "phones": view.phones.map { phone($0) }, "revision": view.revision,
            "more": view.peopleCount > view.people.count ? ["count": view.peopleCount - view.people.count] : false,
        ]
    }

    private static func title(_ platform: Platform) -> String {
        switch platform {
        case .telegram: "Telegram"
        case .messenger: "Messenger"
        }
    }

    private func phone(_ phone: ChatsView.Phone) -> [String: Any] {
        [
            "platform": phone.person.platform.rawValue, "title": Self.title(phone.person.platform),
            "name": phone.person.fullName, "initial": Self.initial(of: phone.person.firstName),
            "address": phone.person.address, "blocked": phone.person.isBlocked || !phone.person.blockedBots.isEmpty,
            "empty": phone.messages.isEmpty,
            "messages": phone.messages.map { message($0) },
        ]
    }

    /// `A` for Ada, `1` for the first of many readers.
    private static func initial(of name: String) -> String {
        let last = name.suffix(1)
        return last.allSatisfy(\.isNumber) ? String(last) : name.prefix(1).uppercased()
    }

    private func message(_ message: ChatMessage) -> [String: Any] {
        let pictures = message.media.filter { $0.kind == .photo }.map { ["url": $0.url] }
        let files = message.media.filter { $0.kind != .photo }.map { media in
            ["kind": media.kind.rawValue, "name": media.fileName ?? media.kind.rawValue]
        }
        return [
            "mine": message.isFromPerson, "id": message.id, "pictures": pictures, "files": files,
            "runs": runs(message.text), "hasText": !message.text.isEmpty, "hasCards": !message.cards.isEmpty,
            "hasBubble": !message.text.isEmpty || !message.media.isEmpty,
            "time": String(message.date.description.dropFirst(11).prefix(5)), "edited": message.editedAt != nil,
            "rows": message.buttons.map { ["buttons": $0.map { button($0) }] },
            "hasRows": !message.buttons.isEmpty,
            "replies": message.quickReplies.map { button($0) },
            "cards": message.cards.map { card in
                [
                    "title": card.title, "subtitle": card.subtitle ?? false, "image": card.image ?? false,
                    "buttons": card.buttons.map { button($0) },
                ] as [String: Any]
            },
        ]
    }

    private func button(_ button: ChatMessage.Button) -> [String: Any] {
        if case .link(let url) = button.action, WebAddress.isWeb(url) { return ["title": button.title, "link": url] }
        if case .callback(let data) = button.action { return ["title": button.title, "data": data] }
        return ["title": button.title]
    }

    private func runs(_ text: FormattedText) -> [[String: Any]] {
        text.runs.map { run in
            var context: [String: Any] = [
                "text": run.text, "classes": run.kinds.map { "f-\($0.rawValue)" }.joined(separator: " "),
            ]
            if let link = run.link, WebAddress.isWeb(link) { context["link"] = link }
            return context
        }
    }
}
