package import CampaignModel

/// What an event changes of the person who did it, and what is answered. Pure: the same event on the same person gives the
/// same, and older news than what is known change nothing, in whatever order events come.
package struct ConversationStep: Sendable {
    /// In an hour: so many replies to what means nothing to us, so many welcomes again, and so many other answers.
    private static let mostDefaultReplies = 10
    private static let mostWelcomes = 5
    private static let mostAnswers = 60
    /// A Page that is called automated has to answer within 30 seconds (Messenger Platform, Policy).
    private static let defaultReplyGap = Duration.seconds(30)
    /// Later a default reply answers nothing any more.
    private static let defaultReplyAge = Duration.hours(1)
    /// Messenger lets us answer for so long; nobody waits longer on Telegram either.
    private static let replyAge = Duration.hours(24)

    private let channel: Channel
    private let replies: ReplyWriter
    private let settings: SettingsDialogue

    /// - Parameters:
    ///   - channel: Where the event came in.
    ///   - topics: The campaigns of the channel that people may choose among.
    ///   - timeZones: Of the channel's campaigns: what counts for who did not choose one.
    ///   - layouts: By name, for the replies that the owner laid out.
    ///   - html: Reads their texts.
    package init(
        _ channel: Channel, topics: [Topic], timeZones: [String] = [], layouts: [String: Layout],
        html: @escaping HTMLReading
    ) {
        self.channel = channel
        replies = ReplyWriter(channel: channel, layouts: layouts, html: html)
        settings = SettingsDialogue(topics: topics, timeZones: timeZones.isEmpty ? ["UTC"] : timeZones)
    }

    /// Takes an event of a person.
    ///
    /// - Parameters:
    ///   - event: What happened.
    ///   - subscriber: Who did it; changed as the event says.
    ///   - now: When it is looked at.
    /// - Returns: What else follows.
    package func take(_ event: Event, by subscriber: inout Subscriber, now: Timestamp) -> EventEffects {
        var turn = Turn(event, subscriber, now: now)
        turn.noteWhoItIs()
        switch event.kind {
        case .started(let ref): start(&turn, origin: "start", said: ref)
        case .wrote(let text): hear(text, &turn)
        case .pressed(let payload, let query):
            turn.effects.query = query
            press(payload, &turn)
        case .referred(let ref):
            turn.noteOrigin(ref)
            // A link into a conversation that is there is no word of consent, but may have meant it.
            if turn.subscriber.state != .active { choose(ButtonPayload.settings, &turn) }
        case .blocked: shutOut(&turn)
        case .unblocked, .reacted: break
        case .delivered(let until): turn.subscriber.deliveredUntil = turn.later(until, turn.subscriber.deliveredUntil)
        case .read(let until):
            turn.subscriber.readUntil = turn.later(until, turn.subscriber.readUntil)
            turn.subscriber.deliveredUntil = turn.later(until, turn.subscriber.deliveredUntil)
        case .echoed(let id, let metadata):
            turn.effects.proof = metadata.map { EventEffects.Proof(messageID: id, metadata: $0) }
        case .marketingEchoed(let tracking, let campaign):
            turn.effects.marketingNews = .init(tracking: tracking, .sent(campaign: campaign))
        case .marketingFailed(let tracking, let reason):
            turn.effects.marketingNews = .init(tracking: tracking, .failed(reason: reason))
        case .optedIn(let subscription): agree(to: subscription, &turn)
        case .optedOut: disagree(&turn)
        case .restricted, .other: break
        }
        subscriber = turn.subscriber
        return turn.effects
    }

    // MARK: What people do

    private func start(_ turn: inout Turn, origin: String, said: String?) {
        turn.effects.consent.append(
            ConsentEntry(
                .given, origin: origin, shown: origin == "start" ? channel.conversation.presentation?.description : nil,
                said: said, at: turn.order.at))
        if let said, origin == "start" { turn.noteOrigin(said) }
        guard turn.subscriber.standing.note(wants: true, at: turn.order) else { return }
        guard turn.mayReply(.welcome, most: Self.mostWelcomes) else { return }
        answer(.welcome, channel.conversation.welcome, &turn)
        askForMarketing(&turn)
    }

    /// Whoever agreed already is not asked, nor who was asked lately.
    private func askForMarketing(_ turn: inout Turn) {
        guard let title = channel.marketing?.ask, turn.subscriber.marketing == nil,
            turn.subscriber.askFrom.map({ $0 <= turn.now }) ?? true
        else { return }
        turn.subscriber.askFrom = turn.now + MarketingSubscription.askGap
        turn.reply(.ask, Message(modules: [.text(RichText(plain: title), buttons: [])]), within: Self.replyAge)
    }

    private func leave(_ turn: inout Turn, origin: String, said: String?) {
        turn.effects.consent.append(ConsentEntry(.withdrawn, origin: origin, said: said, at: turn.order.at))
        let before = turn.subscriber.state
        turn.effects.endsMarketing = turn.endMarketing()
        guard turn.endCampaigns() else { return }
        // Once: who has left is told nothing more.
        if before != .stopped { answer(.goodbye, channel.conversation.goodbye, &turn) }
    }

    private func hear(_ text: String?, _ turn: inout Turn) {
        guard let text else { return answerByDefault(&turn) }
        if let zone = SettingsDialogue.timeZone(in: text) { return choose(zone, &turn) }
        switch CommandWords.command(in: text, languages: channel.conversation.languages) {
        case .start: start(&turn, origin: "word", said: text)
        case .stop: leave(&turn, origin: "word", said: text)
        case .settings: choose(ButtonPayload.settings, &turn)
        case .help: help(&turn)
        case nil: answerByDefault(&turn)
        }
    }

    private func press(_ payload: String, _ turn: inout Turn) {
        switch payload {
        case ButtonPayload.telegramUnsubscribe, ButtonPayload.messengerUnsubscribe:
            leave(&turn, origin: "button", said: payload)
        case ButtonPayload.messengerGetStarted: start(&turn, origin: "button", said: payload)
        default: choose(payload, &turn)
        }
    }

    private func choose(_ payload: String, _ turn: inout Turn) {
        let phrases = Phrases.spoken(with: turn.subscriber, languages: channel.conversation.languages)
        let message = settings.answer(payload, by: &turn.subscriber, at: turn.order, phrases: phrases)
        guard let message, turn.isNews, turn.mayReply(.answer, most: Self.mostAnswers) else { return }
        turn.reply(.answer, message, within: Self.replyAge)
    }

    private func answerByDefault(_ turn: inout Turn) {
        guard turn.isNews,
            turn.mayReply(.defaultReply, most: Self.mostDefaultReplies, gap: Self.defaultReplyGap)
        else { return }
        answer(.defaultReply, channel.conversation.defaultReply, &turn, within: Self.defaultReplyAge)
    }

    /// Who asks for help gets some, whatever the owner says of other messages.
    private func help(_ turn: inout Turn) {
        guard channel.conversation.defaultReply == .none else { return answerByDefault(&turn) }
        guard turn.isNews, turn.mayReply(.answer, most: Self.mostAnswers) else { return }
        answer(.defaultReply, .builtIn, &turn)
    }

    private func answer(
        _ purpose: Delivery.Purpose, _ reply: Conversation.Reply, _ turn: inout Turn, within age: Duration = replyAge
    ) {
        guard let message = replies.message(purpose, reply, to: turn.subscriber) else { return }
        turn.reply(purpose, message, within: age)
    }

    /// To shut a bot out is to leave it. In a group it was somebody else who did it.
    private func shutOut(_ turn: inout Turn) {
        turn.subscriber.standing.note(isAway: true, at: turn.order)
        guard Subscriber.isPerson(address: turn.subscriber.address) else { return }
        turn.effects.consent.append(ConsentEntry(.withdrawn, origin: "block", at: turn.order.at))
        turn.endCampaigns()
    }

    private func agree(to subscription: MarketingSubscription, _ turn: inout Turn) {
        turn.effects.consent.append(
            ConsentEntry(.given, origin: "marketing_opt_in", shown: subscription.title, at: turn.order.at))
        if turn.subscriber.standing.note(agrees: true, at: turn.order) {
            turn.subscriber.marketing = turn.subscriber.marketing?.renewed(as: subscription) ?? subscription
        }
    }

    /// Meta ends its own kind of message only; whoever wants no marketing gets none of it from us until they agree again.
    private func disagree(_ turn: inout Turn) {
        turn.effects.consent.append(ConsentEntry(.withdrawn, origin: "platform", at: turn.order.at))
        SettingsDialogue.endPause(of: &turn.subscriber, at: turn.order)
        turn.subscriber.standing.noteOptOut(at: turn.order)
        _ = turn.endMarketing()
    }
}

/// One event on its way through the step.
private struct Turn {
    let event: Event
    let now: Timestamp
    var subscriber: Subscriber
    var effects = EventEffects()
    /// By the platform's clock, which may be a little ahead of ours; one that is far ahead moves nothing into the future.
    let order: EventOrder
    /// Whether nothing newer of this person is known.
    let isNews: Bool

    init(_ event: Event, _ subscriber: Subscriber, now: Timestamp) {
        self.event = event
        self.subscriber = subscriber
        self.now = now
        isNews = subscriber.standing.seen.map { event.order.isAfter($0) } ?? true
        // Where we know of something later than now, it is our clock that is wrong.
        let known = [subscriber.standing.seen, subscriber.standing.wants?.order].compactMap { $0?.at }
        var order = event.order
        order.at = min(order.at, max(now + Self.clockTolerance, known.max() ?? now))
        self.order = order
    }

    private static let clockTolerance = Duration.minutes(5)

    mutating func noteWhoItIs() {
        if event.opensWindow || event.kind == .unblocked {
            if isNews {
                subscriber.standing.seen = order
                subscriber.firstName = event.person?.firstName ?? subscriber.firstName
                subscriber.lastName = event.person?.lastName ?? subscriber.lastName
                subscriber.language = event.person?.language ?? subscriber.language
            }
            subscriber.standing.note(isAway: false, at: order)
        }
        if event.opensWindow { subscriber.lastActiveAt = later(order.at, subscriber.lastActiveAt) }
    }

    mutating func noteOrigin(_ ref: String) {
        guard subscriber.standing.cameAt.map({ $0.isAfter(order) }) ?? true else { return }
        subscriber.standing.cameAt = order
        subscriber.origin = ref
    }

    /// A pause that they asked for before ends with that: should they come back, they want what comes.
    ///
    /// - Returns: False when something newer is known.
    @discardableResult
    mutating func endCampaigns() -> Bool {
        SettingsDialogue.endPause(of: &subscriber, at: order)
        return subscriber.standing.note(wants: false, at: order)
    }

    /// - Returns: Whether there was anything to end.
    mutating func endMarketing() -> Bool {
        guard subscriber.standing.note(agrees: false, at: order) else { return false }
        defer { subscriber.marketing = nil }
        return subscriber.marketing != nil
    }

    func later(_ time: Timestamp, _ other: Timestamp?) -> Timestamp { max(min(time, now), other ?? min(time, now)) }

    mutating func mayReply(_ purpose: Delivery.Purpose, most: Int, gap: Duration = .zero) -> Bool {
        subscriber.replies.take(purpose, at: now, most: most, gap: gap)
    }

    mutating func reply(_ purpose: Delivery.Purpose, _ message: Message, within age: Duration) {
        let expiry = min(order.at, now) + age
        guard expiry > now else { return }
        effects.replies.append(EventEffects.Reply(purpose, message, expiresAt: expiry))
    }
}
