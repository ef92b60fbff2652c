package import CampaignEngine
import Foundation
package import Hummingbird
import NIOCore

/// What is told of the process itself: `/healthz`, `/readyz` and `/metrics`.
package enum HealthRoutes {
    /// `GET /healthz`: the process is there and answers, and can do its work.
    ///
    /// - Parameters:
    ///   - router: Where the page is added.
    ///   - trouble: Why the process cannot do its work at this moment, in one sentence; nil when all is well.
    package static func add(
        to router: Router<some RequestContext>, trouble: @escaping @Sendable () -> String? = { nil }
    ) {
        router.get("healthz") { _, _ in
            guard let trouble = trouble() else { return text("ok\n") }
            return text(trouble + "\n", .serviceUnavailable)
        }
    }

    /// `GET /readyz`: as ``Readiness``, with 503 when something is wrong.
    package static func addReadiness(of engine: Engine, to router: Router<some RequestContext>) {
        router.get("readyz") { _, _ in
            let readiness = await engine.readiness()
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let body = String(decoding: try encoder.encode(readiness), as: UTF8.self) + "\n"
            return text(body, readiness.isReady ? .ok : .serviceUnavailable, type: "application/json")
        }
    }

    /// `GET /metrics`: all numbers of the process, for Prometheus.
    package static func addMetrics(
        _ registry: MetricsRegistry, of engine: Engine, to router: Router<some RequestContext>
    ) {
        router.get("metrics") { _, _ in
            await engine.measure()
            ProcessMeasures.take(into: registry)
            return text(MetricsText.write(registry), type: MetricsText.contentType)
        }
    }

    private static func text(
        _ text: String, _ status: HTTPResponse.Status = .ok, type: String = "text/plain; charset=utf-8"
    ) -> Response {
        Response(
            status: status,
            headers: [.contentType: type, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
