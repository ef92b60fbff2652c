package import Hummingbird

/// `GET /healthz`: the process is there and answers.
package enum HealthRoutes {
    package static func add(to router: Router<some RequestContext>) {
        router.get("healthz") { _, _ in "ok\n" }
    }
}
