package import CampaignModel

/// The hints of an answer's headers about the next request.
package struct CacheHints: Sendable, Hashable {
    /// Time for which the answer stays fresh; at most ``mostFresh``. Nil when the server does not say.
    package var fresh: Duration?
    /// Time for which the server asks for no requests; at most ``mostRetryAfter``. Nil when the server does not say.
    package var retryAfter: Duration?
    /// Whether the answer has an `ETag` or a `Last-Modified`, so that conditional requests are possible.
    package var hasValidators: Bool

    package init(fresh: Duration? = nil, retryAfter: Duration? = nil, hasValidators: Bool = true) {
        self.fresh = fresh
        self.retryAfter = retryAfter
        self.hasValidators = hasValidators
    }

    /// Limit of ``fresh``. A shop's pages may be fresh for a year to a browser, but a campaign must not miss a day's
    /// news.
    package static let mostFresh = Duration.hours(24)
    /// Limit of ``retryAfter``, so that a wrong clock or a typing error does not stop polls for years. A server that
    /// means longer says it again.
    package static let mostRetryAfter = Duration.days(31)

    /// - Parameters:
    ///   - headers: The headers of the answer; after redirects those of the last one.
    ///   - isNotModified: Whether the status was 304, which proves that there are validators, but need not repeat them
    ///     all (RFC 9110, 15.4.5).
    ///   - now: Time of the answer.
    package init(_ headers: [HTTPHeader], isNotModified: Bool = false, now: Timestamp) {
        fresh = Self.fresh(headers, now: now)
        retryAfter = headers["Retry-After"].flatMap { Self.wait($0, headers, now: now) }
        hasValidators =
            isNotModified || ["ETag", "Last-Modified"].contains { HTTPValidators.value($0, headers) != nil }
    }

    /// The time of the answer by the server's clock.
    private static func date(_ headers: [HTTPHeader], now: Timestamp) -> Timestamp {
        headers["Date"].flatMap { Timestamp(httpDate: $0, now: now) } ?? now
    }

    /// The freshness by RFC 9111, 4.2.1 and 5.3: `max-age` takes precedence over `Expires`. `s-maxage` is for shared
    /// caches.
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

    /// The wait by RFC 9110, 10.2.3: seconds, or a moment by the server's clock; nil for a moment in the past.
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
