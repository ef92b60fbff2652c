import CampaignModel
import CampaignPlanning
import FeedReading

/// An input of the target `webhooks`: four characters of choices, then what came. `t000` is what is most ordinary.
struct WebhookInput {
    enum Subject {
        /// Bodies of webhook calls, one a line, all of them about one person.
        case telegram, messenger
        /// The answer to `getUpdates`.
        case updates
        /// The answer to a request that sent a message, or asked or set something.
        case telegramAnswer, messengerAnswer
        /// A line that pretends to be the proof of who calls, then the body that it is for.
        case proof
    }

    var subject = Subject.telegram
    var person: Subscriber
    var channel: Channel
    var status = 200
    let body: [UInt8]

    static let now = Timestamp(seconds: 1_795_000_000)

    init(_ bytes: [UInt8]) {
        body = Array(bytes.dropFirst(4))
        let choices = bytes.prefix(4) + Array("t000".utf8).dropFirst(min(4, bytes.count))
        switch choices[0] {
        case UInt8(ascii: "m"): subject = .messenger
        case UInt8(ascii: "u"): subject = .updates
        case UInt8(ascii: "a"): subject = .telegramAnswer
        case UInt8(ascii: "b"): subject = .messengerAnswer
        case UInt8(ascii: "p"): subject = .proof
        default: break
        }
        person = Self.person(choices[1])
        channel = Self.channel([.messenger, .messengerAnswer].contains(subject) ? .messenger : .telegram, choices[2])
        let statuses = [200, 400, 403, 429, 500, 302, 413, 409]
        status = statuses[Int(choices[3]) % statuses.count]
    }

    /// `0` nobody yet, `1` a subscriber, `2` one who left, `3` one who shut the bot out, `4` one who chose a lot.
    private static func person(_ choice: UInt8) -> Subscriber {
        var person = Subscriber(address: "42", language: "tr")
        let before = EventOrder(at: now - .days(1), number: 7)
        switch choice & 7 {
        case 1: person.standing.note(wants: true, at: before)
        case 2: person.standing.note(wants: false, at: before)
        case 3:
            person.standing.note(isAway: true, at: before)
            person.standing.note(wants: false, at: before)
        case 4:
            person.standing.note(wants: true, at: before)
            person.standing.note(agrees: true, at: before)
            person.marketing = MarketingSubscription(token: "t1", title: "News")
            person.preferences = Subscriber.Preferences(
                frequency: .weekly, quietHours: QuietHours(from: 1320, to: 480), timeZone: "America/New_York",
                pausedUntil: now + .days(3))
            person.unwanted = [CampaignID(rawValue: 2)]
        default: break
        }
        return person
    }

    /// `0` the ordinary one; with `1` it asks for marketing messages, with `2` it has no default reply, with `4` it knows
    /// English alone and welcomes with a layout.
    private static func channel(_ platform: Platform, _ choice: UInt8) -> Channel {
        var channel = Samples.channel(platform)
        if choice & 1 != 0, platform == .messenger { channel.marketing = Samples.marketing }
        if choice & 2 != 0 { channel.conversation.defaultReply = .none }
        if choice & 4 != 0 {
            channel.conversation.languages = [.english]
            channel.conversation.welcome = .layout("hello")
        }
        return channel
    }
}

/// Channels and the like that targets have in common.
enum Samples {
    static let provenance = Provenance(file: "feeds/x.yaml", line: 1)
    static let appSecret = "3d54b5b1a0c94f2f8e35c0d5ab5e7a91"
    static let marketing = MarketingAccount(
        account: "7", token: Secret("EAAB"), country: "US", ask: "Offers of the shop")
    static let topics = [
        Topic(id: CampaignID(rawValue: 1), title: "New articles"), Topic(id: CampaignID(rawValue: 2), title: "Prices"),
    ]

    static func channel(_ platform: Platform) -> Channel {
        var channel = Channel(
            workspace: "default", name: "bot", platform: platform, token: Secret("123456:SECRET"),
            api: "https://api.example", rate: 30, pageID: "1001", version: "v25.0", appSecret: Secret(appSecret),
            verifyToken: Secret("verify"), provenance: provenance)
        channel.title = "The {channel} & <b>shop</b>"
        return channel
    }

    /// What is said to people by the owner's own layout.
    static let layouts: [String: Layout] = {
        let file = ContentFile(
            path: "hello.yaml",
            text: """
                name: hello
                each: subscriber
                modules:
                  - text: "Hello {{subscriber.first_name | or: \\"there\\"}} {{subscriber.last_name}} <i>{{subscriber.origin}}</i>"
                    buttons: [{title: "{{channel.title}}", url: "https://example.com/?r={{subscriber.origin}}"}]
                """)
        return Dictionary(uniqueKeysWithValues: LayoutReader.read(files: [file]).0.map { ($0.name, $0) })
    }()

    static func html(_ text: String) -> RichText { HTMLText.richText(html: text, base: nil) }
}
