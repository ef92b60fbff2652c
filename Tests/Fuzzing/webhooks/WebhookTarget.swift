import CampaignModel
import CampaignPlanning
import Foundation
import MessageChannels

/// What platforms say, or who pretends to be one: webhook bodies become events, events change a person and are answered;
/// answers to our own requests become verdicts.
enum WebhookTarget {
    static func run(_ bytes: [UInt8]) {
        let input = WebhookInput(bytes)
        switch input.subject {
        case .telegram:
            hear(lines(input.body).map { TelegramUpdates.received(webhook: Array($0.utf8)) }, input) {
                TelegramUpdates.received(webhook: Array($0.utf8))
            }
        case .updates:
            guard let batch = TelegramUpdates.batch(input.body) else { return }
            hear(batch.events, input) { TelegramUpdates.received(webhook: Array($0.utf8)) }
        case .messenger:
            hear(lines(input.body).flatMap { MessengerEvents.received(Array($0.utf8)).map(\.event) }, input) { _ in nil
            }
        case .telegramAnswer, .messengerAnswer: AnswerPromises.check(input)
        case .proof: ProofPromises.check(input.body)
        }
    }

    /// What `again` is for: it reads what the inbox keeps of an event as the platform would send it once more.
    private static func hear(
        _ received: [ReceivedEvent], _ input: WebhookInput, again: (String) -> ReceivedEvent?
    ) {
        let adapter = PlatformAdapters.adapter(for: input.channel.platform)
        let events = received.map { received in
            check(received)
            // What cannot be read is kept as it came, and is no JSON.
            if !received.key.hasPrefix("x"), let copy = again(received.body) {
                promise(copy == received, "kept as \(received), it is read as \(copy)")
            }
            let event = adapter.event(received, receivedAt: WebhookInput.now)
            let second = adapter.event(received, receivedAt: WebhookInput.now)
            promise(event == second, "read twice, it is \(event) and \(second)")
            check(event)
            return event
        }
        ConversationPromises.check(events, input, adapter)
    }

    private static func check(_ received: ReceivedEvent) {
        promise(!received.key.isEmpty && received.key.utf8.count <= 513, "a key of \(received.key.utf8.count) bytes")
        promise((received.address?.utf8.count ?? 0) <= 64, "an address of \(received.address ?? "")")
        promise((received.marketingToken?.utf8.count ?? 0) <= 512, "a token that is too long")
        guard !received.key.hasPrefix("x") else { return }
        let json = try? JSONSerialization.jsonObject(with: Data(received.body.utf8), options: .fragmentsAllowed)
        promise(json != nil, "what is kept of an event is no JSON: \(received.body)")
    }

    private static func check(_ event: Event) {
        let years = Timestamp(seconds: 0)...Timestamp(seconds: 253_402_300_799 + 1)
        promise(years.contains(event.order.at), "an event at \(event.order.at)")
        for name in [event.person?.firstName, event.person?.lastName].compactMap(\.self) {
            promise(!name.isEmpty && name.count <= 128 && isPrintable(name), "a name \(name.debugDescription)")
        }
        if let language = event.person?.language {
            promise(language.utf8.count <= 35 && isPrintable(language), "a language \(language.debugDescription)")
        }
        switch event.kind {
        case .started(let ref?), .referred(let ref):
            promise(!ref.isEmpty && ref.count <= 128 && isPrintable(ref), "a ref \(ref.debugDescription)")
        case .wrote(let text?): promise(text.count <= 4096, "a text of \(text.count) characters")
        case .restricted(_, let reason), .marketingFailed(_, let reason):
            promise(reason.utf16.count <= 300 && isPrintable(reason), "a reason \(reason.debugDescription)")
        case .delivered(let until), .read(let until): promise(years.contains(until), "a time of \(until)")
        default: break
        }
    }
}
