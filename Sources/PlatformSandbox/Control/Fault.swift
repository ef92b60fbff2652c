/// What goes wrong with sends on purpose, so that a client's guarantees can be tested.
struct Fault: Sendable, Hashable {
    enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Nothing goes wrong.
        case ok
        /// The send is accepted and the answer comes `ms` later.
        case delay, slow
        /// The send is not accepted: the person has blocked the bot or Page.
        case refuse, blocked
        /// The send is not accepted: there is no such person any more.
        case gone
        /// The send is accepted and the connection closes without an answer.
        case dropAfterAccept = "drop_after_accept"
        /// The connection closes before the body is read; nothing is accepted.
        case closeBeforeRead = "close_before_read"
        /// Nothing is accepted and nothing answered until the client leaves, for `ms` (10 minutes) at most.
        case hang
        /// The send is not accepted; the answer is `status` with the platform's error body.
        case status
        /// Too many calls: Telegram's `retry_after`, Messenger's 613 or 80006.
        case flood
        /// Messenger: the person last wrote more than 24 hours ago.
        case windowClosed = "window_closed"
        /// The picture or file cannot be had; only sends that carry one are hit.
        case mediaRefused = "media_refused"
        /// Telegram: the markup cannot be read; only sends with markup are hit.
        case badEntities = "bad_entities"
        /// Telegram: the group has become the supergroup `to`.
        case migrate
        /// The token is no longer good; every call is hit, sends or not.
        case tokenRevoked = "token_revoked"
        /// Messenger: the Page may not send.
        case pageRestricted = "page_restricted"
        /// Whatever `status`, `description`, `code`, `subcode` and `message` say.
        case error
    }

    var mode = Mode.ok
    var milliseconds: Int64 = 0
    /// The HTTP status, where it was given.
    var status: Int?
    /// When to come back, in seconds.
    var seconds = 1
    /// Telegram's words.
    var description: String?
    /// Messenger's numbers and words.
    var code: Int?
    var subcode: Int?
    var message: String?
    /// The supergroup that a group has become.
    var migratesTo: Int64 = -1_001_000_000_001
    /// Every how-manieth send is hit.
    var every = 1
    /// How many more sends are hit; `nil` for all that follow.
    var remaining: Int?
    private var seen = 0

    /// Reads the body of `POST /sandbox/api/faults`.
    ///
    /// - Returns: `nil` when it has no known mode or a number out of range.
    init?(_ json: JSON) {
        let isFree = json["code"] != nil || json["status"] != nil || json["description"] != nil
        guard let mode = Mode(rawValue: json["mode"]?.string ?? (isFree ? "error" : "")) else { return nil }
        self.mode = mode
        milliseconds = json["ms"]?.integer ?? (mode == .hang ? 600_000 : 0)
        let status = json["status"]?.integer
        let every = json["every"]?.integer ?? 1
        let count = json["count"]?.integer
        let seconds = json["seconds"]?.integer ?? 1
        let code = json["code"]?.integer
        let subcode = json["subcode"]?.integer
        guard (0...600_000).contains(milliseconds), (400...599).contains(status ?? 400),
            (1...1_000_000).contains(every), (1...1_000_000).contains(count ?? 1), (0...1_000_000).contains(seconds),
            (0...100_000_000).contains(code ?? 0), (0...100_000_000).contains(subcode ?? 0)
        else { return nil }
        self.status = status.map { Int($0) }
        self.every = Int(every)
        self.seconds = Int(seconds)
        self.code = code.map { Int($0) }
        self.subcode = subcode.map { Int($0) }
        description = json["description"]?.string
        message = json["message"]?.string
        migratesTo = json["to"]?.integer ?? migratesTo
        remaining = count.map { Int($0) }
    }

    init() {}

    /// Whether the next send is hit.
    mutating func next() -> Bool {
        guard mode != .ok, remaining != 0 else { return false }
        seen += 1
        guard seen % every == 0 else { return false }
        remaining = remaining.map { $0 - 1 }
        return true
    }
}
