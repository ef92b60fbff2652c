package import CampaignModel

/// The health of a source, and the remarks about it for the owner.
package struct SourceHealth: Sendable, Hashable {
    /// Time of the last poll that read the document or got "not modified".
    package var lastGoodPollAt: Timestamp?
    package var changeRate: ChangeRate
    /// Numbers of items in the last document that was read, and in the one before it.
    package var items: Int?
    package var itemsBefore: Int?
    /// Number of failures in a row.
    package var failures: Int
    /// Why the last poll failed: a sentence, with or without its full stop.
    package var lastFailure: String?
    /// End of the server's certificate; nil without TLS.
    package var certificateEndsAt: Timestamp?
    /// Time since which the server answers that the source is gone for good.
    package var goneSince: Timestamp?
    /// Whether a held poll waits for the owner's decision.
    package var isHeld: Bool

    package init(
        lastGoodPollAt: Timestamp? = nil, changeRate: ChangeRate = .init(), items: Int? = nil, itemsBefore: Int? = nil,
        failures: Int = 0, lastFailure: String? = nil, certificateEndsAt: Timestamp? = nil,
        goneSince: Timestamp? = nil, isHeld: Bool = false
    ) {
        self.lastGoodPollAt = lastGoodPollAt
        self.changeRate = changeRate
        self.items = items
        self.itemsBefore = itemsBefore
        self.failures = failures
        self.lastFailure = lastFailure
        self.certificateEndsAt = certificateEndsAt
        self.goneSince = goneSince
        self.isHeld = isHeld
    }

    /// Least time without a change for a remark, since a lively feed may pause overnight.
    private static let shortestSilence = Duration.days(2)
    private static let certificateNotice = Duration.days(14)

    /// The remarks, most urgent first; empty when all is well.
    package func remarks(at now: Timestamp) -> [SourceRemark] {
        [paused, held, neverRead, failing(at: now)].compactMap(\.self) + notices(at: now)
    }

    /// The remarks about a source that can be read, which a good poll may lead to.
    package func notices(at now: Timestamp) -> [SourceRemark] {
        [silent(at: now), shrunk, certificate(at: now)].compactMap(\.self)
    }

    private var paused: SourceRemark? {
        goneSince.map {
            SourceRemark(
                .paused,
                "The server said on \($0.day) that it is gone for good; it is not looked at until its address changes or `tellal poll` finds it again."
            )
        }
    }

    private var held: SourceRemark? {
        isHeld ? SourceRemark(.held, "What the last poll found is held until you decide.") : nil
    }

    private var neverRead: SourceRemark? {
        guard lastGoodPollAt == nil, goneSince == nil else { return nil }
        return SourceRemark(.neverRead, failures == 0 ? "It was not read yet." : "It could never be read\(because).")
    }

    private func failing(at now: Timestamp) -> SourceRemark? {
        guard failures > 0, goneSince == nil, let last = lastGoodPollAt else { return nil }
        guard failures > 1 else { return SourceRemark(.failing, "The last poll failed\(because).") }
        let ago = max(.zero, now - last).inWords
        return SourceRemark(.failing, "The last \(failures) polls failed, the last good one was \(ago) ago\(because).")
    }

    private var because: String {
        guard var reason = lastFailure, !reason.isEmpty else { return "" }
        if reason.hasSuffix(".") { reason.removeLast() }
        return ": \(reason)"
    }

    private func silent(at now: Timestamp) -> SourceRemark? {
        guard changeRate.usualGap != nil else { return nil }
        let silence = changeRate.silence(at: now)
        // A source that cannot be read gets no remark about silence.
        guard failures == 0, goneSince == nil, let gap = changeRate.usualGap,
            silence >= max(gap * 3, Self.shortestSilence)
        else { return nil }
        return SourceRemark(
            .silent, "Nothing has changed for \(silence.inWords); it usually changes about \(gap.asRate).")
    }

    private var shrunk: SourceRemark? {
        guard let items, let itemsBefore, itemsBefore > 1, items * 2 <= itemsBefore else { return nil }
        return SourceRemark(.shrunk, "It shrank from \(itemsBefore) items to \(items).")
    }

    private func certificate(at now: Timestamp) -> SourceRemark? {
        guard let end = certificateEndsAt, end - now < Self.certificateNotice else { return nil }
        return SourceRemark(
            .certificate,
            end <= now
                ? "The server's certificate ended on \(end.day)."
                : "The server's certificate ends in \((end - now).inWords), on \(end.day).")
    }
}

extension Timestamp {
    fileprivate var day: String { String(description.prefix(10)) }
}
