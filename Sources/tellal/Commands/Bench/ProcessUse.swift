import Foundation
import Glibc

/// What this process has used so far.
enum ProcessUse {
    /// The most memory at once, in MB of 1,000,000 bytes; nil where the kernel does not say.
    static var peak: Double? {
        guard let kibibytes = number("VmHWM:", in: "/proc/self/status") else { return nil }
        return (kibibytes * 1024 / 100_000).rounded() / 10
    }

    /// Of all threads, in the program and in the kernel for it.
    static var cpuSeconds: Double {
        var use = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &use) == 0 else { return 0 }
        return [use.ru_utime, use.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
    }

    /// To files, as the kernel counts what goes to the disk; 0 where it does not say.
    static var bytesWritten: Int64 { Int64(number("write_bytes:", in: "/proc/self/io") ?? 0) }

    private static func number(_ name: String, in file: String) -> Double? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix(name) })
        else { return nil }
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
    }
}
