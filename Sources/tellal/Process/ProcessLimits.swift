import Glibc

/// Limits and permissions of this process.
enum ProcessLimits {
    /// Sets the limits. New files are for this user only, since databases and backups hold people's messages. No core
    /// dumps, for the same reason and for the tokens. The limit of open files is raised: a server that can open none
    /// answers nobody.
    static func set() {
        umask(0o077)
        // In the place of an output that was closed the next file would be opened, and lines be written into it.
        for stream: Int32 in 0...2 where fcntl(stream, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        var files = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0 else { return }
        // Some systems have no limit; closing all possible descriptors would take very long there.
        files.rlim_cur = min(files.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
    }
}
