import CampaignModel
import CampaignStore
import MessageChannels

/// The media of one part, each in the form in which it can be sent now.
struct PartMedia: Sendable {
    var forms: [MediaForm] = []
    /// Keys of the media in the cache and in the database.
    var keys: [MediaKey] = []
    /// Semaphore that is held while bytes are sent with the message; others wait, and then use the resulting id.
    var upload: AsyncSemaphore?

    /// The media that are sent, in their order.
    var shown: [(form: MediaForm, key: MediaKey)] { zip(forms, keys).filter { $0.0 != .missing }.map { ($0, $1) } }

    /// Whether the platform must fetch some of them itself.
    var hasAddresses: Bool { shown.contains { if case .address = $0.form { true } else { false } } }
}

/// Chooses the form of each medium: an id that the platform gave before, the address, or the bytes, whichever was not
/// refused.
///
/// No part of the message is sent meanwhile. Uploads take the channel's semaphore, so that a file is uploaded once and
/// not once per person.
struct MediaPreparation: Sendable {
    enum Outcome: Sendable {
        case ready(PartMedia)
        /// The platform's answer to an upload, for which the delivery must wait.
        case notNow(SendVerdict)
    }

    private enum Found {
        case form(MediaForm, MediaKey)
        case notNow(SendVerdict)
    }

    let engine: Engine
    let entry: ProvisionedContent.ChannelEntry
    let adapter: any PlatformAdapter
    let delivery: ClaimedDelivery

    // Length of the lease: enough for a slow download and a slow upload.
    private static let lease = Duration.minutes(5)

    /// Index of the part in the message.
    let number: Int

    func prepare(_ part: MessagePart) async throws -> Outcome {
        if let media = try await known(part) { return .ready(media) }
        guard let upload = engine.uploads[entry.id] else { return .ready(PartMedia()) }
        await upload.acquire()
        do {
            let now = engine.time.now()
            guard !engine.stop.isRaised,
                try await engine.store.renew(delivery, until: now + Self.lease, now: now)
            else {
                upload.release()
                return .notNow(.retryLater(after: .zero, scope: .delivery, reason: Self.interrupted))
            }
            var media = PartMedia()
            for medium in part.media {
                switch try await find(medium, needsID: part.needsIDs) {
                case .form(let form, let key):
                    media.forms.append(form)
                    media.keys.append(key)
                case .notNow(let verdict):
                    upload.release()
                    return .notNow(verdict)
                }
            }
            if media.forms.contains(where: { if case .upload = $0 { true } else { false } }) {
                media.upload = upload
            } else {
                upload.release()
            }
            return .ready(media)
        } catch {
            upload.release()
            throw error
        }
    }

    /// The media, if none needs an upload; nil otherwise.
    private func known(_ part: MessagePart) async throws -> PartMedia? {
        var media = PartMedia()
        for medium in part.media {
            let key = MediaKey(medium, on: entry.id)
            guard let form = try await known(medium, key, needsID: part.needsIDs) else { return nil }
            media.forms.append(form)
            media.keys.append(key)
        }
        return media
    }

    private func known(_ media: Media, _ key: MediaKey, needsID: Bool) async throws -> MediaForm? {
        let now = engine.time.now()
        if let id = try await engine.store.mediaID(key, now: now) { return .remembered(id) }
        let refusal = refusal(of: key, now: now)
        if let refusal, !refusal.onlyByAddress { return .missing }
        guard refusal == nil, !needsID, case .address(let address) = media.source else { return nil }
        return .address(address)
    }

    private func find(_ media: Media, needsID: Bool) async throws -> Found {
        var key = MediaKey(media, on: entry.id)
        if let form = try await known(media, key, needsID: needsID) { return .form(form, key) }
        if let (wait, reason) = engine.parts.trouble(with: key, now: engine.time.now()) {
            return .notNow(.retryLater(after: wait, scope: .delivery, reason: reason))
        }
        if case .address(let address) = media.source, refusal(of: key, now: engine.time.now()) == nil,
            let stored = try await store(.address(address), media, key)
        {
            return stored
        }
        let content: FileContent
        do {
            content = try await MediaContent(fetcher: engine.fetcher, platform: entry.channel.platform).read(media)
        } catch {
            if error.mayPass { return waited(for: key, error.reason) }
            engine.parts.refuse(key, onlyByAddress: false, error.reason, now: engine.time.now())
            return .form(.missing, key)
        }
        // The owner may have changed the file since the message was rendered: it has another hash then.
        if case .file(var file) = media.source {
            file.hash = Digests.sha256(content.bytes)
            var current = media
            current.source = .file(file)
            key = MediaKey(current, on: entry.id)
            if let id = try await engine.store.mediaID(key, now: engine.time.now()) {
                return .form(.remembered(id), key)
            }
        }
        return try await store(.upload(content), media, key) ?? .form(.upload(content), key)
    }

    /// Uploads a medium to the platform before the message shows it.
    ///
    /// - Returns: nil when the bytes are sent with the message, or when the address was refused and the bytes are next.
    private func store(_ form: MediaForm, _ media: Media, _ key: MediaKey) async throws -> Found? {
        guard let request = adapter.upload(form, of: media.kind, on: entry.channel) else { return nil }
        if let limiter = engine.throttles[entry.id]?.limiter {
            guard try await limiter.wait(unless: engine.stop), await limiter.leave() else {
                return .notNow(.retryLater(after: .zero, scope: .delivery, reason: Self.interrupted))
            }
        }
        let outcome = await engine.sender.send(request.http)
        if let id = adapter.uploadedID(in: outcome) {
            let life = PlatformLimits.lifeOfID(of: media.source, on: entry.channel.platform)
            try await engine.store.remember(id, for: key, life: life, now: engine.time.now())
            return .form(.remembered(id), key)
        }
        switch adapter.verdict(on: outcome) {
        case .mediaRefused(let reason), .contentRefused(let reason), .refused(let reason):
            let isAddress = if case .address = form { true } else { false }
            engine.parts.refuse(key, onlyByAddress: isAddress, reason, now: engine.time.now())
            return isAddress ? nil : .form(.missing, key)
        case .unknown(let reason), .retryLater(_, .delivery, let reason): return waited(for: key, reason)
        case let verdict: return .notNow(verdict)
        }
    }

    private func refusal(of key: MediaKey, now: Timestamp) -> MediaFallbackCache.Refusal? {
        engine.parts.refusal(of: key, now: now) ?? engine.parts.refusal(ofPart: number, delivery, now: now)
    }

    /// The result after temporary trouble with a medium: the delivery waits, and after some tries is sent without the
    /// medium.
    private func waited(for key: MediaKey, _ reason: DeliveryReason) -> Found {
        guard let wait = engine.parts.noteTrouble(with: key, reason, now: engine.time.now()) else {
            return .form(.missing, key)
        }
        return .notNow(.retryLater(after: wait, scope: .delivery, reason: reason))
    }

    private static let interrupted = DeliveryReason(code: "interrupted", message: "The upload was put off.")
}
