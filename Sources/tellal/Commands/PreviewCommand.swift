import ArgumentParser
import CampaignEngine
import CampaignModel
import CampaignPlanning
import FeedReading
import Foundation
import HTTPTransport
import MessageChannels

struct PreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Shows the exact requests that a layout makes of a document, and what was cut to fit. Sends nothing.",
        discussion: """
            EXAMPLES:
              tellal preview --layout article-card --source blog --channel my-bot
              tellal preview --layout article-card --source blog --channel my-page --paid
              tellal preview --layout article --source blog --channel my-bot --campaign news
              tellal preview --layout price-drop --file catalog.xml --channel my-bot
            """
    )

    @Option(help: "The layout's name.")
    var layout: String

    @Option(help: "A source of feeds/; it is read now.")
    var source: String?

    @Option(help: "A document: a file, an http(s) address, or - for standard input.")
    var file: String?

    @Option(help: "The channel's name.")
    var channel: String

    @Option(help: "Also say whom this campaign would reach on the channel; for that the database is read.")
    var campaign: String?

    @Option(help: "How many items, as the document has them.")
    var limit = 1

    @OptionGroup var options: CommonOptions

    private struct Part: Encodable {
        var method: String
        var url: String
        var body: RawJSON
        /// Go with the body, which is a form then.
        var files: [File]?
    }

    private struct File: Encodable {
        var field: String
        var name: String
        var bytes: Int64

        init(_ file: RequestPreview.File) {
            field = file.field
            name = file.name
            bytes = file.size
        }
    }

    private struct Preview: Encodable {
        var items: [String]
        var requests: [Part]
        var cuts: [String]
        var skipped: String?
    }

    @Flag(help: "Show what goes to people outside Messenger's 24 hours, as a paid message.")
    var paid = false

    func validate() throws {
        guard (source == nil) != (file == nil) else { throw ValidationError("give either --source or --file") }
        guard (1...100).contains(limit) else { throw ValidationError("--limit must be from 1 to 100") }
    }

    func run() async throws {
        try await reportingProblems(json: options.json) {
            let settings = try await options.load()
            let content = try ContentLoading.load(feeds: settings.feeds, templates: settings.templates).checked()
            guard let layout = content.layouts[layout] else {
                throw Problem(
                    .notFound, "there is no layout \(self.layout)",
                    hint: "The layouts are \(content.layouts.keys.sorted().joined(separator: ", ")).")
            }
            let channel = try content.content.channels.one(called: channel, kind: "channel")
            guard !paid || channel.marketing != nil else {
                throw Problem(
                    .settings, "channel \(channel.name) sends no paid messages",
                    hint: "Give a channel that has `marketing`, or leave --paid out.")
            }
            let first = try await firstItems(settings, content.content)
            let name = source ?? file?.split(separator: "/").last.map { String($0) } ?? ""
            let contexts = first.items.map { item in
                ItemContext(change: Self.exampleChange(item), sourceName: name, sourceTitle: first.title)
            }
            let rendered = LayoutRenderer.render(layout, items: contexts, campaign: "preview") {
                HTMLText.richText(html: $0, base: nil)
            }
            for message in rendered { show(message, channel) }
            if let campaign { try await showReach(of: campaign, on: channel, content.content, settings) }
        }
    }

    private func showReach(
        of name: String, on channel: Channel, _ content: Content, _ settings: Settings
    ) async throws {
        guard let campaign = content.campaigns.first(where: { $0.name == name && $0.workspace == channel.workspace })
        else {
            throw Problem(
                .notFound, "there is no campaign \(name) in the workspace of \(channel.name)",
                hint: "The campaigns are \(content.campaigns.map(\.name).joined(separator: ", ")).")
        }
        let reach = try await ReachLines.forecast(
            settings, campaign.audience, of: "\(campaign.workspace)/\(campaign.name)", on: [channel])
        ReachLines.show(reach, json: options.json)
    }

    private func firstItems(_ settings: Settings, _ content: Content) async throws -> FirstItems {
        let now = SystemTime().now()
        if let file { return try await firstItems(of: InputDocument(file), at: now) }
        let document = try content.sources.one(called: source ?? "", kind: "source")
        let transport = try Installation.transport(settings)
        let found = try await DocumentFetch(transport, maxBytes: settings.fetchMaxBytes)
            .firstItems(of: document, limit: limit, at: now)
        await transport.shutdown()
        return found
    }

    private func firstItems(of document: InputDocument, at now: Timestamp) async throws -> FirstItems {
        var first = FirstItems(limit: limit, at: now)
        let end = try await document.readItems(config: options.config) { first.take($0) }
        guard end.complete else {
            throw Problem(
                .brokenDocument, "\(document.name) is not whole", hint: "`tellal parse` shows where it breaks.")
        }
        return first
    }

    /// What a layout may say of `before`: an example, a quarter dearer than now.
    private static func exampleChange(_ item: Item) -> Change {
        guard let price = item.product?.effectivePrice else {
            return Change(kind: .new, key: item.key, before: nil, after: item)
        }
        var before = Change.Before(item)
        let digits = price.amount.digits.multipliedReportingOverflow(by: 5)
        if !digits.overflow {
            before.price = Money(
                amount: DecimalAmount(digits: digits.partialValue / 4, scale: price.amount.scale),
                currency: price.currency)
        }
        return Change(kind: .priceDropped, key: item.key, before: before, after: item)
    }

    private func show(_ message: RenderedItemMessage, _ channel: Channel) {
        let titles = message.items.compactMap { $0.change.after?.title }
        var preview = Preview(items: titles, requests: [], cuts: [])
        switch message.outcome {
        case .skipped(let reason): preview.skipped = reason.sentence
        case .message(let whole):
            // As it goes to somebody of whom nothing is known.
            let (message, leftOut) = whole.addressed { _ in nil }.withoutUnheardButtons(
                on: channel, to: Self.exampleAddress(channel.platform))
            let adapter = PlatformAdapters.adapter(for: channel.platform)
            let rendered = adapter.requests(
                for: message, to: Self.exampleAddress(channel.platform), on: channel, reference: "preview",
                by: paid ? .paid(campaign: "CAMPAIGN", token: "TOKEN") : .update)
            preview.requests = rendered.firstRequests(by: adapter, on: channel).map { request in
                let shown = RequestPreview(request)
                return Part(
                    method: shown.method, url: shown.url, body: RawJSON(shown.body),
                    files: shown.files.isEmpty ? nil : shown.files.map { File($0) })
            }
            preview.cuts =
                rendered.cuts.map(\.description)
                + leftOut.map {
                    "the button “\($0)” was left out: without `app_secret` and `verify_token` nobody hears it"
                }
        }
        if options.json {
            Console.json(preview)
            return
        }
        for part in preview.requests {
            Console.line(Console.printable("\(part.method) \(part.url)\n\(part.body.text)"))
            for file in part.files ?? [] { Console.line("file \(file.field): \(file.name), \(file.bytes) bytes") }
        }
        for cut in preview.cuts { Console.line(Console.printable("cut: \(cut)")) }
        if let skipped = preview.skipped { Console.line(Console.printable("no message: \(skipped)")) }
    }

    private static func exampleAddress(_ platform: Platform) -> String {
        switch platform {
        case .telegram: "100000001"
        case .messenger: "SUBSCRIBER"
        }
    }
}
