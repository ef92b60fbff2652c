package import Hummingbird

/// `GET /healthz`: the process is there and answers, and can do its work.
package enum HealthRoutes {
    /// - Parameters:
    ///   - router: Where the page is added.
    ///   - trouble: Why the process cannot do its work at this moment, in one sentence; nil when all is well.
    package static func add(
        to router: Router<some RequestContext>, trouble: @escaping @Sendable () -> String? = { nil }
    ) {
        router.get("healthz") { _, _ in
            guard let trouble = trouble() else {
                return Response(status: .ok, body: .init(byteBuffer: .init(string: "ok\n")))
            }
            return Response(status: .serviceUnavailable, body: .init(byteBuffer: .init(string: trouble + "\n")))
        }
    }
}
