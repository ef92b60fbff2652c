import CampaignModel
import CampaignPlanning
import Foundation
import MessageChannels

/// Layouts as owners write them, and items as strangers fill them: YAML → layout → message → what both platforms get.
enum LayoutTarget {
    /// What LayoutRenderer says that it makes at the most, and what stands around it.
    private static let mostCharacters = 64 << 10

    static func run(_ bytes: [UInt8]) {
        let input = LayoutInput(bytes)
        func read() -> ([Layout], [ContentProblem]) {
            LayoutReader.read(files: [input.file]) { path, _ in
                path.hasSuffix(".jpg")
                    ? .success(MediaFile(path: "templates/layouts/" + path, size: 1000, hash: "abcd"))
                    : .failure(MediaUnusable("is not there"))
            }
        }
        let (layouts, problems) = read()
        promise(problems == read().1, "read twice, it has other problems: \(problems)")
        ProblemPromises.check(problems, of: [input.file])
        promise(layouts.isEmpty != problems.isEmpty, "\(layouts.count) layouts and \(problems.count) problems")
        guard let layout = layouts.first else { return }
        if layout.each == .subscriber {
            let message = LayoutRenderer.render(
                layout, to: input.subscriber, channel: "Shop <b>& Co", html: Samples.html)
            if let message { check(message, input) }
        } else {
            render(layout, input)
        }
    }

    private static func render(_ layout: Layout, _ input: LayoutInput) {
        func render() -> [RenderedItemMessage] {
            LayoutRenderer.render(layout, items: input.items, campaign: "news", html: Samples.html)
        }
        let messages = render()
        promise(messages == render(), "rendered twice, it is another message")
        promise(
            messages.count == (layout.each == .digest ? 1 : input.items.count),
            "\(messages.count) messages of \(input.items.count) items")
        promise(messages.flatMap(\.items) == input.items, "items are lost")
        for rendered in messages.prefix(3) {
            switch rendered.outcome {
            case .skipped(let reason): promise(isPrintable(reason.sentence), "a reason \(reason)")
            case .message(let message): check(message, input)
            }
        }
    }

    private static func check(_ message: Message, _ input: LayoutInput) {
        promise(!message.modules.isEmpty, "a message of nothing")
        let characters = message.modules.reduce(0) { $0 + $1.characters }
        promise(characters <= mostCharacters, "a message of \(characters) characters")
        message.promiseToComeBack("a message")
        let addressed = message.addressed { name in
            switch name {
            case "subscriber.first_name": input.subscriber.firstName
            case "subscriber.origin": input.subscriber.origin
            case "subscriber.fields.city": input.subscriber.fields["city"]
            default: nil
            }
        }
        promise(addressed.personal.isEmpty, "something is left to be filled in")
        for link in addressed.links { promise(link.hasPrefix("http"), "a link \(link)") }
        var telegram = Samples.channel(.telegram)
        telegram.rich = input.isRich
        MessagePromises.check(addressed, on: telegram)
        var messenger = Samples.channel(.messenger)
        messenger.marketing = Samples.marketing
        MessagePromises.check(addressed, on: messenger)
        MessagePromises.check(addressed, on: messenger, by: .paid(campaign: "9", token: "t1"))
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

/// What holds for what owners are told of their files.
enum ProblemPromises {
    static func check(_ problems: [ContentProblem], of files: [ContentFile]) {
        for problem in problems {
            guard let file = files.first(where: { $0.path == problem.file }) else {
                return promise(false, "a problem of no file: \(problem)")
            }
            // More characters end a line of YAML than a line of text.
            let lines = file.text.unicodeScalars.count { ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains($0) }
            promise(
                (1...(lines + 2)).contains(problem.line), "line \(problem.line) of \(lines + 1): \(problem.message)")
            promise(isPrintable(problem.sentence), "a problem \(problem.sentence.debugDescription)")
            promise(isPrintable(problem.hint ?? ""), "a hint \(problem.hint.debugDescription)")
            promise(problem.sentence.count <= 2000, "a problem of \(problem.sentence.count) characters")
            problem.promiseToComeBack("a problem")
        }
    }
}
