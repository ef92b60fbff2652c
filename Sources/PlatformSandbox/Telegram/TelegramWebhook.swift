import CampaignModel

/// What a bot asked for with `setWebhook`: https://core.telegram.org/bots/api#setwebhook.
///
/// As on a local Bot API server plain http is allowed to this machine; other addresses are taken and never called, for
/// nothing of the sandbox leaves the machine.
struct TelegramWebhook: Sendable {
    private static let ports: Set<String> = ["", "443", "80", "88", "8443"]
    /// No pause is longer than this.
    private static let longestPause: Int64 = 60

    let url: String
    let secret: String
    let maxConnections: Int64
    let hasCertificate: Bool

    var isReachable: Bool { WebAddress.isLoopback(url) }

    init(_ parameters: RequestParameters) throws(TelegramError) {
        url = parameters.text("url") ?? ""
        secret = parameters.text("secret_token") ?? ""
        guard WebAddress.isWeb(url), WebAddress.isLoopback(url) || url.lowercased().hasPrefix("https://") else {
            throw .badRequest("bad webhook: An HTTPS URL must be provided for webhook")
        }
        guard WebAddress.isLoopback(url) || Self.ports.contains(WebAddress.port(of: url)) else {
            throw .badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        }
        guard secret.utf8.count <= 256, secret.utf8.allSatisfy(TelegramNames.isSecretCharacter) else {
            throw .badRequest("secret token contains unallowed characters")
        }
        maxConnections = min(100, max(1, parameters["max_connections"]?.integer ?? 40))
        hasCertificate = parameters.files["certificate"] != nil
    }

    func request(_ update: JSON) -> HTTPRequest {
        var headers = [HTTPHeader("Content-Type", "application/json")]
        if !secret.isEmpty { headers.append(HTTPHeader("X-Telegram-Bot-Api-Secret-Token", secret)) }
        return HTTPRequest(method: "POST", url: url, headers: headers, body: update.bytes, timeout: .seconds(60))
    }

    /// 1, 2, 4, … seconds, or what the answer's `Retry-After` asks for.
    static func pause(after failures: Int, _ outcome: HTTPOutcome) -> Duration {
        if case .answered(let answer) = outcome, let asked = answer.headers["Retry-After"].flatMap({ Int64($0) }) {
            return .seconds(min(max(1, asked), 3600))
        }
        return .seconds(failures > 6 ? longestPause : min(longestPause, 1 << Int64(max(0, failures - 1))))
    }

    /// A WebhookInfo object.
    func info(_ line: WebhookLine, pending: Int, allowed: [String]?) -> JSON {
        JSON(members: [
            ("url", .string(url)), ("has_custom_certificate", .bool(hasCertificate)),
            ("pending_update_count", .integer(Int64(pending))),
            ("last_error_date", line.lastErrorAt.map { .integer($0.milliseconds / 1000) }),
            ("last_error_message", line.lastError.map { .string($0) }),
            ("max_connections", .integer(maxConnections)),
            ("allowed_updates", allowed.map { .array($0.map { .string($0) }) }),
        ])
    }
}
