import CampaignModel
import Foundation
import MessageChannels

/// What holds for every answer to a request of ours, whoever gave it.
enum AnswerPromises {
    private static let media = [
        Media(.image, .address("https://example.com/1.jpg")), Media(.video, .address("https://example.com/1.mp4")),
    ]

    static func check(_ input: WebhookInput) {
        let outcome = HTTPOutcome.answered(answer(input))
        let adapter = PlatformAdapters.adapter(for: input.channel.platform)
        for isInWindow in [true, false] {
            let verdict = adapter.verdict(on: outcome, isInWindow: isInWindow)
            promise(
                verdict == adapter.verdict(on: outcome, isInWindow: isInWindow),
                "two verdicts on one answer: \(verdict)")
            check(verdict)
        }
        for count in 0...2 {
            let ids = adapter.mediaIDs(in: outcome, for: Array(media.prefix(count)))
            promise(ids.count == count, "\(ids.count) ids of \(count) media")
            promise(ids.allSatisfy { $0.map { (1...1024).contains($0.utf8.count) } ?? true }, "an id like \(ids)")
        }
        if let id = adapter.uploadedID(in: outcome) { promise((1...1024).contains(id.utf8.count), "an id \(id)") }
        if let place = adapter.refusedMedium(in: outcome) { promise(place >= 0, "medium \(place) was refused") }
        if let load = adapter.load(in: outcome) { promise(load.isFinite, "a load of \(load)") }
        switch input.channel.platform {
        case .telegram:
            let failure = TelegramUpdates.failure(outcome)
            promise(isPrintable(failure.reason), "a reason \(failure.reason.debugDescription)")
            checkWait(failure.wait)
            _ = TelegramUpdates.pending(outcome)
        case .messenger: checkMarketing(outcome)
        }
        let checks = ChannelSetup.checks(
            of: input.channel, webhook: "https://example.com/webhooks/default/bot", tester: "42", now: WebhookInput.now)
        for call in checks { check(call.judge(outcome)) }
    }

    /// The first line may be a header; what is left is the body.
    private static func answer(_ input: WebhookInput) -> HTTPAnswer {
        var body = input.body[...]
        var headers: [HTTPHeader] = []
        for name in ["Retry-After", "X-App-Usage", "X-Business-Use-Case-Usage"]
        where body.starts(with: "\(name): ".utf8) {
            let line = body.prefix { $0 != 0x0A }
            headers.append(HTTPHeader(name, String(decoding: line.dropFirst(name.utf8.count + 2), as: UTF8.self)))
            body = body.dropFirst(line.count + 1)
        }
        return HTTPAnswer(status: input.status, headers: headers, body: Array(body))
    }

    private static func check(_ verdict: SendVerdict) {
        if let reason = verdict.reason {
            promise(isPrintable(reason.message), "a reason \(reason.message.debugDescription)")
            promise(reason.message.utf16.count <= 1000, "a reason of \(reason.message.utf16.count) characters")
            promise(isPrintable(reason.code) && reason.code.utf8.count <= 100, "a code \(reason.code.debugDescription)")
        }
        switch verdict {
        case .sent(let id): promise((1...1024).contains(id.utf8.count), "sent as \(id)")
        case .retryLater(let wait, _, _): checkWait(wait)
        case .addressMoved(let address, _): promise(!address.isEmpty, "moved to nowhere")
        default: break
        }
    }

    private static func checkWait(_ wait: Duration?) {
        guard let wait else { return }
        promise(wait > .zero && wait <= PlatformLimits.longestWait, "a wait of \(wait)")
    }

    private static func checkMarketing(_ outcome: HTTPOutcome) {
        _ = MarketingAPI.isUnsubscribed(outcome)
        if let person = MessengerPerson(outcome) {
            let words = [person.firstName, person.lastName, person.language].compactMap(\.self)
            promise(words.allSatisfy { !$0.isEmpty && isPrintable($0) && $0.count <= 128 }, "a person like \(person)")
        }
        if let campaign = MarketingAPI.campaign(in: outcome) {
            promise((1...128).contains(campaign.utf8.count), "a campaign \(campaign)")
        }
        guard let holders = MarketingAPI.holders(in: outcome, now: WebhookInput.now) else { return }
        promise((holders.next?.utf8.count ?? 0) <= 4096, "a cursor that is too long")
        for holder in holders.people {
            promise((1...64).contains(holder.address.utf8.count), "a holder \(holder.address)")
            promise((1...512).contains(holder.subscription.token.utf8.count), "a token \(holder.subscription.token)")
            holder.subscription.promiseToComeBack("a subscription")
        }
    }

    private static func check(_ finding: ChannelCall.Finding) {
        promise(
            !finding.message.isEmpty && isPrintable(finding.message), "a finding \(finding.message.debugDescription)")
    }
}
