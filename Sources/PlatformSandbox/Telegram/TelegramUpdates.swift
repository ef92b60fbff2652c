import CampaignModel

extension SandboxPlatform {
    /// How often a waiting `getUpdates` looks again.
    private static let pollInterval = Duration.milliseconds(50)

    /// Long polling, as https://core.telegram.org/bots/api#getupdates describes it; waits at most 50 s.
    func updates(_ token: String, _ parameters: RequestParameters) async throws -> JSON {
        guard bots[token]?.webhook == nil else {
            throw TelegramError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
                    + "webhook first"
            )
        }
        let limit = Int(min(100, max(1, parameters["limit"]?.integer ?? 100)))
        let timeout = min(50, max(0, parameters["timeout"]?.integer ?? 0))
        bots[token]?.allow(parameters.structure("allowed_updates"))
        bots[token]?.expire(at: time.now())
        bots[token]?.confirm(offset: parameters["offset"]?.integer ?? 0)
        bots[token]?.polls += 1
        let poll = bots[token]?.polls
        let deadline = time.now() + .seconds(timeout)
        while bots[token]?.updates.isEmpty ?? true, time.now() < deadline {
            try await time.sleep(for: Self.pollInterval)
            guard bots[token]?.webhook == nil else {
                throw TelegramError(409, "Conflict: terminated by setWebhook request")
            }
            guard bots[token]?.polls == poll else {
                throw TelegramError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
                )
            }
        }
        return .array((bots[token]?.updates ?? []).prefix(limit).map(\.json))
    }

    func webhook(_ method: String, _ token: String, _ parameters: RequestParameters) throws(TelegramError) -> JSON {
        let asked = method == "setwebhook" && !(parameters.text("url") ?? "").isEmpty
        let webhook = asked ? try TelegramWebhook(parameters) : nil
        if parameters["drop_pending_updates"]?.bool == true { bots[token]?.dropUpdates() }
        if method == "getwebhookinfo" {
            bots[token]?.expire(at: time.now())
            let bot = bots[token]
            let pending = bot?.updates.count ?? 0
            return bot?.webhook?.info(bot?.webhookLine ?? WebhookLine(), pending: pending, allowed: bot?.allowedUpdates)
                ?? ["url": "", "has_custom_certificate": false, "pending_update_count": .integer(Int64(pending))]
        }
        bots[token]?.webhook = webhook
        bots[token]?.webhookLine.reset()
        if asked { bots[token]?.allow(parameters.structure("allowed_updates")) }
        webhookSignal.raise()
        return true
    }

    /// Puts an update in a bot's queue, if it wants that kind.
    func update(_ token: String, _ kind: String, _ content: JSON) {
        bots[token]?.add(kind, content, at: time.now())
        webhookSignal.raise()
    }
}
