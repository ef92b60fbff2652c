import Glibc

/// What the operating system lets this process do.
enum ProcessLimits {
    /// What is made is for this user only: a database and its backups hold what people wrote. No core dumps, for the same
    /// reason, and for the tokens. And as many sockets and files as may be had: where no
    /// more can be opened, nobody is heard.
    static func set() {
        umask(0o077)
        // In the place of an output that was closed the next file would be opened, and lines be written into it.
        for stream: Int32 in 0...2 where fcntl(stream, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        var files = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0 else { return }
        // Beyond that some systems have no limit at all, and closing what is not open would take for ever.
        files.rlim_cur = min(files.rlim_max, 65_536)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files)
    }
}
