package import CampaignModel

/// What the headers of an answer say about when to ask again.
package struct CacheHints: Sendable, Hashable {
    /// For so long the server expects nothing newer; at most ``mostFresh``. Nil when it says nothing of it.
    package var fresh: Duration?
    /// For so long it wants not to be asked; at most ``mostRetryAfter``. Nil when it says nothing of it.
    package var retryAfter: Duration?
    /// Whether it gave an `ETag` or a `Last-Modified`, so that it can be asked for what is newer only.
    package var hasValidators: Bool

    package init(fresh: Duration? = nil, retryAfter: Duration? = nil, hasValidators: Bool = true) {
        self.fresh = fresh
        self.retryAfter = retryAfter
        self.hasValidators = hasValidators
    }

    /// A shop's pages may be good for a year to a browser; news that a day-old copy hides are lost to a campaign.
    package static let mostFresh = Duration.hours(24)
    /// A wrong clock or a slip of the pen must not silence a source for years; whoever means longer says it again.
    package static let mostRetryAfter = Duration.days(31)

    /// - Parameters:
    ///   - headers: Those of the answer, for a redirected one those of its last.
    ///   - isNotModified: A 304 proves that there are validators, but need not repeat all of them (RFC 9110, 15.4.5).
    ///   - now: When it came.
    package init(_ headers: [HTTPHeader], isNotModified: Bool = false, now: Timestamp) {
        fresh = Self.fresh(headers, now: now)
        retryAfter = headers["Retry-After"].flatMap { Self.wait($0, headers, now: now) }
        hasValidators =
            isNotModified || ["ETag", "Last-Modified"].contains { HTTPValidators.value($0, headers) != nil }
    }

    /// The server's clock when it answered.
    private static func date(_ headers: [HTTPHeader], now: Timestamp) -> Timestamp {
        headers["Date"].flatMap { Timestamp(httpDate: $0, now: now) } ?? now
    }

    /// RFC 9111, 4.2.1 and 5.3: `max-age` comes before `Expires`. `s-maxage` is for caches that people share.
    private static func fresh(_ headers: [HTTPHeader], now: Timestamp) -> Duration? {
        let directives = CacheDirective.all(headers)
        guard !directives.contains(where: { CacheDirective.unsettled.contains($0.name) }) else { return nil }
        let lifetime: Duration
        if let maxAge = directives.first(where: { $0.name == "max-age" }) {
            guard let seconds = DeltaSeconds.read(maxAge.value) else { return nil }
            lifetime = .seconds(seconds)
        } else {
            // The server's clock may be wrong, so its two times are compared with each other.
            guard let expires = headers["Expires"].flatMap({ Timestamp(httpDate: $0, now: now) }) else { return nil }
            lifetime = expires - date(headers, now: now)
        }
        let age = headers["Age"].flatMap(DeltaSeconds.read) ?? 0
        let rest = lifetime - .seconds(age)
        return rest > .zero ? min(rest, mostFresh) : nil
    }

    /// RFC 9110, 10.2.3: seconds, or a moment by the server's clock. A moment that is over says nothing.
    private static func wait(_ text: String, _ headers: [HTTPHeader], now: Timestamp) -> Duration? {
        let wait =
            DeltaSeconds.read(text).map { .seconds($0) }
            ?? Timestamp(httpDate: text, now: now).map { $0 - date(headers, now: now) }
        guard let wait, wait > .zero else { return nil }
        return min(wait, mostRetryAfter)
    }
}

/// One directive of `Cache-Control`.
private struct CacheDirective {
    var name: String
    var value: String

    /// With one of these the server does not say that the document stays as it is.
    static let unsettled: Set<String> = ["no-store", "no-cache"]

    /// Those of all the headers of that name. Quoted texts with commas in them are cut: no directive read here has any.
    static func all(_ headers: [HTTPHeader]) -> [CacheDirective] {
        headers.values(of: "Cache-Control").flatMap { $0.split(separator: ",") }
            .map { part in
                let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return CacheDirective(
                    name: trimmed(halves.first ?? "").lowercased(),
                    value: trimmed(halves.count > 1 ? halves[1] : "", quotes: true))
            }
    }

    private static func trimmed(_ text: Substring, quotes: Bool = false) -> String {
        func isEdge(_ character: Character) -> Bool {
            character == " " || character == "\t" || quotes && character == "\""
        }
        let start = text.drop(while: isEdge)
        return String(String(start.reversed().drop(while: isEdge)).reversed())
    }
}

/// RFC 9111, 1.2.2: a number of seconds; one too large to count is as good as 2^31.
enum DeltaSeconds {
    private static let most = Int64(1) << 31

    /// Nil for anything but digits.
    static func read(_ text: String) -> Int64? {
        let digits = text.split { $0 == " " || $0 == "\t" }
        guard digits.count == 1, let number = digits.first, number.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return min(Int64(number) ?? most, most)
    }
}
