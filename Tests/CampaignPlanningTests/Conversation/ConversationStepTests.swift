import CampaignModel
import CampaignPlanning
import Foundation
import Testing

/// A person who talks to a channel, event by event.
private struct Talk {
    static let now = Samples.now
    static let topics = [
        Topic(id: CampaignID(rawValue: 1), title: "Articles"), Topic(id: CampaignID(rawValue: 2), title: "Offers"),
    ]

    var channel = Channel(
        workspace: "default", name: "bot", platform: .telegram, token: Secret("1:a"), api: "https://api.example.com",
        rate: 30, provenance: Provenance(file: "a.yaml", line: 1))
    var person = Subscriber(address: "7")
    var effects: [EventEffects] = []
    var layouts: [String: Layout] = [:]
    var timeZones: [String] = []
    private var number: Int64 = 0

    init() {
        channel.title = "The Blog"
        channel.conversation.presentation = .init(description: "About us")
    }

    var replies: [EventEffects.Reply] { effects.flatMap(\.replies) }
    var purposes: [Delivery.Purpose] { replies.map(\.purpose) }
    var consent: [ConsentEntry] { effects.flatMap(\.consent) }

    func text(_ index: Int) -> String {
        guard replies.indices.contains(index), case .text(let text, _) = replies[index].message.modules.first else {
            return ""
        }
        return text.plainText
    }

    /// The titles of the buttons of the last reply.
    var buttons: [String: String] {
        guard case .text(_, let buttons) = replies.last?.message.modules.first else { return [:] }
        return Dictionary(
            buttons.map { button in
                switch button.action {
                case .choice(let payload): (button.title, payload)
                case .unsubscribe: (button.title, "unsubscribe")
                case .link(let url): (button.title, url)
                }
            }
        ) { first, _ in first }
    }

    @discardableResult
    mutating func take(
        _ kind: Event.Kind, at: Timestamp = now, number given: Int64? = nil, now: Timestamp? = nil,
        language: String? = nil
    ) -> EventEffects {
        number += 1
        let event = Event(
            kind, by: Event.Person(address: "7", firstName: "Ada", language: language),
            order: EventOrder(at: at, number: given ?? number))
        let step = ConversationStep(channel, topics: Self.topics, timeZones: timeZones, layouts: layouts) {
            RichText(plain: $0)
        }
        let effect = step.take(event, by: &person, now: now ?? max(at, Self.now))
        effects.append(effect)
        return effect
    }
}

@Suite struct ConversationStepTests {
    @Test func `to press Start subscribes, with proof and a welcome`() {
        var talk = Talk()
        talk.take(.started(ref: "shop-window"))
        #expect(talk.person.state == .active && talk.person.firstName == "Ada" && talk.person.origin == "shop-window")
        #expect(
            talk.consent == [
                ConsentEntry(.given, origin: "start", shown: "About us", said: "shop-window", at: Talk.now)
            ])
        #expect(talk.purposes == [.welcome])
        #expect(talk.text(0).contains("The Blog") && talk.text(0).contains("/stop"))
    }

    @Test func `to leave says goodbye once`() {
        var talk = Talk()
        talk.take(.started(ref: nil))
        talk.take(.wrote("STOP"))
        talk.take(.wrote("stop!"))
        talk.take(.pressed(payload: "unsubscribe", query: "q"))
        #expect(talk.person.state == .stopped)
        #expect(talk.purposes == [.welcome, .goodbye])
        #expect(talk.consent.map(\.kind) == [.given, .withdrawn, .withdrawn, .withdrawn])
        #expect(talk.consent.map(\.origin) == ["start", "word", "word", "button"])
        #expect(talk.effects.last?.query == "q")
    }

    @Test func `who left comes back by a start of their own`() {
        var talk = Talk()
        talk.take(.started(ref: nil))
        talk.take(.wrote("/stop"))
        talk.take(.wrote("hello"))
        #expect(talk.person.state == .stopped)
        talk.take(.started(ref: nil))
        #expect(talk.person.state == .active)
        #expect(talk.purposes == [.welcome, .goodbye, .defaultReply, .welcome])
    }

    @Test func `who comes back after leaving has no pause any more, in whatever order that is heard`() {
        let pause = Event.Kind.pressed(payload: "set:p:30", query: nil)
        let kinds: [Int64: Event.Kind] = [10: pause, 20: .wrote("stop"), 30: .started(ref: nil)]
        for numbers in [[10, 20, 30], [30, 20, 10], [20, 30, 10]] as [[Int64]] {
            var talk = Talk()
            talk.take(.started(ref: nil))
            for number in numbers { talk.take(kinds[number] ?? pause, number: number) }
            #expect(talk.person.state == .active && talk.person.preferences.pausedUntil == nil)
        }
        var talk = Talk()
        for kind in [.started(ref: nil), pause, .started(ref: nil)] { talk.take(kind) }
        #expect(talk.person.preferences.pausedUntil == Talk.now + .days(30))
    }

    @Test func `older news changes nothing that is newer, whatever comes first`() {
        var talk = Talk()
        talk.take(.wrote("stop"), number: 20)
        talk.take(.started(ref: "old"), number: 10)
        #expect(talk.person.state == .stopped && talk.person.origin == "old")
        #expect(talk.purposes == [.goodbye])
        talk.take(.started(ref: "new"), number: 30)
        #expect(talk.person.state == .active && talk.person.origin == "old")
    }

    @Test func `who says stop has left, however wrong our clock was when they came`() {
        var talk = Talk()
        talk.take(.pressed(payload: "GET_STARTED", query: nil), at: Talk.now + .days(365), number: 5)
        #expect(talk.person.state == .active)
        talk.take(.wrote("stop"), number: 6, now: Talk.now)
        #expect(talk.person.state == .stopped && talk.purposes.last == .goodbye)
        talk.take(.started(ref: nil), at: Talk.now + .hours(1), number: 7)
        #expect(talk.person.state == .active)
    }

    @Test(arguments: [Int64(0), 5]) func `who says stop has left, however wrong our clock is then`(number: Int64) {
        var talk = Talk()
        talk.take(.started(ref: nil), number: number)
        talk.take(.wrote("stop"), at: Talk.now + .days(3), number: number == 0 ? 0 : 6, now: Talk.now - .days(10))
        #expect(talk.person.state == .stopped && talk.purposes.last == .goodbye)
        #expect(talk.consent.map(\.kind) == [.given, .withdrawn] && talk.consent.last?.at == Talk.now)
    }

    @Test func `an old stop that comes late undoes no newer start, nor does one of before a quiet week`() {
        var talk = Talk()
        talk.take(.started(ref: nil), number: 20)
        talk.take(.wrote("stop"), at: Talk.now - .hours(1), number: 10)
        talk.take(.wrote("stop"), at: Talk.now - .days(8), number: 11)
        #expect(talk.person.state == .active)
        talk.take(.wrote("stop"), number: 21)
        // Telegram goes on with another number.
        talk.take(.started(ref: nil), at: Talk.now + .days(8), number: 3)
        #expect(talk.person.state == .active)
    }

    @Test func `who writes without having subscribed is answered, and is no subscriber`() {
        var talk = Talk()
        talk.take(.wrote("Do you sell kettles?"))
        #expect(talk.person.state == .guest && talk.purposes == [.defaultReply] && talk.consent.isEmpty)
        #expect(talk.person.lastActiveAt == Talk.now)
    }

    @Test func `who comes by a link into a conversation that is there is asked, and a tap subscribes`() {
        var talk = Talk()
        talk.take(.referred(ref: "site"))
        #expect(talk.person.state == .guest && talk.person.origin == "site" && talk.consent.isEmpty)
        let payload = talk.buttons["Subscribe"]
        talk.take(.pressed(payload: payload ?? "", query: nil))
        #expect(talk.person.state == .active && talk.purposes == [.answer, .welcome])
        talk.take(.referred(ref: "site"))
        #expect(talk.replies.count == 2)
    }

    @Test func `a thousand messages a minute get two answers, and ten in an hour`() {
        var talk = Talk()
        for index in 0..<1000 { talk.take(.wrote("\(index)"), at: Talk.now + .milliseconds(60 * index)) }
        #expect(talk.replies.count == 2)
        for minute in 2..<30 { talk.take(.wrote("\(minute)"), at: Talk.now + .minutes(minute)) }
        #expect(talk.replies.count == 10)
        // What they ask for is answered all the same.
        talk.take(.wrote("/settings"), at: Talk.now + .minutes(30))
        #expect(talk.replies.count == 11)
        talk.take(.wrote("still there?"), at: Talk.now + .hours(2))
        #expect(talk.replies.count == 12)
    }

    @Test func `help is given where nothing else is said`() {
        var talk = Talk()
        talk.channel.conversation.defaultReply = .none
        talk.take(.wrote("hello"))
        talk.take(.wrote("/help"))
        #expect(talk.purposes == [.defaultReply])
    }

    @Test func `a start and a stop at the same moment are a stop`() {
        for kinds in [[Event.Kind.started(ref: nil), .wrote("stop")], [.wrote("stop"), .started(ref: nil)]] {
            var talk = Talk()
            for kind in kinds { talk.take(kind, number: 0) }
            #expect(talk.person.state == .stopped)
        }
    }

    @Test func `a clock of ours that is slow does not turn the order around`() {
        var talk = Talk()
        talk.take(.wrote("stop"), at: Talk.now + .seconds(20), number: 0, now: Talk.now)
        talk.take(.started(ref: nil), at: Talk.now + .seconds(10), number: 0, now: Talk.now + .seconds(6))
        #expect(talk.person.state == .stopped)
    }

    @Test func `a question of yesterday gets no default reply today`() {
        var talk = Talk()
        talk.take(.wrote("hello"), at: Talk.now - .hours(2), now: Talk.now)
        #expect(talk.replies.isEmpty)
        talk.take(.wrote("/stop"), at: Talk.now - .hours(2), now: Talk.now)
        #expect(talk.purposes == [.goodbye])
        #expect(talk.replies.first?.expiresAt == Talk.now + .hours(22))
    }

    @Test func `to shut the bot out is to leave it, and nothing is said`() {
        var talk = Talk()
        talk.take(.started(ref: nil))
        talk.take(.blocked)
        #expect(talk.person.state == .blocked)
        talk.take(.unblocked)
        #expect(talk.person.state == .stopped && talk.purposes == [.welcome])
        #expect(talk.consent.map(\.origin) == ["start", "block"])
    }

    @Test func `who could not be reached can be when they write`() {
        var talk = Talk()
        talk.take(.started(ref: nil))
        talk.person.standing.note(isAway: true, at: EventOrder(at: Talk.now + .seconds(1)))
        #expect(talk.person.state == .blocked)
        talk.take(.wrote("hi"), at: Talk.now + .minutes(1))
        #expect(talk.person.state == .active)
    }

    @Test(arguments: [
        ("tr", "aboneliği"), ("it-IT", "iscritto"), ("pt-BR", "Subscreveu"), ("xx", "subscribed"), ("", "subscribed"),
    ])
    func `people are spoken with in their language`(tag: String, word: String) {
        var talk = Talk()
        talk.take(.started(ref: nil), language: tag)
        #expect(talk.text(0).contains(word), "\(talk.text(0))")
    }

    @Test func `the owner's layout is used, with the person's name`() throws {
        var talk = Talk()
        talk.layouts["hello"] = try Samples.layout(
            "name: hello\neach: subscriber\nmodules:\n  - text: \"Hi {{subscriber.first_name}}, this is {{channel.title}}\""
        )
        talk.channel.conversation.welcome = .layout("hello")
        talk.channel.conversation.goodbye = .none
        talk.take(.started(ref: nil))
        talk.take(.wrote("stop"))
        #expect(talk.text(0) == "Hi Ada, this is The Blog" && talk.replies.count == 1)
    }

    @Test func `what a person chose in the settings holds, the newest of each`() {
        var talk = Talk()
        talk.take(.started(ref: nil))
        talk.take(.wrote("/settings"))
        #expect(talk.buttons["Topics"] == "set:t" && talk.buttons["Leave"] == "unsubscribe")
        talk.take(.pressed(payload: "set:t", query: nil))
        #expect(talk.buttons["☑ Articles"] == "set:t:1:off")
        talk.take(.pressed(payload: "set:t:1:off", query: nil))
        #expect(talk.person.unwanted == [CampaignID(rawValue: 1)])
        #expect(talk.buttons["☐ Articles"] == "set:t:1:on")
        talk.take(.pressed(payload: "set:f:weekly", query: nil), number: 100)
        talk.take(.pressed(payload: "set:f:daily", query: nil), number: 90)
        #expect(talk.person.preferences.frequency == .weekly)
        #expect(talk.person.preferences.frequencyChangedAt == Talk.now)
        talk.take(.pressed(payload: "set:q:22-8", query: nil), number: 101)
        #expect(talk.person.preferences.quietHours == QuietHours(from: 22 * 60, to: 8 * 60))
        talk.take(.pressed(payload: "set:p:7", query: nil), number: 102)
        #expect(talk.person.preferences.pausedUntil == Talk.now + .days(7))
        #expect(talk.buttons["Resume"] == "set:p:0")
        talk.take(.wrote("/timezone Europe/Rome"), number: 103)
        #expect(talk.person.preferences.timeZone == "Europe/Rome")
        talk.take(.wrote("/timezone Rome/Europe"), number: 104)
        #expect(talk.person.preferences.timeZone == "Europe/Rome")
        #expect(talk.replies.allSatisfy { $0.purpose != .defaultReply })
    }

    @Test func `to want less counts by its number when our clock was wrong before`() {
        var talk = Talk()
        talk.take(.started(ref: nil))
        let wrong = Talk.now + .days(8)
        talk.take(.pressed(payload: "set:t:1:on", query: nil), at: wrong, number: 50)
        talk.take(.pressed(payload: "set:t:1:off", query: nil), number: 51)
        #expect(talk.person.unwanted == [CampaignID(rawValue: 1)])
        talk.take(.pressed(payload: "set:p:0", query: nil), at: wrong, number: 52)
        talk.take(.pressed(payload: "set:p:7", query: nil), number: 53)
        #expect(talk.person.preferences.pausedUntil == Talk.now + .days(7))
        talk.take(.pressed(payload: "set:t:2:off", query: nil), at: wrong, number: 54)
        talk.take(.pressed(payload: "set:t:2:on", query: nil), number: 55)
        #expect(talk.person.unwanted.contains(CampaignID(rawValue: 2)), "to want more is not urgent")
    }

    @Test func `what was chosen comes back from JSON as it was, and the same once more is no change`() throws {
        var talk = Talk()
        talk.take(.started(ref: nil))
        let moment = Talk.now + .milliseconds(123)
        for payload in ["set:f:daily", "set:p:30", "set:z:Europe/Rome", "set:q:22-8"] {
            talk.take(.pressed(payload: payload, query: nil), at: moment)
        }
        let preferences = talk.person.preferences
        let stored = try JSONEncoder().encode(preferences)
        #expect(try JSONDecoder().decode(Subscriber.Preferences.self, from: stored) == preferences)
        #expect(preferences.frequencyChangedAt == moment && preferences.timeZoneChangedAt == moment)
        for payload in ["set:f:daily", "set:z:Europe/Rome"] {
            talk.take(.pressed(payload: payload, query: nil), at: moment + .days(1))
        }
        #expect(talk.person.preferences.frequencyChangedAt == moment)
        #expect(talk.person.preferences.timeZoneChangedAt == moment)
    }

    @Test func `quiet hours ask whose clock they are by, and the clock that counts is shown`() {
        var talk = Talk()
        talk.timeZones = ["Europe/Istanbul", "UTC"]
        talk.take(.started(ref: nil))
        talk.take(.wrote("/settings"))
        #expect(talk.text(1).contains("Time zone: Europe/Istanbul, UTC"))
        talk.take(.pressed(payload: "set:q:none", query: nil))
        #expect(talk.buttons["Leave"] != nil)
        talk.take(.pressed(payload: "set:q:22-8", query: nil))
        #expect(talk.buttons["Berlin"] == "set:z:Europe/Berlin")
        talk.take(.pressed(payload: "set:z:Europe/Berlin", query: nil))
        #expect(talk.text(4).contains("Quiet hours: 22:00–8:00\nTime zone: Europe/Berlin"), "\(talk.text(4))")
        talk.take(.pressed(payload: "set:q:0-8", query: nil))
        #expect(talk.buttons["Leave"] != nil)
    }

    @Test(arguments: [
        "Asia/Kolkata", "Asia/Calcutta", "America/Buenos_Aires", "America/Argentina/Buenos_Aires", "Europe/Kyiv",
        "Europe/Kiev", "US/Eastern", "Etc/UTC", "UTC", "GMT",
    ])
    func `a time zone may be called by any of its names`(name: String) {
        var talk = Talk()
        talk.take(.started(ref: nil))
        talk.take(.wrote("/timezone \(name)"))
        #expect(talk.person.preferences.timeZone == name)
        for unknown in ["EST", "GMT+3", "../etc/passwd", "Europe/", "europe/rome"] {
            talk.take(.wrote("/timezone \(unknown)"))
            #expect(talk.person.preferences.timeZone == name)
        }
    }

    @Test(arguments: [
        "set:", "set:x", "set:t:9:on", "set:t:1", "set:f:hourly", "set:q:1-2", "set:p:-1", "set:p:99999999999999999999",
        "sets", "", "set:t:1:on:off",
    ])
    func `a button that we never made changes nothing`(payload: String) {
        var talk = Talk()
        talk.take(.started(ref: nil))
        let before = talk.person
        talk.take(.pressed(payload: payload, query: "q"))
        #expect(talk.replies.count == 1 && talk.person.preferences == before.preferences)
        #expect(talk.person.unwanted == before.unwanted && talk.effects.last?.query == "q")
    }

    @Test func `payloads fit into a button of Telegram`() {
        var talk = Talk()
        talk.take(.started(ref: nil))
        for payload in ["set", "set:t", "set:f", "set:q", "set:z", "set:p"] {
            talk.take(.pressed(payload: payload, query: nil))
            #expect(!talk.buttons.isEmpty)
            #expect(talk.buttons.values.allSatisfy { $0.utf8.count <= 64 })
        }
    }

    @Test func `marketing messages are agreed to and taken back`() {
        var talk = Talk()
        let subscription = MarketingSubscription(token: "t1", title: "Offers")
        talk.take(.optedIn(subscription))
        #expect(talk.person.marketing == subscription && talk.person.state == .active)
        #expect(talk.person.standing.wants == nil)
        #expect(talk.take(.wrote("stop")).endsMarketing)
        #expect(talk.person.marketing == nil && talk.person.state == .stopped)
        // Who left is not brought back by that.
        talk.take(.optedIn(subscription))
        #expect(talk.person.state == .stopped)
        talk.take(.optedOut(token: "t1"))
        #expect(talk.person.marketing == nil && talk.person.state == .stopped)
    }

    @Test func `who ended marketing messages at the platform and agrees again is back, whatever is heard first`() {
        let (first, second) = (Talk.now - .hours(2), Talk.now - .hours(1))
        let again = Event.Kind.optedIn(MarketingSubscription(token: "t2"))
        for isInOrder in [true, false] {
            var talk = Talk()
            talk.take(.started(ref: nil), at: Talk.now - .hours(3), number: 0)
            let kinds = [(first, Event.Kind.optedOut(token: "t1")), (second, again)]
            for (at, kind) in isInOrder ? kinds : kinds.reversed() { talk.take(kind, at: at, number: 0) }
            #expect(talk.person.state == .active && talk.person.marketing?.token == "t2")
            // It is over for good when they say it last.
            talk.take(.optedOut(token: "t2"), at: Talk.now, number: 0)
            #expect(talk.person.state == .stopped && talk.person.marketing == nil)
            talk.take(.started(ref: nil), at: Talk.now + .hours(1), number: 0)
            #expect(talk.person.state == .active)
        }
    }

    @Test func `who said stop stays away, whatever they agree to at the platform`() {
        var talk = Talk()
        talk.take(.wrote("stop"), at: Talk.now - .hours(3), number: 0)
        talk.take(.optedOut(token: "t1"), at: Talk.now - .hours(2), number: 0)
        talk.take(.optedIn(MarketingSubscription(token: "t2")), at: Talk.now - .hours(1), number: 0)
        #expect(talk.person.state == .stopped)
    }

    @Test func `who subscribes is asked for marketing messages once a week, and not who agreed`() {
        var talk = Talk()
        talk.channel.marketing = MarketingAccount(account: "1", token: Secret("t"), country: "US", ask: "Offers")
        talk.take(.started(ref: nil))
        #expect(talk.purposes == [.welcome, .ask] && talk.text(1) == "Offers")
        talk.take(.started(ref: nil), at: Talk.now + .days(6))
        #expect(talk.purposes == [.welcome, .ask, .welcome])
        talk.take(.started(ref: nil), at: Talk.now + .days(7))
        #expect(talk.purposes.last == .ask)
        talk.take(.optedIn(MarketingSubscription(token: "t1")), at: Talk.now + .days(8))
        talk.take(.started(ref: nil), at: Talk.now + .days(20))
        #expect(talk.purposes.last == .welcome)
    }

    @Test func `nobody is asked where nobody pays`() {
        var talk = Talk()
        talk.take(.started(ref: nil))
        #expect(talk.purposes == [.welcome] && talk.person.askFrom == nil)
    }

    @Test func `agreeing again does not forget when the next paid message may go`() {
        var talk = Talk()
        talk.take(.optedIn(MarketingSubscription(token: "t1")))
        talk.person.marketing?.notBefore = Talk.now + .hours(12)
        talk.take(.optedIn(MarketingSubscription(token: "t1", title: "Offers")))
        #expect(talk.person.marketing?.notBefore == Talk.now + .hours(12))
        talk.take(.optedIn(MarketingSubscription(token: "t2")))
        #expect(talk.person.marketing?.notBefore == nil)
    }

    @Test func `watermarks only grow, and no clock leads into the future`() {
        var talk = Talk()
        talk.take(.read(until: Talk.now - .minutes(1)))
        talk.take(.read(until: Talk.now - .minutes(5)))
        #expect(talk.person.readUntil == Talk.now - .minutes(1) && talk.person.deliveredUntil == talk.person.readUntil)
        talk.take(.wrote("x"), at: Talk.now + .days(300), now: Talk.now)
        #expect(talk.person.lastActiveAt == Talk.now)
        #expect(talk.person.lastActiveAt != nil && talk.person.state == .guest)
    }

    @Test func `of numbered events the number tells the order, over a week the clock`() {
        let early = EventOrder(at: Talk.now, number: 5)
        #expect(EventOrder(at: Talk.now - .seconds(1), number: 6).isAfter(early))
        #expect(!EventOrder(at: Talk.now - .seconds(1), number: 6, bot: 2).isAfter(early))
        #expect(!EventOrder(at: Talk.now - .days(8), number: 6).isAfter(early))
        #expect(EventOrder(at: Talk.now + .days(8), number: 1).isAfter(early))
        #expect(EventOrder(at: Talk.now + .milliseconds(1)).isAfter(EventOrder(at: Talk.now)))
        #expect(!early.isAfter(early))
    }
}
