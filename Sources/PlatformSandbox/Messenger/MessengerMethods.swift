import CampaignModel

extension SandboxPlatform {
    static let anyPage = "1000000000000001"
    private static let maximumPages = 1000

    /// Answers one call of the Graph API.
    ///
    /// The node is the path's first part after the version (`me`, a Page's id, a person's, an app's or `act_…`), the edge
    /// the part after it; the draft is what `POST …/messages` sends, the base where the caller reaches the API.
    func messenger(
        _ method: String, node: String, edge: String?, token: String?, parameters: RequestParameters,
        draft: MessengerDraft?, base: String
    ) async throws -> JSON {
        messengerCalls += 1
        if edge == "subscriptions" { return try await subscriptions(method, node, parameters) }
        if node == "debug_token" { return debug(parameters.text("input_token")) }
        if node.hasPrefix("act_") { return try marketing(method, account: node, edge: edge, parameters) }
        if node == "me", edge == "permissions" { return Self.permissions }
        let isPerson = conversations[Key(platform: .messenger, address: node)] != nil
        let fields = parameters.text("fields")
        if method == "GET", edge == nil, isPerson || node != "me" && !isPage(node) && !Self.asksForPage(fields) {
            return try profile(node, fields: fields)
        }
        guard !isPerson, node == "me" || settings.pageID == nil || settings.pageID == node else {
            throw MessengerError.unsupported(node)
        }
        let page = try page(node, token: token)
        if method == "GET", edge == nil { return Self.page(page, fields: fields) }
        if method == "POST", edge == "messages" {
            guard let draft else { throw MessengerError.parameter("The parameter message is required") }
            return try send(draft, page: page)
        }
        if method == "GET", edge == "notification_message_tokens" {
            return marketingTokens(page, parameters, base: base)
        }
        return try pageEdge(method, edge ?? "", page, parameters)
    }

    private func pageEdge(_ method: String, _ edge: String, _ page: String, _ parameters: RequestParameters)
        throws(MessengerError) -> JSON
    {
        switch (method, edge) {
        case ("POST", "message_attachments"): return try attach(parameters)
        case ("POST", "subscribed_apps"):
            let fields = Self.list(parameters["subscribed_fields"])
            guard !fields.isEmpty else { throw .parameter("The parameter subscribed_fields is required.") }
            pages[page]?.subscribedFields = fields
            return ["success": true]
        case ("DELETE", "subscribed_apps"):
            pages[page]?.subscribedFields = []
            return ["success": true]
        case ("GET", "subscribed_apps"):
            let fields = pages[page]?.subscribedFields ?? []
            guard !fields.isEmpty else { return ["data": []] }
            return [
                "data": [
                    [
                        "name": "Sandbox app", "id": .string(app.id),
                        "subscribed_fields": .array(fields.map { .string($0) }),
                    ]
                ]
            ]
        case ("POST", "messenger_profile"):
            return try changeProfile(page) { (profile) throws(MessengerError) in try profile.set(parameters) }
        case ("DELETE", "messenger_profile"):
            let fields = Self.list(parameters.structure("fields") ?? parameters["fields"])
            return try changeProfile(page) { (profile) throws(MessengerError) in try profile.remove(fields) }
        case ("GET", "messenger_profile"):
            return pages[page]?.profile.json(fields: parameters.text("fields")) ?? ["data": []]
        case ("POST", "messaging_customer_base"), ("POST", "messaging_customer_base/unsubscribe"):
            return try unsubscribe(page, parameters)
        default: throw .unsupported(page)
        }
    }

    private func changeProfile(_ page: String, _ change: (inout MessengerProfile) throws(MessengerError) -> JSON)
        throws(MessengerError) -> JSON
    {
        var profile = pages[page]?.profile ?? MessengerProfile()
        let answer = try change(&profile)
        pages[page, default: MessengerPage()].profile = profile
        return answer
    }

    /// A list, or names with commas between them.
    private static func list(_ value: JSON?) -> [String] {
        if let names = value?.array { return names.compactMap(\.string) }
        return (value?.string ?? "").split(separator: ",").map { String($0) }
    }

    /// Whether somebody wants to know what only a Page has, where any id is one.
    private static func asksForPage(_ fields: String?) -> Bool {
        let wanted = fields?.split(separator: ",") ?? []
        return wanted.contains("category") || wanted.contains("name") && !wanted.contains("first_name")
    }

    private func isPage(_ node: String) -> Bool { settings.pageID == node || pages[node] != nil }

    /// The Page that a path names; `me` is the one that the token was last used with.
    private func page(_ node: String, token: String?) throws(MessengerError) -> String {
        var page = settings.pageID ?? node
        if node == "me" { page = settings.pageID ?? token.flatMap { pageOfToken[$0] } ?? Self.anyPage }
        if pages[page] == nil {
            guard pages.count < Self.maximumPages else { throw .unsupported(node) }
            pages[page] = MessengerPage()
        }
        if let token, pageOfToken.count < Self.maximumPages { pageOfToken[token] = page }
        lastPage = page
        return page
    }

    /// An app token (`id|secret`) is good for what concerns the app; anything for an ad account.
    func checkToken(_ token: String?, node: String, edge: String?) throws(MessengerError) {
        guard let token, !token.isEmpty else { throw .badToken }
        if node.hasPrefix("act_") { return }
        if edge == "subscriptions" || node == "debug_token", token.contains("|") {
            guard settings.appSecret == nil || token == "\(app.id)|\(app.secret.reveal())" else { throw .badToken }
            return
        }
        guard settings.pageToken.map({ $0.reveal() == token }) ?? true else { throw .badToken }
    }

    /// `appsecret_proof`, where it is given: the HMAC-SHA256 of the token under the app secret.
    ///
    /// https://developers.facebook.com/docs/graph-api/guides/secure-requests
    func checkProof(_ proof: String?, of token: String?) throws(MessengerError) {
        guard let proof, app.code(of: Array((token ?? "").utf8)) != proof else { return }
        throw MessengerError(code: 100, message: "Invalid appsecret_proof provided in the API argument")
    }

    private func profile(_ address: String, fields: String?) throws(MessengerError) -> JSON {
        guard let person = conversations[Key(platform: .messenger, address: address)] else {
            throw .unsupported(address)
        }
        let known: [(String, JSON?)] = [
            ("first_name", .string(person.firstName)), ("last_name", .string(person.lastName ?? "Sandbox")),
            ("profile_pic", "https://example.com/picture.jpg"), ("locale", .string(person.locale)),
            ("timezone", .integer(person.timezone)), ("name", .string(person.fullName)),
        ]
        return Self.select(known, fields ?? "first_name,last_name", id: address)
    }

    private static func page(_ id: String, fields: String?) -> JSON {
        let known: [(String, JSON?)] = [
            ("name", "Sandbox Page"), ("category", "Media/news company"), ("username", "sandbox"),
            ("link", .string("https://www.facebook.com/\(id)")), ("tasks", ["MESSAGING", "MANAGE"]),
        ]
        return select(known, fields ?? "name", id: id)
    }

    private static func select(_ known: [(String, JSON?)], _ fields: String, id: String) -> JSON {
        let wanted = fields.split(separator: ",")
        return JSON(members: known.filter { wanted.contains($0.0[...]) } + [("id", .string(id))])
    }

    private static let scopes = [
        "pages_messaging", "pages_manage_metadata", "pages_show_list", "pages_read_engagement", "public_profile",
    ]

    private static let permissions: JSON = [
        "data": .array(scopes.map { ["permission": .string($0), "status": "granted"] })
    ]

    /// https://developers.facebook.com/docs/graph-api/reference/debug_token
    private func debug(_ input: String?) -> JSON {
        let input = input ?? ""
        let isRevoked = faults.revokesToken(of: .messenger)
        let isValid = !input.isEmpty && settings.pageToken.map { $0.reveal() == input } ?? true && !isRevoked
        let error: JSON = [
            "code": 190, "subcode": 460, "message": "Error validating access token: The session has been invalidated.",
        ]
        return [
            "data": JSON(members: [
                ("app_id", .string(app.id)), ("type", "PAGE"), ("application", "Sandbox app"), ("expires_at", 0),
                ("data_access_expires_at", 0), ("error", isValid ? nil : error), ("is_valid", .bool(isValid)),
                ("profile_id", .string(pageOfToken[input] ?? settings.pageID ?? Self.anyPage)),
                ("scopes", .array(isValid ? Self.scopes.map { .string($0) } : [])),
            ])
        ]
    }

    /// The share of the calls of a day that are used up, in percent: 200 for each person that the Page can message.
    func usage(pause minutes: Int?, node: String) -> (app: JSON, business: JSON) {
        let percent = minutes == nil ? min(100, messengerCalls * 100 / Int64(max(1, messengerPeople) * 200)) : 100
        let plain: JSON = ["call_count": .integer(percent), "total_cputime": 0, "total_time": 0]
        let more: JSON = [
            "type": "messenger", "call_count": .integer(percent), "total_cputime": 0, "total_time": 0,
            "estimated_time_to_regain_access": .integer(Int64(minutes ?? 0)),
        ]
        return (plain, JSON(members: [(node == "me" ? presentPage : node, [more])]))
    }

    private func attach(_ parameters: RequestParameters) throws(MessengerError) -> JSON {
        guard let attachment = parameters.structure("message")?["attachment"],
            let type = attachment["type"]?.string
        else { throw .parameter("Param message[attachment] is required") }
        let content = try MessengerDraft.attachment(
            type, attachment["payload"] ?? [:], file: parameters.files["filedata"]
        )
        return ["attachment_id": .string(try shelve(content).fileID)]
    }
}
