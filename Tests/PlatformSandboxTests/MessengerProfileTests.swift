import CampaignModel
import TestSupport
import Testing

@testable import PlatformSandbox

@Suite struct MessengerProfileTests {
    private static let path = "/v25.0/me/messenger_profile?access_token=p"

    @Test func `what is set comes back, and goes when it is deleted`() async throws {
        try await SandboxClient.with { client in
            let greeting: JSON = [["locale": "default", "text": "Hello {{user_first_name}}"]]
            _ = await client.post(Self.path, ["greeting": greeting, "get_started": ["payload": "GO"]])
            let both = await client.get(Self.path + "&fields=greeting,get_started").json["data"]?.array?.first
            #expect(both == ["greeting": greeting, "get_started": ["payload": "GO"]])
            let body: JSON = ["fields": ["get_started"]]
            _ = await client.send(
                "DELETE", Self.path, headers: ["Content-Type: application/json"], body: body.bytes
            )
            let rest = await client.get(Self.path).json["data"]?.array?.first
            #expect(rest == ["greeting": greeting])
        }
    }

    @Test func `limits and dependencies are those of the documents`() async throws {
        let item: JSON = ["type": "postback", "title": "Stop", "payload": "STOP"]
        @Sendable func menu(_ count: Int) -> JSON {
            let items = JSON.array(Array(repeating: item, count: count))
            return ["persistent_menu": [["locale": "default", "call_to_actions": items]]]
        }
        @Sendable func greeting(_ count: Int) -> JSON {
            ["greeting": [["locale": "default", "text": .string(String(repeating: "ü", count: count))]]]
        }
        try await SandboxClient.with { client in
            let early = await client.post(Self.path, menu(1))
            #expect(early.json["error"]?["error_subcode"] == 2_018_145)
            _ = await client.post(Self.path, ["get_started": ["payload": "GO"]])
            let cases: [(JSON, Int)] = [
                (menu(20), 200), (menu(21), 400), (greeting(160), 200), (greeting(161), 400), ([:], 400),
                (["greeting": [["locale": "de_DE", "text": "x"]]], 400),
                (["ice_breakers": .array(Array(repeating: ["question": "?", "payload": "P"], count: 4))], 200),
                (["ice_breakers": .array(Array(repeating: ["question": "?", "payload": "P"], count: 5))], 400),
            ]
            for (body, status) in cases { #expect(await client.post(Self.path, body).status == status) }
        }
    }

    @Test func `a Page's own id and me are one Page`() async throws {
        try await SandboxClient.with { client in
            _ = await client.post("/v25.0/555/subscribed_apps?access_token=p", ["subscribed_fields": "messages"])
            let mine = await client.get("/v25.0/me/subscribed_apps?access_token=p").json["data"]?.array?.first
            #expect(mine?["subscribed_fields"] == ["messages"])
            let other = await client.get("/v25.0/me/subscribed_apps?access_token=q").json["data"]
            #expect(other == [])
            #expect(await client.get("/v25.0/me?fields=id,name&access_token=p").json["id"] == "555")
        }
    }

    @Test func `a token is looked into`() async throws {
        try await SandboxClient.with(SandboxSettings(pageToken: Secret("right"))) { client in
            for (token, isValid) in [("right", true), ("wrong", false)] {
                let path = "/v25.0/debug_token?input_token=\(token)&access_token=right"
                let data = await client.get(path).json["data"]
                #expect(data?["is_valid"]?.bool == isValid)
                #expect(data?["scopes"]?.array?.contains("pages_messaging") == isValid)
            }
        }
    }

    @Test func `a revoked token is told as such`() async throws {
        try await SandboxClient.with { client in
            _ = await client.control("faults", ["mode": "token_revoked", "platform": "messenger"])
            #expect(await client.get("/v25.0/me?access_token=p").json["error"]?["code"] == 190)
            let data = await client.get("/v25.0/debug_token?input_token=p&access_token=q").json["data"]
            #expect(data?["is_valid"] == false)
            #expect(await client.telegram("getMe", [:]).status == 200)
        }
    }

    @Test func `a person's profile has the fields that are asked for`() async throws {
        try await SandboxClient.with { client in
            let names: JSON = ["first_name": "Zoë", "locale": "nl_NL", "timezone": 2]
            _ = await client.control("people/messenger/7000000000000001", names)
            let path = "/v25.0/7000000000000001?fields=first_name,locale,timezone&access_token=p"
            let answer = await client.get(path).json
            #expect(answer == ["first_name": "Zoë", "locale": "nl_NL", "timezone": 2, "id": "7000000000000001"])
        }
    }
}

@Suite struct MarketingTests {
    private static let person: JSON = ["platform": "messenger", "address": "7000000000000001", "title": "Deals"]
    private static let message: JSON = [
        "attachment": [
            "type": "template",
            "payload": ["template_type": "generic", "elements": [["title": "Shoes", "subtitle": "12 EUR"]]],
        ]
    ]

    private static func send(_ client: SandboxClient, _ campaign: JSON, _ token: JSON) async -> SandboxClient.Answer {
        await client.post(
            "/v25.0/act_1/messages?access_token=s",
            [
                "message_id": campaign, "messenger_delivery_data": ["subscription_token": token],
                "message": message,
            ]
        )
    }

    private static func campaign(_ client: SandboxClient) async -> JSON {
        let body: JSON = ["name": "Spring", "page_id": .string(SandboxPlatform.anyPage)]
        return await client.post("/v25.0/act_1/message_campaign?access_token=s", body).json["id"] ?? .null
    }

    @Test func `a campaign reaches outside the window once it is ready, every twelve hours`() async throws {
        try await SandboxClient.with { client in
            let token = await client.control("optin", Self.person)["token"] ?? .null
            client.time.advance(by: .days(2))
            let campaign = await Self.campaign(client)
            #expect(await Self.send(client, campaign, token).json["error"]?["code"] == 2_300_003)
            client.time.advance(by: .minutes(10))
            #expect(await Self.send(client, campaign, token).json["success"] == true)
            #expect(await Self.send(client, campaign, token).json["error"]?["code"] == 2_300_035)
            client.time.advance(by: .hours(12))
            #expect(await Self.send(client, campaign, token).status == 200)
            #expect(await client.accepted().map { $0["kind"] } == ["marketing_generic", "marketing_generic"])
        }
    }

    @Test func `who has stopped or cannot be reached is refused with a code of its own`() async throws {
        try await SandboxClient.with { client in
            let token = await client.control("optin", Self.person)["token"] ?? .null
            let campaign = await Self.campaign(client)
            client.time.advance(by: .minutes(10))
            #expect(await Self.send(client, campaign, "unknown").json["error"]?["code"] == 2_300_004)
            _ = await client.control("optin", Self.person.adding(["supported_region": false]))
            #expect(await Self.send(client, campaign, token).json["error"]?["code"] == 2_300_032)
            let rows: JSON = ["data": [["psid": "7000000000000001"], ["psid": "unknown"]]]
            let path = "/v25.0/me/messaging_customer_base/unsubscribe?access_token=p"
            #expect(await client.post(path, rows).json["invalid_rows_count"] == 1)
            #expect(await Self.send(client, campaign, token).json["error"]?["code"] == 2_300_034)
        }
    }

    @Test func `tokens are listed page by page`() async throws {
        try await SandboxClient.with { client in
            for title in ["one", "two", "three"] {
                _ = await client.control("optin", Self.person.adding(["title": .string(title)]))
            }
            let path = "/v25.0/me/notification_message_tokens?access_token=p&limit=2"
            let first = await client.get(path).json
            #expect(first["data"]?.array?.map { $0["topic_title"] } == ["one", "two"])
            let after = first["paging"]?["cursors"]?["after"]?.string ?? ""
            let next =
                "http://127.0.0.1/v25.0/\(SandboxPlatform.anyPage)/notification_message_tokens?limit=2&after=\(after)"
            #expect(first["paging"]?["next"]?.string == next)
            let second = await client.get("\(path)&after=\(after)").json
            #expect(second["data"]?.array?.map { $0["topic_title"] } == ["three"])
            #expect(second["paging"]?["next"] == nil)
        }
    }
}
