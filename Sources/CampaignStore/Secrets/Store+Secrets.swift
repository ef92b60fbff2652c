package import CampaignModel

/// What is secret in the database: sealed wherever there is a key.
extension Store {
    /// Where a secret stands, which it is bound to.
    enum SecretPlace {
        case installation(String)
        /// By the token of the subscription.
        case hub(String)

        var description: String {
            switch self {
            case .installation(let name): "installation.\(name)"
            case .hub(let token): "hub_subscriptions.secret.\(token)"
            }
        }
    }

    /// As it is stored.
    func sealed(_ text: String, at place: SecretPlace) throws -> String {
        try keys?.seal(text, at: place.description) ?? text
    }

    /// As it was before it was stored.
    func opened(_ text: String, at place: SecretPlace) throws -> String {
        guard SecretKeys.isSealed(text) else { return text }
        guard let keys else { throw Self.noKey }
        return try keys.open(text, at: place.description)
    }

    private static let noKey = Problem(
        .settings, "the secrets in the database are sealed, and there is no key to open them",
        hint: "Set `key_file` to the file that has it.")

    /// Names of values in `installation` that are secret.
    private static let secretNames = ["address_key", "link_key"]
    /// Sealed like the others, so that a wrong key is found at once.
    private static let check = "key_check"

    private static let selectValue = "SELECT value FROM installation WHERE name = $1"
    private static let upsertValue = """
        INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
        """
    private static let insertValue = """
        INSERT INTO installation (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING
        """
    private static let deleteValue = "DELETE FROM installation WHERE name = $1"
    private static let selectHubSecrets = "SELECT token, secret FROM hub_subscriptions"
    private static let updateHubSecret = "UPDATE hub_subscriptions SET secret = $2 WHERE token = $1"
    private static let deleteHubs = "DELETE FROM hub_subscriptions"

    /// Whether anything in the database is sealed.
    package func isSealed() async throws -> Bool {
        try await database.read { try Self.value(Self.check, on: $0) != nil }
    }

    /// With the keys of a file, which is made if it is ours and nothing is sealed yet.
    func unlocked(by file: KeyFile?) async throws -> Store {
        do {
            guard let file else { return try await unlocked(with: nil) }
            let isSealed = try await isSealed()
            if file.isOurs, !isSealed, !file.exists { try file.write([SecretKeys.newLine()], replaces: false) }
            return try await unlocked(with: try file.read(opensSealed: isSealed))
        } catch {
            try? close()
            throw error
        }
    }

    /// The same with other keys.
    package func withKeys(_ keys: SecretKeys) -> Store {
        var store = self
        store.keys = keys
        return store
    }

    /// Opens the database without its keys: for whoever has lost them.
    ///
    /// - Throws: As ``open(_:now:keys:onOutage:news:)``.
    package static func openSealed(_ url: String, now: Timestamp) async throws -> Store {
        guard let store = try await openIfFree(url, now: now, unlocks: false) else { throw try inUse(url) }
        return store
    }

    /// With keys from now on. What is not sealed yet is; what others are sealed with must be among them.
    ///
    /// - Parameter keys: nil for none.
    /// - Returns: The store that opens what is sealed.
    /// - Throws: ``Problem`` when the database is sealed and these keys do not open it.
    func unlocked(with keys: SecretKeys?) async throws -> Store {
        var store = self
        store.keys = keys
        guard let check = try await database.read({ try Self.value(Self.check, on: $0) }) else {
            if keys != nil { try await store.sealAll() }
            return store
        }
        _ = try store.opened(check, at: .installation(Self.check))
        return store
    }

    /// Seals all secrets with the first of the keys, whatever they were sealed with; all of them or none.
    ///
    /// - Returns: How many.
    /// - Throws: ``Problem`` when there is no key, or one of them cannot be opened.
    @discardableResult
    package func sealAll() async throws -> Int {
        guard keys != nil else { throw Self.noKey }
        return try await database.write { connection in
            var count = 0
            for name in Self.secretNames {
                guard let value = try Self.value(name, on: connection) else { continue }
                let place = SecretPlace.installation(name)
                try connection.execute(
                    Self.upsertValue, [.text(name), .text(try sealed(opened(value, at: place), at: place))])
                count += 1
            }
            let hubs = try connection.query(Self.selectHubSecrets, []) { ($0.text(0) ?? "", $0.text(1) ?? "") }
            for (token, secret) in hubs {
                let place = SecretPlace.hub(token)
                try connection.execute(
                    Self.updateHubSecret, [.text(token), .text(try sealed(opened(secret, at: place), at: place))])
                count += 1
            }
            try connection.execute(
                Self.upsertValue, [.text(Self.check), .text(try sealed("tellal", at: .installation(Self.check)))])
            return count
        }
    }

    /// Gives up all secrets whose key is lost: links of messages that were sent lead nowhere then, hubs are asked anew, and
    /// people who were erased are not known again when a file brings them.
    ///
    /// - Throws: When the database fails.
    package func forgetSecrets() async throws {
        try await database.write { connection in
            for name in Self.secretNames + [Self.check] { try connection.execute(Self.deleteValue, [.text(name)]) }
            try connection.execute(Self.deleteHubs)
        }
    }

    /// A secret that this installation was given once and keeps.
    ///
    /// - Parameters:
    ///   - name: Of the secret.
    ///   - fresh: What it becomes when there is none yet.
    /// - Returns: The secret.
    /// - Throws: When the database fails, or the secret cannot be opened.
    package func installationSecret(_ name: String, fresh: String) async throws -> Secret {
        let place = SecretPlace.installation(name)
        if let value = try await database.read({ try Self.value(name, on: $0) }) {
            return Secret(try opened(value, at: place))
        }
        let fresh = try sealed(fresh, at: place)
        return try await database.write { connection in
            // Another process may have been first.
            try connection.execute(Self.insertValue, [.text(name), .text(fresh)])
            return Secret(try opened(try Self.value(name, on: connection) ?? fresh, at: place))
        }
    }

    private static func value(_ name: String, on connection: any SQLConnection) throws -> String? {
        try connection.query(selectValue, [.text(name)]) { $0.text(0) }.first ?? nil
    }
}
