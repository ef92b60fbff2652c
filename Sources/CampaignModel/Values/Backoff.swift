/// Waits that double with each failure in a row.
package struct Backoff: Sendable, Hashable {
    private let first: Duration
    private let longest: Duration

    /// - Parameters:
    ///   - first: After one failure.
    ///   - longest: After however many.
    package init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// - Parameter failures: How many in a row; fewer than one count as one.
    /// - Returns: How long to wait before the next try.
    package func wait(after failures: Int) -> Duration { min(first * (1 << (min(max(failures, 1), 31) - 1)), longest) }
}
