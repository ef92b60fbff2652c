import CampaignModel

/// Both platforms' memory: people and their chats, bots, files, and the ledger of accepted sends.
///
/// What is allowed to happen is decided in the extensions: TelegramMethods, MessengerMethods, SandboxControl.
actor SandboxPlatform {
    struct Key: Hashable, Sendable {
        var platform: Platform
        var address: String
    }

    /// Bots that come by themselves when any token is accepted; more than this many are turned away.
    static let maximumBots = 1000

    let settings: SandboxSettings
    let time: any TimeSource
    /// Calls the app's callback when it is configured; `nil`: nothing is called.
    let sender: (any HTTPSending)?
    nonisolated let webhookSignal = WebhookSignal()
    var conversations: [Key: Conversation] = [:]
    var histories: [Key: ChatHistory] = [:]
    /// In the order of the page's list.
    var order: [Key] = []
    var bots: [String: TelegramBot] = [:]
    var lastBotToken: String?
    var ledger = Ledger()
    var files = FileStore()
    var faults = FaultBoard()
    var refusals = 0
    var messengerMeter: RateMeter
    var lastMessengerID = 0
    var messengerCalls: Int64 = 0
    /// Counted once, for every answer tells how much of the day's calls is used up.
    var messengerPeople = 0
    var app: MessengerApp
    var marketing = MarketingSubscriptions()
    var pages: [String: MessengerPage] = [:]
    var lastPage: String?
    /// Which Page a token was last used with: that is `me`.
    var pageOfToken: [String: String] = [:]
    /// Telegram's chats with a name of their own, in small letters and without the `@`.
    var chatNames: [String: String] = [:]
    /// Grows with everything that the page shows, so that it knows when to draw anew.
    var revision = 0

    init(settings: SandboxSettings, time: any TimeSource, sender: (any HTTPSending)?) {
        self.settings = settings
        self.time = time
        self.sender = sender
        app = MessengerApp(settings)
        let now = time.now()
        messengerMeter = RateMeter(perSecond: 300, burst: 300, now: now)
        for person in SandboxPeople.all(settings.subscribers) {
            let key = Key(platform: person.platform, address: person.address)
            conversations[key] = Conversation(
                platform: person.platform, address: person.address, firstName: person.firstName, lastActiveAt: now
            )
            order.append(key)
            if person.platform == .messenger { messengerPeople += 1 }
        }
        if let token = settings.telegramToken?.reveal() {
            bots[token] = TelegramBot(token: token, now: now)
            lastBotToken = token
        }
    }

    func takeFault(_ call: FaultBoard.Call) -> Fault? { faults.take(call) }

    func takesClosingFault(_ platform: Platform) -> Bool { faults.takeClosing(platform) }

    func file(_ id: String) -> FileStore.Content? { files.content(id) }

    /// Stores a message that a person receives or writes.
    func append(_ message: ChatMessage, to key: Key) {
        histories[key, default: ChatHistory()].append(message)
        revision += 1
    }
}

/// The invented people of a sandbox.
enum SandboxPeople {
    static func all(_ count: Int) -> [SandboxPerson] {
        Platform.allCases.flatMap { platform in
            (0..<max(0, min(count, 1_000_000))).map { index in
                SandboxPerson(
                    platform: platform, address: address(platform, index), firstName: "Reader \(index + 1)"
                )
            }
        }
    }

    private static func address(_ platform: Platform, _ index: Int) -> String {
        switch platform {
        case .telegram: String(700_000_001 + index)
        case .messenger: String(7_000_000_000_000_001 + index)
        }
    }
}
