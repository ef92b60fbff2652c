import CampaignModel

/// What tests and owners ask the sandbox from outside and set in it: the calls under `/sandbox/api/`. What people do is in
/// ``SandboxPlatform/start(_:)`` and its neighbours.
extension SandboxPlatform {
    /// Accepted sends after a sequence number, at most 10,000 at once.
    func ledgerJSON(after: Int, limit: Int) -> JSON {
        let entries = ledger.entries(after: after, limit: min(limit, 10_000))
        return [
            "total": .integer(Int64(ledger.entries.count)), "entries": .array(entries.map(\.json)),
        ]
    }

    func statsJSON() -> JSON {
        let counts = Platform.allCases.map { platform in
            let count = ledger.counts[platform] ?? 0
            return JSON.Member(key: platform.rawValue, value: .integer(Int64(count)))
        }
        return [
            "accepted": .integer(Int64(ledger.entries.count)), "by_platform": .object(counts),
            "refused": .integer(Int64(refusals)), "people": .integer(Int64(conversations.count)),
            "bots": .integer(Int64(bots.count)), "fault": .string(faults.general.mode.rawValue),
        ]
    }

    /// What one person's phone shows, oldest first.
    func messagesJSON(platform: String?, address: String?) throws(Problem) -> JSON {
        let person = try person(
            JSON(members: [
                ("platform", platform.map { .string($0) }), ("address", address.map { .string($0) }),
            ]))
        return ["messages": .array((histories[person.key]?.messages ?? []).map(\.controlJSON))]
    }

    func setFault(_ json: JSON) throws(Problem) -> JSON {
        if json["all"]?.bool == true { faults.clear() }
        let platform = json["platform"]?.string.flatMap(Platform.init(rawValue:))
        guard let fault = Fault(json), json["platform"] == nil || platform != nil else {
            let modes = Fault.Mode.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(
                .badData, "the fault has no known mode or platform, or a number out of range",
                hint: "mode is one of \(modes); ms 0–600000, status 400–599, every and count from 1"
            )
        }
        let recipient = json["recipient"]?.identifier
        if platform == nil, recipient == nil {
            // A fault for both platforms takes the place of theirs.
            for platform in Platform.allCases {
                _ = faults.set(Fault(), for: FaultBoard.Scope(platform: platform, recipient: nil))
            }
        }
        guard faults.set(fault, for: FaultBoard.Scope(platform: platform, recipient: recipient)) else {
            throw Problem(.tryLater, "there are too many faults", hint: "send {\"mode\":\"ok\",\"all\":true}")
        }
        return ["ok": true]
    }

    func countRefusal() { refusals += 1 }

    /// Changes one person, or makes a new one.
    func setPerson(_ platform: Platform, _ address: String, _ json: JSON) throws(Problem) -> JSON {
        let key = Key(platform: platform, address: address)
        let before = conversations[key]
        var person = try personOrNew(platform, address)
        try person.apply(json)
        store(person)
        if let before, platform == .telegram { tellMembership(of: person, before: before) }
        return person.controlJSON
    }

    /// A person of the list, or one that is not in it yet.
    func personOrNew(_ platform: Platform, _ address: String) throws(Problem) -> Conversation {
        if let person = conversations[Key(platform: platform, address: address)] { return person }
        guard (1...64).contains(address.utf8.count), platform == .messenger || Int64(address) != nil else {
            throw Problem(.badData, "\(address.prefix(64)) is no address", hint: "Telegram chat ids are whole numbers")
        }
        guard conversations.count < 2_000_000 else { throw Problem(.tryLater, "there are too many people") }
        return Conversation(platform: platform, address: address, firstName: "Guest", lastActiveAt: time.now())
    }

    func store(_ person: Conversation) {
        if conversations.updateValue(person, forKey: person.key) == nil {
            order.append(person.key)
            if person.platform == .messenger { messengerPeople += 1 }
        }
        revision += 1
    }

    func person(_ json: JSON) throws(Problem) -> Conversation {
        guard let platform = json["platform"]?.string.flatMap(Platform.init(rawValue:)),
            let address = json["address"]?.identifier,
            let person = conversations[Key(platform: platform, address: address)]
        else {
            throw Problem(.notFound, "there is no such person", hint: "give platform and address; see /sandbox")
        }
        return person
    }

    /// Where the app's events go, and how they are signed.
    func setApp(_ json: JSON) throws(Problem) -> JSON {
        if let url = json["callback_url"] {
            let text = url.string ?? ""
            guard text.isEmpty || WebAddress.isLoopback(text) else {
                throw Problem(
                    .badData, "callback_url is not on this machine", hint: "write http://127.0.0.1:8080/hooks/messenger"
                )
            }
            app.callbackURL = text.isEmpty ? nil : text
            app.line.reset()
        }
        if let id = json["app_id"]?.identifier { app.id = id }
        if let secret = json["app_secret"]?.string { app.secret = Secret(secret) }
        if let token = json["verify_token"]?.string { app.verifyToken = Secret(token) }
        if let fields = json["subscribed_fields"]?.array {
            let page = json["page"]?.identifier ?? presentPage
            pages[page, default: MessengerPage()].subscribedFields = fields.compactMap(\.string)
            lastPage = page
        }
        webhookSignal.raise()
        return JSON(members: [
            ("app_id", .string(app.id)), ("callback_url", app.callbackURL.map { .string($0) }),
            ("page", .string(presentPage)),
        ])
    }
}

extension Conversation {
    /// Takes over what a control call says of a person.
    mutating func apply(_ json: JSON) throws(Problem) {
        if let name = json["first_name"]?.string, !name.isEmpty { firstName = Self.cut(name) }
        if let name = json["last_name"]?.string { lastName = name.isEmpty ? nil : Self.cut(name) }
        if let code = json["language_code"]?.string { languageCode = Self.cut(code) }
        if let name = json["locale"]?.string { locale = Self.cut(name) }
        if let hours = json["timezone"]?.integer, (-24...24).contains(hours) { timezone = hours }
        if let blocked = json["blocked"]?.bool {
            isBlocked = blocked
            blockedBots = []
        }
        if let at = json["last_active_at"] {
            guard let moment = at.string.flatMap({ Timestamp(iso8601: $0) }) else {
                throw Problem(.badData, "last_active_at is not an ISO 8601 time", hint: "write 2026-11-22T09:00:00Z")
            }
            lastActiveAt = moment
        }
    }

    /// A name's first 64 characters, bounded too where one of them consists of very many.
    private static func cut(_ name: String) -> String {
        String(String(String.UnicodeScalarView(name.unicodeScalars.prefix(256))).prefix(64))
    }

    var controlJSON: JSON {
        JSON(members: [
            ("platform", .string(platform.rawValue)), ("address", .string(address)),
            ("first_name", .string(firstName)), ("last_name", lastName.map { .string($0) }),
            ("blocked", .bool(isBlocked)), ("last_active_at", .string(lastActiveAt.description)),
        ])
    }
}

extension ChatMessage {
    fileprivate var controlJSON: JSON {
        let shown = (buttons.flatMap { $0 } + cards.flatMap(\.buttons) + quickReplies).map { button in
            var members: [(String, JSON?)] = [("title", .string(button.title))]
            switch button.action {
            case .link(let url): members.append(("url", .string(url)))
            case .callback(let data): members.append(("data", .string(data)))
            case .other: break
            }
            return JSON(members: members)
        }
        return JSON(members: [
            ("message_id", .string(id)), ("sender", .string(sender)), ("from_person", .bool(isFromPerson)),
            ("edited", editedAt == nil ? nil : true), ("text", text.isEmpty ? nil : .string(text.text)),
            ("media", media.isEmpty ? nil : .array(media.map { .string($0.kind.rawValue) })),
            ("cards", cards.isEmpty ? nil : .array(cards.map { .string($0.title) })),
            ("buttons", shown.isEmpty ? nil : .array(shown)), ("message_thread_id", topic.map { .integer($0) }),
        ])
    }
}
