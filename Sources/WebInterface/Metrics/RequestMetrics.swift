import CampaignEngine
import Dispatch
package import Hummingbird
import Metrics

/// Counts the requests of a router by its routes. Paths and methods that nobody knows count as `other`, so that no stranger
/// makes up series.
package struct RequestMetrics<Context: RequestContext>: RouterMiddleware {
    private let registry: MetricsRegistry

    package init(_ registry: MetricsRegistry) { self.registry = registry }

    private static var methods: Set<String> { ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"] }

    /// Counts a request when it is answered or has failed, and how long that took.
    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let begun = DispatchTime.now().uptimeNanoseconds
        do {
            let response = try await next(request, context)
            note(request, context, Int(response.status.code), since: begun)
            return response
        } catch {
            let status = (error as? any HTTPResponseError).map { Int($0.status.code) } ?? 500
            note(request, context, status, since: begun)
            throw error
        }
    }

    private func note(_ request: Request, _ context: Context, _ status: Int, since begun: UInt64) {
        let method = request.method.rawValue
        let route = context.endpointPath ?? "other"
        let values = [route, Self.methods.contains(method) ? method : "other", "\(status)"]
        Counter(
            label: Metric.requests.name, dimensions: Array(zip(Metric.requests.labels, values)), factory: registry
        ).increment()
        Timer(label: Metric.requestSeconds.name, dimensions: [("route", route)], factory: registry)
            .recordNanoseconds(Int64(clamping: DispatchTime.now().uptimeNanoseconds &- begun))
    }
}
