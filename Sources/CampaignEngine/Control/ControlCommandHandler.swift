package import CampaignModel
import CampaignPlanning
package import CampaignStore
import MessageChannels

/// Carries out the owner's commands, in the process that has the database.
package struct ControlCommandHandler: Sendable {
    /// Who polls a source after the owner's decision about it.
    package enum Polling: Sendable {
        /// This command polls the source before it answers, since nothing else polls in this process.
        case here
        /// The poller that follows this calendar.
        case calendar(PollCalendar)
        /// The next process that polls.
        case later
    }

    private let store: Store
    private let time: any TimeSource
    private let engine: Engine?
    private let polling: Polling
    private let changed: @Sendable () -> Void

    /// - Parameters:
    ///   - store: The store, open for writing.
    ///   - time: The clock.
    ///   - engine: The engine with the channels and sources of feeds/; nil for commands that need only the database.
    ///   - polling: Who polls a source after a decision.
    ///   - changed: Called when there may be more or less to send than before.
    package init(
        _ store: Store, time: any TimeSource, engine: Engine? = nil, polling: Polling = .here,
        changed: @escaping @Sendable () -> Void = {}
    ) {
        self.store = store
        self.time = time
        self.engine = engine
        self.polling = polling
        self.changed = changed
    }

    /// Carries out a command, and reports it to the log.
    ///
    /// - Throws: ``Problem`` when the command cannot be carried out, and when the store fails.
    package func carryOut(_ command: ControlCommand) async throws -> ControlAnswer {
        let answer = try await answer(command)
        changed()
        if let event = ControlEvent(command, answer) { engine?.report(.controlled(event)) }
        return answer
    }

    private func answer(_ command: ControlCommand) async throws -> ControlAnswer {
        switch command {
        case .pause(let name, let reason):
            let campaign = try await store.campaign(named: name)
            return .campaign(try await store.pause(campaign.id, reason: reason, now: time.now()))
        case .resume(let name):
            let campaign = try await store.campaign(named: name)
            return .campaign(try await store.resume(campaign.id, now: time.now()))
        case .cancel(let name, let run):
            return .cancelled(
                try await store.cancel(try await store.campaign(named: name), run: run, now: time.now()))
        case .send(let oneOff): return try await send(oneOff)
        case .approve(let name, let run, let decision):
            let campaign = try await store.campaign(named: name)
            let waiting = try await store.runsToApprove(of: campaign.id)
            guard let chosen = waiting.first(where: { run == nil || $0.run == run }),
                try await store.decide(chosen.run, decision, now: time.now()) != nil
            else {
                throw Problem(
                    .usage, "nothing of \(campaign.name) waits for approval",
                    hint: "`tellal campaign drafts` shows what does.")
            }
            if let engine, let entry = try await engine.campaign(campaign.id) {
                _ = try await FanOut(engine).goOn(entry)
            }
            return .approved(campaign: campaign.name, run: chosen.run, decision)
        case .reschedule(let name, let at, let zone): return try await reschedule(name, at, zone)
        case .resolve(let deliveries, let resolution):
            return .resolved(try await store.resolve(deliveries, as: resolution, now: time.now()))
        case .resolveAll(let name, let resolution):
            let campaign = try await store.campaign(named: name)
            return .resolvedAll(try await store.resolveAll(of: campaign.id, as: resolution, now: time.now()))
        case .add(let subscribers, let name):
            let entry = try channel(named: name)
            let people = try await numbered(subscribers.map(\.subscriber), on: entry)
            return .added(try await SubscriberRegister(store, time: time).add(people, to: entry.id))
        case .erase(let address, let name):
            try await SubscriberRegister(store, time: time).erase(address, on: try channel(named: name).id)
            return .erased
        case .decide(let name, let decision):
            try await decide(decision, on: name)
            return .decided
        }
    }

    private func reschedule(_ name: String, _ at: String, _ zone: String?) async throws -> ControlAnswer {
        let campaign = try await store.campaign(named: name)
        let known = try await store.oneOff(campaign.id)?.oneOff
        var chosen: (zone: String, followsPeople: Bool)?
        if let zone {
            guard let found = ZoneChoice.read(zone) else {
                throw Problem(
                    .usage, "unknown time zone \(zone)", hint: "Write a name such as Europe/Istanbul, or subscriber.")
            }
            chosen = found
        } else if let known {
            chosen = (known.timeZone, known.followsPeople)
        }
        let (zoneName, followsPeople) = chosen ?? ("UTC", false)
        let moment: Timestamp
        switch OneOffReader.moment(written: at, zone: zoneName, followsPeople: followsPeople, now: time.now()) {
        case .success(let found): moment = found
        case .failure(let flaw): throw Problem(.usage, "\(at) \(flaw.rawValue)", hint: flaw.hint)
        }
        if var moved = known {
            (moved.at, moved.timeZone, moved.followsPeople) = (moment, zoneName, followsPeople)
            try await Reach(store, time: time).refuseWhatIsOver(moved)
        }
        let stored = try await store.reschedule(campaign.id) {
            ($0.at, $0.timeZone, $0.followsPeople) = (moment, zoneName, followsPeople)
        }
        engine?.oneOffs.forget(campaign.id)
        return .scheduled(stored.oneOff, reach: [])
    }

    private func send(_ oneOff: OneOff) async throws -> ControlAnswer {
        let known = (engine?.content.channels ?? []).filter { $0.channel.workspace == oneOff.workspace }
        for name in oneOff.channels where !known.contains(where: { $0.channel.name == name }) {
            throw Problem(
                .notFound, "there is no channel \(name)",
                hint: known.isEmpty
                    ? "No file of feeds/ has one in the workspace \(oneOff.workspace)."
                    : "The channels are \(known.map(\.channel.name).joined(separator: ", ")).")
        }
        let channels = known.filter { oneOff.channels.contains($0.channel.name) }
        let reach = try await Reach(store, time: time).forecast(oneOff, on: channels.map(\.channel))
        _ = try await store.add(oneOff, now: time.now())
        return .scheduled(oneOff, reach: reach)
    }

    /// Looks up a thing of feeds/. A running process does not know later additions, so the hint says to restart it.
    private static func known<Thing>(_ find: () throws -> Thing) throws -> Thing {
        do {
            return try find()
        } catch let problem as Problem where problem.code == .notFound {
            throw Problem(
                .notFound, problem.message,
                hint: "\(problem.hint ?? "") If it is new in feeds/, start the tellal that runs anew.")
        }
    }

    private func channel(named name: String) throws -> ProvisionedContent.ChannelEntry {
        try Self.known { try (engine?.content.channels ?? []).one(called: name, kind: "channel") }
    }

    /// Replaces chat names by Telegram's numeric ids, which updates use. A chat would be two subscribers otherwise.
    private func numbered(
        _ subscribers: [Subscriber], on entry: ProvisionedContent.ChannelEntry
    ) async throws -> [Subscriber] {
        guard let engine, entry.channel.platform == .telegram else { return subscribers }
        var numbers: [String: Int64] = [:]
        var people = subscribers
        for index in people.indices {
            let target = TelegramTarget(people[index].address)
            guard target.chat.hasPrefix("@") else { continue }
            if numbers[target.chat] == nil {
                let outcome = await engine.sender.send(TelegramChatName.request(target.chat, on: entry.channel))
                numbers[target.chat] = try TelegramChatName.number(of: target.chat, on: entry.channel, outcome)
            }
            guard let number = numbers[target.chat] else { continue }
            people[index].address = target.moved(to: String(number))
        }
        // A subscriber whom an earlier version stored by name is kept under the new address.
        for (before, after) in zip(subscribers, people) where before.address != after.address {
            try await store.readdress(before.address, to: after.address, on: entry.id, now: time.now())
        }
        return people
    }

    private func decide(_ text: String, on name: String) async throws {
        guard let decision = HoldDecision(text) else { throw Problem(.usage, "\(text) is no decision") }
        let entry = try Self.known { try (engine?.content.sources ?? []).one(called: name, kind: "source") }
        guard try await store.decide(decision, on: entry.id, at: time.now()) else {
            throw Problem(.notFound, "nothing of \(name) is held", hint: "`tellal status` shows what is.")
        }
        if case .here = polling, let engine {
            let problems = try await Poller(engine).poll([entry]).compactMap(\.problem)
            if let problem = problems.first { throw problem }
            return
        }
        let next = NextPoll(at: time.now(), .decided)
        guard let due = try await store.bringForward(entry.id, to: next, gap: .zero) else { return }
        if case .calendar(let calendar) = polling { calendar.bringForward(entry.id, to: due) }
    }
}
