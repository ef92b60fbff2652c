/// What goes wrong with sends on purpose, so that a client's guarantees can be tested.
struct Fault: Sendable, Hashable {
    enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Nothing goes wrong.
        case ok
        /// The send is accepted and the answer comes `ms` later.
        case delay
        /// The send is not accepted: the person has blocked the bot or Page.
        case refuse
        /// The send is accepted and the connection closes without an answer.
        case dropAfterAccept = "drop_after_accept"
        /// The connection closes before the body is read; nothing is accepted.
        case closeBeforeRead = "close_before_read"
        /// The send is not accepted; the answer is `status` with the platform's error body.
        case status
    }

    var mode = Mode.ok
    var milliseconds: Int64 = 0
    var status = 500
    /// Every how-manieth send is hit.
    var every = 1
    /// How many more sends are hit; `nil` for all that follow.
    var remaining: Int?
    private var seen = 0

    /// Reads the body of `POST /sandbox/api/faults`.
    ///
    /// - Returns: `nil` when it has no known mode or a number out of range.
    init?(_ json: JSON) {
        guard let mode = json["mode"]?.string.flatMap(Mode.init(rawValue:)) else { return nil }
        self.mode = mode
        milliseconds = json["ms"]?.integer ?? 0
        let status = json["status"]?.integer ?? 500
        let every = json["every"]?.integer ?? 1
        let count = json["count"]?.integer
        guard (0...600_000).contains(milliseconds), (400...599).contains(status), (1...1_000_000).contains(every),
            (1...1_000_000).contains(count ?? 1)
        else { return nil }
        self.status = Int(status)
        self.every = Int(every)
        remaining = count.map { Int($0) }
    }

    init() {}

    /// What happens to the next send.
    mutating func next() -> Mode {
        guard mode != .ok, remaining != 0 else { return .ok }
        seen += 1
        guard seen % every == 0 else { return .ok }
        remaining = remaining.map { $0 - 1 }
        return mode
    }
}
