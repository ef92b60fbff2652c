import CampaignEngine
import CampaignModel

/// Judges a story by its history, in the manner of Jepsen: what was planned, what the platforms accepted and what the
/// database says must be one and the same.
struct Checker: Sendable {
    /// What of the owner's wishes it judges by.
    struct Terms: Sendable {
        /// By channel; 0 for no limit.
        var rates: [String: Double]
        /// Requests that may be on the wire at once, over all channels.
        var width: Int
        /// What had to be planned, whatever happened, for those who never left.
        var expected: Set<Place> = []
        /// What `tellal status` counts.
        var reported: [String: Int]?
    }

    /// One request's worth of a delivery.
    struct Place: Sendable, Hashable {
        var channel: String
        var address: String
        var text: String
    }

    /// How long after a pause is asked for a request may still leave that was about to.
    private static let aboutToLeave: UInt64 = 5_000_000

    private let history: [History.Entry]
    private let outbox: Outbox
    private let terms: Terms
    private let byPlace: [Place: (row: Int, part: Int)]
    private let byID: [Int64: Int]
    private let calls: [Int: History.Call]

    init(_ history: [History.Entry], _ outbox: Outbox, _ terms: Terms) {
        (self.history, self.outbox, self.terms) = (history, outbox, terms)
        var byPlace: [Place: (row: Int, part: Int)] = [:]
        for (number, row) in outbox.rows.enumerated() where row.isOfCampaign {
            for (part, text) in row.texts.enumerated() {
                byPlace[Place(channel: row.channel, address: row.address, text: text)] = (number, part)
            }
        }
        self.byPlace = byPlace
        byID = Dictionary(outbox.rows.enumerated().map { ($1.id, $0) }) { first, _ in first }
        calls = Dictionary(
            history.compactMap { entry in
                if case .left(let call) = entry.what { (call.number, call) } else { nil }
            }
        ) { first, _ in first }
    }

    /// All that is wrong; empty when nothing is.
    func findings() -> [String] {
        planned() + accepted() + replies() + counted() + pace() + pauses() + order() + reports()
    }

    private func place(_ call: History.Call) -> Place {
        Place(channel: call.channel, address: call.address, text: call.text)
    }

    private var acceptances: [(call: History.Call, id: String)] {
        history.compactMap { entry in
            guard case .accepted(let number, let id) = entry.what, let call = calls[number] else { return nil }
            return (call, id)
        }
    }

    // MARK: sets

    private func planned() -> [String] {
        var findings: [String] = []
        var seen: [Place: Int] = [:]
        for row in outbox.rows where row.isOfCampaign {
            for text in row.texts {
                seen[Place(channel: row.channel, address: row.address, text: text), default: 0] += 1
            }
        }
        findings += seen.filter { $0.value > 1 }.map { "planned \($0.value) times: \($0.key)" }
        var movers: Set<Outbox.Person> = []
        for entry in history {
            guard case .changed(let changes) = entry.what else { continue }
            for case .person(let id, let state) in changes where state != "active" {
                if let person = outbox.people[id] { movers.insert(person) }
            }
        }
        findings += terms.expected.subtracting(seen.keys)
            .filter { !movers.contains(Outbox.Person(channel: $0.channel, address: $0.address)) }
            .map { "lost: never planned: \($0)" }
        return findings
    }

    private func accepted() -> [String] {
        var findings: [String] = []
        var done: [Int: [Int: [String]]] = [:]
        for (call, id) in acceptances {
            if let (row, part) = byPlace[place(call)] {
                done[row, default: [:]][part, default: []].append(id)
                if let reference = call.reference, reference != "\(outbox.rows[row].id)" {
                    findings.append("sent under the number of another delivery: \(call)")
                }
            } else if call.text.wholeMatch(of: /s\d+\.\d+\.\d+/) != nil {
                findings.append("accepted, and never planned: \(call)")
            }
        }
        for (number, row) in outbox.rows.enumerated() where row.isOfCampaign {
            let parts = done[number] ?? [:]
            for (part, ids) in parts where ids.count > 1 {
                findings.append("accepted \(ids.count) times: delivery \(row.id), part \(part)")
            }
            let have = Set(parts.keys)
            let known = Set(0..<row.partsDone)
            switch Delivery.State(rawValue: row.state) {
            case .sent:
                if have != Set(row.texts.indices) { findings.append("sent, and not accepted: delivery \(row.id)") }
                if let last = parts[row.texts.count - 1], !last.contains(row.platformID ?? "") {
                    findings.append("sent under another id than it was accepted: delivery \(row.id)")
                }
            case .unknown:
                if !have.isSuperset(of: known) || !have.isSubset(of: known.union([row.partsDone])) {
                    findings.append("unknown, with more or fewer parts accepted: delivery \(row.id)")
                }
            case .failed, .suppressed, .expired, .held:
                if have != known { findings.append("\(row.state), and accepted: delivery \(row.id)") }
            case .queued, .claimed, .sending: findings.append("forgotten as \(row.state): delivery \(row.id)")
            case nil: findings.append("in no state: delivery \(row.id)")
            }
        }
        return findings
    }

    /// Of answers only the number can be told.
    private func replies() -> [String] {
        var got: [String: Int] = [:]
        for (call, _) in acceptances where byPlace[place(call)] == nil {
            got["\(call.channel) \(call.address)", default: 0] += 1
        }
        var least: [String: Int] = [:]
        var most: [String: Int] = [:]
        for row in outbox.rows where !row.isOfCampaign {
            least["\(row.channel) \(row.address)", default: 0] += row.partsDone
            most["\(row.channel) \(row.address)", default: 0] += row.partsDone + (row.state == "unknown" ? 1 : 0)
        }
        return Set(got.keys).union(least.keys).sorted().compactMap { person in
            let count = got[person] ?? 0
            guard count < least[person] ?? 0 || count > most[person] ?? 0 else { return nil }
            return "\(count) answers accepted for \(person), \(least[person] ?? 0) to \(most[person] ?? 0) known"
        }
    }

    private func counted() -> [String] {
        guard let reported = terms.reported, reported != outbox.counts else { return [] }
        return ["status says \(reported), there are \(outbox.counts)"]
    }

    // MARK: time

    /// No sliding second holds more than the rate, whoever sent.
    private func pace() -> [String] {
        var times: [String: [UInt64]] = [:]
        for entry in history {
            if case .left(let call) = entry.what { times[call.channel, default: []].append(entry.at) }
        }
        return times.sorted { $0.key < $1.key }.compactMap { channel, times in
            let most = Int(terms.rates[channel] ?? 0)
            guard most > 0,
                let start = times.indices.dropLast(most).first(where: { times[$0 + most] - times[$0] < 1_000_000_000 })
            else { return nil }
            return "more than \(most) requests of \(channel) within a second, from \(times[start]) on"
        }
    }

    /// Nothing leaves before a pause is over that the platform asked for and the sender heard of; once it is stored,
    /// whoever sends.
    private func pauses() -> [String] {
        var findings: [String] = []
        var heard: [String: (until: UInt64, process: Simulation.Process)] = [:]
        var stored: [String: UInt64] = [:]
        var toStore: [Int64: (channel: String, until: UInt64)] = [:]
        var leftAt: [Int: UInt64] = [:]
        var askedAt: [String: UInt64] = [:]
        for entry in history {
            if case .left(let call) = entry.what { leftAt[call.number] = entry.at }
            switch entry.what {
            case .answered(let number, nil):
                // A request overtook the one that was refused and was taken: its sender must believe that only a chat is meant.
                guard let call = calls[number], let asked = askedAt[call.channel], let left = leftAt[number],
                    left >= asked
                else { continue }
                heard[call.channel] = nil
                stored[call.channel] = nil
                toStore = toStore.filter { $0.value.channel != call.channel }
            case .answered(let number, let seconds?):
                guard let call = calls[number] else { continue }
                let until = entry.at + UInt64(seconds) * 1_000_000_000
                askedAt[call.channel] = leftAt[number]
                if until > heard[call.channel]?.until ?? 0 { heard[call.channel] = (until, entry.process) }
                if let row = row(of: call) { toStore[outbox.rows[row].id] = (call.channel, until) }
            case .changed(let changes):
                for case .delivery(let id, from: "sending", to: "queued") in changes {
                    guard let (channel, until) = toStore.removeValue(forKey: id) else { continue }
                    stored[channel] = max(stored[channel] ?? 0, until)
                }
            case .left(let call):
                if let (until, process) = heard[call.channel], process == entry.process, entry.at < until,
                    !history.contains(where: { wasAsked($0, on: call.channel, rightBefore: entry.at) })
                {
                    findings.append("left in spite of a pause: \(call)")
                } else if entry.at < stored[call.channel] ?? 0, heard[call.channel]?.process != entry.process {
                    findings.append("left in spite of a pause that an earlier process stored: \(call)")
                }
            default: break
            }
        }
        return findings
    }

    private func wasAsked(_ entry: History.Entry, on channel: String, rightBefore moment: UInt64) -> Bool {
        guard case .answered(let number, .some) = entry.what, entry.at <= moment else { return false }
        return calls[number]?.channel == channel && moment - entry.at < Self.aboutToLeave
    }

    // MARK: order

    private func row(of call: History.Call) -> Int? {
        call.reference.flatMap(Int64.init).flatMap { byID[$0] } ?? byPlace[place(call)]?.row
    }

    /// Every step is an allowed one; every request has an intent of its own that was stored before; nobody is written to
    /// after they left; and whoever was told to stop leaves nothing open.
    private func order() -> [String] {
        var findings: [String] = []
        var states: [Int64: String] = [:]
        var people: [Int64: String] = [:]
        var intents: Set<Int64> = []
        for entry in history {
            switch entry.what {
            case .changed(let changes):
                for change in changes {
                    switch change {
                    case .person(let id, let state): people[id] = state
                    case .delivery(let id, let before, let after):
                        states[id] = after
                        let isAllowed = Delivery.State(rawValue: before)?.successors.contains { $0.rawValue == after }
                        if isAllowed != true { findings.append("delivery \(id) went from \(before) to \(after)") }
                        if after == "sending" { intents.insert(id) } else { intents.remove(id) }
                        guard after == "sending", let row = byID[id].map({ outbox.rows[$0] }), row.isOfCampaign,
                            let state = people[row.subscriber], state != "active"
                        else { continue }
                        findings.append("delivery \(id) was begun when its subscriber was \(state)")
                    }
                }
            case .left(let call):
                guard let row = row(of: call) else { continue }
                if intents.remove(outbox.rows[row].id) == nil { findings.append("left without an intent: \(call)") }
            case .crashed, .failed:
                let open = states.values.count { $0 == "sending" }
                if open > terms.width { findings.append("\(open) requests were open at once") }
            case .ended:
                let open = states.filter { $0.value == "sending" || $0.value == "claimed" }
                if !open.isEmpty { findings.append("left open by a process that ended well: \(open.keys.sorted())") }
            default: break
            }
        }
        return findings
    }

    /// What a process that ended well reports is what it did.
    private func reports() -> [String] {
        var findings: [String] = []
        var did: [String: Int] = [:]
        var said: [String: Int] = [:]
        var begun: Set<Int64> = []
        for entry in history {
            switch entry.what {
            case .began: (did, said, begun) = ([:], [:], [])
            case .changed(let changes):
                for case .delivery(let id, let before, let after) in changes {
                    if after == "sending" { begun.insert(id) }
                    // What an earlier process left is put in order, and no report of ours; what is found with a message
                    // that was stopped fails without having been begun.
                    guard before == "sending" && begun.contains(id) || before != "sending" && after == "failed" else {
                        continue
                    }
                    did[after, default: 0] += 1
                }
            case .reported(let report):
                said["sent", default: 0] += report.sent
                said["unknown", default: 0] += report.unknown
                said["failed", default: 0] += report.failed
            case .ended:
                for state in ["sent", "unknown", "failed"] where did[state] ?? 0 != said[state] ?? 0 {
                    findings.append(
                        "process \(entry.process) reports \(said[state] ?? 0) \(state), and did \(did[state] ?? 0)")
                }
            default: break
            }
        }
        return findings
    }
}
