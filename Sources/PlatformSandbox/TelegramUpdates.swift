import CampaignModel

extension SandboxPlatform {
    /// How often a waiting `getUpdates` looks again.
    private static let pollInterval = Duration.milliseconds(50)

    /// Long polling, as https://core.telegram.org/bots/api#getupdates describes it; waits at most 50 s.
    func updates(_ token: String, _ parameters: RequestParameters) async throws -> JSON {
        guard bots[token]?.webhook == nil else {
            throw TelegramRefusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
                    + "webhook first"
            )
        }
        let limit = Int(min(100, max(1, parameters["limit"]?.integer ?? 100)))
        let timeout = min(50, max(0, parameters["timeout"]?.integer ?? 0))
        bots[token]?.confirm(offset: parameters["offset"]?.integer ?? 0)
        bots[token]?.polls += 1
        let poll = bots[token]?.polls
        let deadline = time.now() + .seconds(timeout)
        while bots[token]?.updates.isEmpty ?? true, time.now() < deadline {
            try await time.sleep(for: Self.pollInterval)
            guard bots[token]?.polls == poll else {
                throw TelegramRefusal(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
                )
            }
        }
        return .array((bots[token]?.updates ?? []).prefix(limit).map(\.json))
    }

    func webhook(_ method: String, _ token: String, _ parameters: RequestParameters) throws(TelegramRefusal) -> JSON {
        if parameters["drop_pending_updates"]?.bool == true { bots[token]?.dropUpdates() }
        switch method {
        case "getwebhookinfo":
            let pending = Int64(bots[token]?.updates.count ?? 0)
            return bots[token]?.webhook?.adding(["pending_update_count": .integer(pending)])
                ?? ["url": "", "has_custom_certificate": false, "pending_update_count": .integer(pending)]
        case "setwebhook" where !(parameters.text("url") ?? "").isEmpty:
            let url = parameters.text("url") ?? ""
            guard url.lowercased().hasPrefix("https://"), WebAddress.isWeb(url) else {
                throw .badRequest("bad webhook: An HTTPS URL must be provided for webhook")
            }
            let secret = parameters.text("secret_token") ?? ""
            guard secret.utf8.count <= 256, secret.utf8.allSatisfy(Self.isSecretCharacter) else {
                throw .badRequest("secret token contains unallowed characters")
            }
            let connections = min(100, max(1, parameters["max_connections"]?.integer ?? 40))
            bots[token]?.webhook = [
                "url": .string(url), "has_custom_certificate": false, "max_connections": .integer(connections),
            ]
            return true
        default:
            bots[token]?.webhook = nil
            return true
        }
    }

    private static func isSecretCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// At most 100 commands; names of 1–32 `[a-z0-9_]`, descriptions of 1–256 characters.
    func setCommands(_ token: String, _ parameters: RequestParameters) throws(TelegramRefusal) -> JSON {
        let commands = parameters.structure("commands")?.array ?? []
        guard commands.count <= 100 else { throw .badRequest("BOT_COMMANDS_TOO_MUCH") }
        for command in commands {
            let name = command["command"]?.string ?? ""
            guard (1...32).contains(name.utf8.count),
                name.utf8.allSatisfy({ Self.isSecretCharacter($0) && $0 != UInt8(ascii: "-") }),
                name == name.lowercased()
            else { throw .badRequest("BOT_COMMAND_INVALID") }
            guard (1...256).contains((command["description"]?.string ?? "").utf16.count) else {
                throw .badRequest("BOT_COMMAND_DESCRIPTION_INVALID")
            }
        }
        bots[token]?.commands = .array(commands)
        return true
    }
}
