import ServiceLifecycle

/// Runs the body of a service until it ends, or the process is told to end: being cancelled then is no failure.
///
/// - Parameter body: What the service does; it must end soon after its task is cancelled.
/// - Throws: What the body throws.
func untilShutdown(_ body: @escaping @Sendable () async throws -> Void) async throws {
    do { try await cancelWhenGracefulShutdown(body) } catch is CancellationError {}
}
