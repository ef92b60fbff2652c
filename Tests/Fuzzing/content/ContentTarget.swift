import CampaignModel
import FeedReading
import Foundation

@testable import CampaignPlanning

/// What owners write: four characters of choices, of which the first says what, then the text.
///
/// `f` a file of feeds/, `o` a message written by hand, `m` a mapping; `s` a frequency, a time zone and a moment, a line each;
/// `w` words to look for, words that exclude, and a text to look in.
enum ContentTarget {
    static let now = Timestamp(seconds: 1_795_000_000)

    static func run(_ bytes: [UInt8]) {
        let text = bytes.dropFirst(4)
        switch bytes.first {
        case UInt8(ascii: "f"):
            checkFeeds(ContentFile(path: "feeds/x.yaml", text: String(decoding: text, as: UTF8.self)))
        case UInt8(ascii: "o"): checkOneOff(ContentFile(path: "sale.yaml", text: String(decoding: text, as: UTF8.self)))
        case UInt8(ascii: "m"): checkMapping(ContentFile(path: "map.yaml", text: String(decoding: text, as: UTF8.self)))
        case UInt8(ascii: "s"): SchedulePromises.check(lines(text), missed: bytes.count > 1 ? bytes[1] : 0)
        case UInt8(ascii: "w"): checkWords(lines(text))
        default: break
        }
    }

    private static func secret(_ name: String) -> String? { name == "TOKEN" ? "123456:SECRET" : nil }

    // MARK: feeds/

    private static func checkFeeds(_ file: ContentFile) {
        let layouts = LayoutNames(campaigns: ["article-card", "digest"], replies: ["hello"])
        func read() -> (Content, [ContentProblem]) {
            ContentReader.read(files: [file], layouts: layouts, mappings: MappingCheck.problems, secrets: secret)
        }
        let (content, problems) = read()
        let (again, problemsAgain) = read()
        promise(content == again && problems == problemsAgain, "read twice, it is something else")
        ProblemPromises.check(problems, of: [file])
        for problem in problems {
            promise(!problem.description.contains("SECRET"), "a problem tells a secret: \(problem)")
        }
        guard problems.isEmpty else { return }
        for source in content.sources { source.promiseToComeBack("a source") }
        for channel in content.channels {
            promise(channel.rate > 0 && channel.rate <= 40, "a rate of \(channel.rate)")
            promise(channel.token.reveal().utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a token that is no token")
        }
        for campaign in content.campaigns {
            campaign.promiseToComeBack("a campaign")
            promise(content.sources.contains { campaign.sources.contains($0.name) }, "a campaign without a source")
            SchedulePromises.check(campaign)
            checkMatch(campaign.filter)
        }
    }

    private static func checkMatch(_ filter: ItemFilter) {
        let matcher = FilterMatcher(filter, html: Samples.html)
        var item = Item(
            key: ItemKey(high: 0, low: 1), title: "Kettle, one litre", summary: "<p>Of copper &amp; tin</p>")
        item.product = Product(price: DecimalAmount("12.90").map { Money(amount: $0, currency: "EUR") })
        for item in [item, Item(key: item.key)] {
            guard let reason = matcher.reason(against: item, loggedAt: now, now: now) else { continue }
            promise(isPrintable(reason.sentence), "a reason \(reason.sentence.debugDescription)")
        }
    }

    // MARK: Others

    private static func checkOneOff(_ file: ContentFile) {
        func read() -> (OneOff?, [ContentProblem]) {
            OneOffReader.read(
                file, channels: { _ in ["my-bot", "page"] }, now: now,
                media: { _, _ in .failure(MediaUnusable("is not there")) }, secrets: secret, html: Samples.html)
        }
        let (oneOff, problems) = read()
        let (again, problemsAgain) = read()
        promise(oneOff == again && problems == problemsAgain, "read twice, it is something else")
        ProblemPromises.check(problems, of: [file])
        promise(
            (oneOff == nil) != problems.isEmpty, "\(problems.count) problems and \(oneOff == nil ? "no" : "a") message")
        guard let oneOff else { return }
        oneOff.promiseToComeBack("a message written by hand")
        SchedulePromises.check(oneOff.campaign)
        let message = oneOff.message.addressed { _ in "<b>Ann</b> & \u{1F1F9}\u{1F1F7}" }
        for platform in Platform.allCases { MessagePromises.check(message, on: Samples.channel(platform)) }
    }

    private static func checkMapping(_ file: ContentFile) {
        let (mapping, problems) = DocumentMappingReader.read(
            file: file, mappings: MappingCheck.problems, secrets: secret)
        ProblemPromises.check(problems, of: [file])
        promise(
            (mapping == nil) != problems.isEmpty,
            "\(problems.count) problems and \(mapping == nil ? "no" : "a") mapping")
        mapping?.promiseToComeBack("a mapping")
    }

    /// Aho and Corasick find what a plain search in the same folded text finds.
    private static func checkWords(_ lines: [String]) {
        func phrases(_ place: Int) -> [String] {
            guard lines.indices.contains(place) else { return [] }
            return lines[place].split(separator: ",").map { String($0) }.filter { PhraseFinder.flaw(in: $0) == nil }
        }
        let (include, exclude) = (phrases(0), phrases(1))
        let text = lines.dropFirst(2).joined(separator: "\n")
        var found = PhraseFinder.Findings()
        PhraseFinder(include: include, exclude: exclude).search(text, &found)
        let folded = FoldedText(text).bytes
        func isThere(_ phrase: String) -> Bool {
            var wanted = FoldedText(phrase).bytes[...]
            if phrase.trimmed.hasPrefix("*") { wanted = wanted.dropFirst() }
            if phrase.trimmed.hasSuffix("*") { wanted = wanted.dropLast() }
            return contains(folded, Array(wanted))
        }
        promise(
            (found.exclude != nil) == exclude.contains(where: isThere),
            "\(exclude) in \(text.debugDescription): \(found)")
        guard found.exclude == nil else { return }
        promise(
            (found.include != nil) == include.contains(where: isThere),
            "\(include) in \(text.debugDescription): \(found)")
    }

    private static func contains(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard !wanted.isEmpty, wanted.count <= bytes.count else { return wanted.isEmpty }
        return (0...(bytes.count - wanted.count)).contains { bytes[$0...].starts(with: wanted) }
    }
}
