import Glibc
import Synchronization

/// The addresses of this machine's network interfaces. What is sent to a public one of them never leaves the machine, so no
/// firewall outside or on the way in sees it.
final class OwnAddresses: Sendable {
    static let ofMachine = OwnAddresses(reading: { list() })

    /// So long what was read counts, in seconds: interfaces come and go.
    private static let freshness: Int64 = 60

    private let read: @Sendable () -> Set<IPAddress>?
    private let known = Mutex<(addresses: Set<IPAddress>, at: Int64)?>(nil)

    /// - Parameter read: What lists them; nil when they cannot be had, then those that were known count.
    init(reading read: @escaping @Sendable () -> Set<IPAddress>?) { self.read = read }

    /// Whether an address, in whatever spelling, is one of them.
    ///
    /// - Parameters:
    ///   - address: Where a connection would go.
    ///   - seconds: The time by a clock that is never set.
    /// - Returns: Whether it would stay on this machine.
    func contains(_ address: IPAddress, at seconds: Int64 = monotonicSeconds()) -> Bool {
        let addresses = known.withLock { known in
            if let known, seconds - known.at < Self.freshness { return known.addresses }
            let addresses = read() ?? known?.addresses ?? []
            known = (addresses, seconds)
            return addresses
        }
        return addresses.contains(address.innerIPv4 ?? address)
    }

    private static func monotonicSeconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec)
    }

    private static func list() -> Set<IPAddress>? {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return nil }
        defer { freeifaddrs(first) }
        var addresses: Set<IPAddress> = []
        var next = first
        while let entry = next {
            if let raw = entry.pointee.ifa_addr, let address = IPAddress(UnsafePointer(raw)) {
                addresses.insert(address)
            }
            next = entry.pointee.ifa_next
        }
        return addresses
    }
}
