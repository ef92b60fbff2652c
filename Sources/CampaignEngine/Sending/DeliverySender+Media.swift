import CampaignModel
import CampaignStore
import MessageChannels

/// Decides by the platform's answer what is remembered of a part's media.
extension DeliverySender {
    /// Stores the ids under which the platform keeps the media that it has just accepted.
    func remember(_ media: PartMedia, in outcome: HTTPOutcome, _ part: MessagePart) async throws {
        guard !part.media.isEmpty else { return }
        let shown = zip(media.forms, zip(media.keys, part.media)).filter { $0.0 != .missing }
        let ids = adapter.mediaIDs(in: outcome, for: shown.map(\.1.1))
        for ((form, (key, medium)), id) in zip(shown, ids) {
            guard let id else { continue }
            if case .remembered = form { continue }
            let life = PlatformLimits.lifeOfID(of: medium.source, on: entry.channel.platform)
            try await engine.store.remember(id, for: key, life: life, now: engine.time.now())
        }
    }

    /// Records a refusal of one of the part's media. Where the platform does not say which one, stored ids are dropped
    /// first, then addresses, then the contents are refused.
    func refuse(_ media: PartMedia, _ index: Int?, part: Int, _ reason: DeliveryReason) async throws {
        let named = index.flatMap { media.shown.indices.contains($0) ? media.shown[$0] : nil }
        let doubted = named.map { [$0] } ?? media.shown
        var hadID = false
        for (form, key) in doubted {
            guard case .remembered(let id) = form else { continue }
            hadID = true
            try await engine.store.forget(id, for: key)
        }
        guard !hadID else { return }
        let addresses = doubted.filter { if case .address = $0.form { true } else { false } }
        let now = engine.time.now()
        guard doubted.count == 1 else {
            // The refusal counts for this part only: most of its media are fine, and other messages may show them.
            return engine.parts.refuse(part: part, delivery, onlyByAddress: !addresses.isEmpty, reason, now: now)
        }
        for (_, key) in doubted {
            engine.parts.refuse(key, onlyByAddress: !addresses.isEmpty, reason, now: now)
        }
    }

    func refusal(of media: PartMedia, part: Int) -> (reason: DeliveryReason, mayPass: Bool) {
        let now = engine.time.now()
        let found =
            media.keys.lazy.compactMap { engine.parts.refusal(of: $0, now: now) }.first
            ?? engine.parts.refusal(ofPart: part, delivery, now: now)
        return (
            found?.reason ?? DeliveryReason(code: "nothing_to_show", message: "Nothing of this part can be shown."),
            found?.mayPass ?? false
        )
    }
}
