import CampaignModel
import Foundation
import Synchronization

/// Both platforms, and the network before them. It keeps the one true record of what was accepted.
final class SimulatedPlatform: Sendable {
    /// How often what goes wrong, as shares of all requests.
    struct Manners: Sendable {
        /// Of them that never leave, or whose answer is lost, or that get none in time.
        var network = 0.0
        /// The platform asks for a pause, has a fault of its own, or wants it later.
        var trouble = 0.0
        /// The person is gone, the message is not liked, the window is closed.
        var refusals = 0.0
        /// The token is revoked.
        var revoked = 0.0

        static let calm = Manners()
    }

    private enum Fate: Sendable {
        case neverLeft, lostBefore, lostAfter, tooSlow
        case accepted, acceptedUnreadably, fault(isAccepted: Bool)
        case flood(seconds: Int), chatFlood(seconds: Int), temporary
        case blocked, disliked, badMarkup, windowClosed, revoked
    }

    private struct Board {
        var manners = Manners.calm
        var calls = 0
        var messages = 0
        /// Until when Telegram takes nothing of a bot, or of one of its chats.
        var floods: [String: UInt64] = [:]
        /// Messenger shows a copy of what it accepted.
        var echoes: [Echo] = []
    }

    /// A copy of an accepted message, as Messenger's webhook tells of it.
    struct Echo: Sendable {
        var channel: String
        var address: String
        var id: String
        var reference: String
    }

    private let simulation: Simulation
    private let history: History
    private let board = Mutex(Board())

    init(_ simulation: Simulation, history: History) {
        (self.simulation, self.history) = (simulation, history)
    }

    func behave(_ manners: Manners) { board.withLock { $0.manners = manners } }

    /// The copies that nobody was told of yet.
    func takeEchoes() -> [Echo] {
        board.withLock { board in
            defer { board.echoes = [] }
            return board.echoes
        }
    }

    /// The way to it from one process.
    func line(of process: Simulation.Process) -> any HTTPSending { Line(platform: self, process: process) }

    private struct Line: HTTPSending {
        let platform: SimulatedPlatform
        let process: Simulation.Process

        func send(_ request: HTTPRequest) async -> HTTPOutcome { await platform.take(request, from: process) }
    }

    private func take(_ request: HTTPRequest, from process: Simulation.Process) async -> HTTPOutcome {
        guard !simulation.isDead(process) else { return Self.notSent }
        let number = board.withLock { board in
            board.calls += 1
            return board.calls
        }
        let call = Self.read(request, number)
        let isTelegram = request.url.contains("/bot")
        var fate = fate(isTelegram: isTelegram, hasMarkup: request.body.contains(UInt8(ascii: "<")))
        if case .neverLeft = fate {
            await pause(upTo: 2_000_000_000, process)
            return Self.notSent
        }
        history.note(.left(call), in: process)
        let ring = await simulation.wait(travel(), in: process)
        if isTelegram, let flood = flood(call, fate) { fate = flood }
        // What left arrives though its sender is dead.
        var id: String?
        if Self.isAccepted(fate), ring == .due || simulation.decide({ $0.happens(0.5) }) {
            id = accept(call, isTelegram: isTelegram, in: process)
        }
        switch ring {
        case .cancelled: return Self.unanswered(.cancelled)
        case .dead: return Self.unanswered(.cut)
        case .due: break
        }
        if case .tooSlow = fate {
            guard await simulation.wait(request.timeout.nanoseconds, in: process) == .due else {
                return Self.unanswered(.cut)
            }
            return Self.unanswered(.timedOut)
        }
        guard await simulation.wait(travel(), in: process) == .due else { return Self.unanswered(.cut) }
        let answer = Self.answer(fate, id, isTelegram: isTelegram)
        // A pause of one chat says nothing of the others.
        if case .flood(let seconds) = fate {
            history.note(
                .answered(call: number, retryAfter: isTelegram ? seconds : Self.minutes(seconds) * 60), in: process)
        } else {
            history.note(.answered(call: number, retryAfter: nil), in: process)
        }
        return answer
    }

    /// Whom too many requests are refused to is refused all that comes, until the time is over.
    private func flood(_ call: History.Call, _ fate: Fate) -> Fate? {
        board.withLock { board in
            let (now, chat) = (simulation.now, "\(call.channel)/\(call.address)")
            if case .flood(let seconds) = fate {
                board.floods[call.channel] = max(board.floods[call.channel] ?? 0, now + UInt64(seconds) * 1_000_000_000)
            }
            if case .chatFlood(let seconds) = fate {
                board.floods[chat] = max(board.floods[chat] ?? 0, now + UInt64(seconds) * 1_000_000_000)
            }
            if let until = board.floods[call.channel], until > now { return .flood(seconds: Self.seconds(until - now)) }
            if let until = board.floods[chat], until > now { return .chatFlood(seconds: Self.seconds(until - now)) }
            return nil
        }
    }

    private static func seconds(_ nanoseconds: UInt64) -> Int { Int((nanoseconds + 999_999_999) / 1_000_000_000) }

    /// Mostly some tens of milliseconds, now and then many seconds.
    private func travel() -> UInt64 {
        simulation.decide { chance in
            UInt64(chance.among(0.005...0.1) * (chance.happens(0.02) ? 80 : 1) * 1e9)
        }
    }

    private func pause(upTo nanoseconds: Int, _ process: Simulation.Process) async {
        _ = await simulation.wait(simulation.decide { UInt64($0.below(nanoseconds)) }, in: process)
    }

    private func accept(_ call: History.Call, isTelegram: Bool, in process: Simulation.Process) -> String {
        let id = board.withLock { board in
            board.messages += 1
            let id = isTelegram ? "\(board.messages)" : "m_\(board.messages)"
            if let reference = call.reference {
                board.echoes.append(
                    Echo(channel: call.channel, address: call.address, id: id, reference: reference))
            }
            return id
        }
        history.note(.accepted(call: call.number, id: id), in: process)
        return id
    }

    private func fate(isTelegram: Bool, hasMarkup: Bool) -> Fate {
        let manners = board.withLock { $0.manners }
        return simulation.decide { chance in
            if chance.happens(manners.network) {
                return chance.pick([.neverLeft, .lostBefore, .lostAfter, .lostAfter, .tooSlow])
            }
            if chance.happens(manners.trouble) {
                let seconds = 1 + chance.below(chance.happens(0.1) ? 300 : 8)
                return chance.pick([
                    .flood(seconds: seconds), isTelegram ? .chatFlood(seconds: seconds) : .flood(seconds: seconds),
                    .fault(isAccepted: chance.happens(0.5)),
                    isTelegram ? .acceptedUnreadably : .temporary,
                ])
            }
            if chance.happens(manners.refusals) {
                return chance.pick([
                    .blocked, .disliked, isTelegram ? (hasMarkup ? .badMarkup : .disliked) : .windowClosed,
                ])
            }
            if chance.happens(manners.revoked) { return .revoked }
            return .accepted
        }
    }

    private static func isAccepted(_ fate: Fate) -> Bool {
        switch fate {
        case .accepted, .acceptedUnreadably, .lostAfter, .tooSlow: true
        case .fault(let isAccepted): isAccepted
        default: false
        }
    }
}

extension SimulatedPlatform {
    private static let notSent = HTTPOutcome.notSent(
        HTTPFailure(.refused, requestLeft: false, message: "connection refused"))

    private static func unanswered(_ kind: HTTPFailure.Kind) -> HTTPOutcome {
        .unanswered(HTTPFailure(kind, requestLeft: true, message: "no answer"))
    }

    private static func answer(_ fate: Fate, _ id: String?, isTelegram: Bool) -> HTTPOutcome {
        switch fate {
        case .neverLeft: notSent
        case .lostBefore, .lostAfter, .tooSlow: unanswered(.cut)
        case .accepted:
            isTelegram
                ? json(200, #"{"ok":true,"result":{"message_id":\#(id ?? "0")}}"#)
                : json(200, #"{"recipient_id":"1","message_id":"\#(id ?? "m")"}"#)
        case .acceptedUnreadably: json(200, #"{"ok":true,"res"#)
        case .fault: json(502, "<html>Bad Gateway</html>")
        case .flood(let seconds), .chatFlood(let seconds):
            isTelegram
                ? telegram(
                    429, "Too Many Requests: retry after \(seconds)", #","parameters":{"retry_after":\#(seconds)}"#)
                : json(
                    400, error(613),
                    [
                        HTTPHeader(
                            "X-Business-Use-Case-Usage",
                            #"{"42":[{"type":"messenger","estimated_time_to_regain_access":\#(minutes(seconds))}]}"#)
                    ])
        case .temporary: json(400, error(1200))
        case .blocked: isTelegram ? telegram(403, "Forbidden: bot was blocked by the user") : json(400, error(551))
        case .disliked: isTelegram ? telegram(400, "Bad Request: message is too long") : json(400, error(100))
        case .badMarkup: telegram(400, "Bad Request: can't parse entities: unclosed tag")
        case .windowClosed: json(400, error(10, 2_018_278))
        case .revoked: isTelegram ? telegram(401, "Unauthorized") : json(400, error(190))
        }
    }

    /// Messenger counts in them.
    private static func minutes(_ seconds: Int) -> Int { (seconds + 59) / 60 }

    private static func telegram(_ code: Int, _ words: String, _ more: String = "") -> HTTPOutcome {
        json(code, #"{"ok":false,"error_code":\#(code),"description":"\#(words)"\#(more)}"#)
    }

    private static func error(_ code: Int, _ subcode: Int? = nil) -> String {
        let sub = subcode.map { #","error_subcode":\#($0)"# } ?? ""
        return #"{"error":{"message":"no","type":"OAuthException","code":\#(code)\#(sub),"fbtrace_id":"A"}}"#
    }

    private static func json(_ status: Int, _ text: String, _ headers: [HTTPHeader] = []) -> HTTPOutcome {
        .answered(
            HTTPAnswer(
                status: status, headers: [HTTPHeader("Content-Type", "application/json")] + headers,
                body: Array(text.utf8)))
    }

    /// The channel is in the address: `http://NAME/…`.
    private static func read(_ request: HTTPRequest, _ number: Int) -> History.Call {
        let body = (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: Any]
        let host = request.url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? "?"
        let recipient = (body?["recipient"] as? [String: Any])?["id"]
        let message = body?["message"] as? [String: Any]
        let template = (message?["attachment"] as? [String: Any])?["payload"] as? [String: Any]
        return History.Call(
            number: number, channel: String(host), address: (body?["chat_id"] ?? recipient).map { "\($0)" } ?? "?",
            text: ((body?["text"] ?? message?["text"] ?? template?["text"]) as? String ?? "?")
                .replacing(/<\/?b>/, with: ""),
            reference: message?["metadata"] as? String)
    }
}
