import CampaignModel
import CampaignPlanning
import MessageChannels

/// What holds for what people get for what they do.
enum ConversationPromises {
    static func check(_ events: [Event], _ input: WebhookInput, _ adapter: any PlatformAdapter) {
        let now = WebhookInput.now
        let step = ConversationStep(input.channel, topics: Samples.topics, layouts: Samples.layouts, html: Samples.html)
        var person = input.person
        for event in events where event.person != nil {
            let before = person
            let effects = step.take(event, by: &person, now: now)
            var copy = before
            let second = step.take(event, by: &copy, now: now)
            promise(effects == second && person == copy, "taken twice, \(event) does something else")
            checkWish(event, effects, from: before, to: person)
            check(effects, of: event, input.channel, adapter)
        }
        person.standing.promiseToComeBack("what is known of a person")
        person.preferences.promiseToComeBack("what a person chose")
        checkOrder(events, step, input, person)
    }

    /// Who says stop has left, and nobody is there who did not ask for it.
    private static func checkWish(
        _ event: Event, _ effects: EventEffects, from before: Subscriber, to after: Subscriber
    ) {
        // Who agreed to marketing messages after they had ended them did not leave by that.
        let known = [before.standing.wants, event.isOptOut ? before.standing.agrees : nil].compactMap(\.self)
        let isNews = known.allSatisfy { event.order.isAfter($0.order) || event.order == $0.order }
        // An event from the future counts as one of now.
        if isStop(event), isNews, event.order.at <= WebhookInput.now {
            promise(after.state != .active, "\(event) was no stop for \(before)")
            promise(effects.consent.contains { $0.kind == .withdrawn }, "\(event) left no line in the log")
        }
        if after.state == .active, before.state != .active {
            var reachable = before.standing
            reachable.isAway = nil
            let isWelcomeBack = reachable.state == .active
            promise(
                isWelcomeBack || effects.consent.contains { $0.kind == .given },
                "\(event) subscribed \(before) without consent")
        }
        if case .optedIn = event.kind { return }
        promise(
            before.marketing != nil || after.marketing == nil, "\(event) made a marketing subscription out of nothing")
    }

    /// As a child would tell it: the words alone, not the ways in which they may be written.
    private static func isStop(_ event: Event) -> Bool {
        switch event.kind {
        case .wrote(let text?): ["stop", "STOP", "Stop", "/stop", "unsubscribe", " stop\n", "Stop!"].contains(text)
        case .pressed(let payload, _): payload == "unsubscribe" || payload == "UNSUBSCRIBE"
        case .blocked: event.person.map { Subscriber.isPerson(address: $0.address) } ?? false
        case .optedOut: true
        default: false
        }
    }

    private static func check(
        _ effects: EventEffects, of event: Event, _ channel: Channel, _ adapter: any PlatformAdapter
    ) {
        promise(effects.replies.count <= 2, "\(effects.replies.count) replies to \(event)")
        for reply in effects.replies {
            promise(reply.expiresAt > WebhookInput.now, "a reply that is too late")
            reply.message.promiseToComeBack("a reply")
            MessagePromises.check(
                reply.message, on: channel,
                by: channel.platform == .messenger && reply.purpose == .ask ? .ask : .response)
        }
        for entry in effects.consent { promise(entry.at >= Timestamp(seconds: 0), "consent at \(entry.at)") }
    }

    /// Messenger numbers nothing, so only time counts, and what a person wants in the end does not depend on the order in
    /// which events arrive.
    private static func checkOrder(
        _ events: [Event], _ step: ConversationStep, _ input: WebhookInput, _ inOrder: Subscriber
    ) {
        guard input.channel.platform == .messenger, events.count < 16 else { return }
        var person = input.person
        for event in events.reversed() where event.person != nil {
            _ = step.take(event, by: &person, now: WebhookInput.now)
        }
        promise(
            person.state == inOrder.state && person.standing.agrees?.isTrue == inOrder.standing.agrees?.isTrue,
            "the other way round \(inOrder.standing) is \(person.standing)")
    }
}

extension Event {
    fileprivate var isOptOut: Bool { if case .optedOut = kind { true } else { false } }
}
