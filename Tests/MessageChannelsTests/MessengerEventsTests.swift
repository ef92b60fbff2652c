import CampaignModel
import MessageChannels
import Testing

@Suite struct MessengerEventsTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let people = #""sender":{"id":"7"},"recipient":{"id":"42"},"timestamp":1799999990123"#

    private func received(_ items: String, list: String = "messaging") -> [MessengerEvents.Addressed] {
        MessengerEvents.received(
            Array(#"{"object":"page","entry":[{"id":"42","time":1,"\#(list)":[\#(items)]}]}"#.utf8))
    }

    private func event(_ members: String) throws -> Event {
        let only = try #require(received("{\(Self.people),\(members)}").first)
        #expect(only.pageID == "42")
        return MessengerEvents.event(only.event, receivedAt: Self.now)
    }

    @Test func `a message says who wrote what, when`() throws {
        let event = try event(#""message":{"mid":"m1","text":"Hello"}"#)
        #expect(event.kind == .wrote("Hello") && event.person == Event.Person(address: "7"))
        #expect(event.order == EventOrder(at: Timestamp(milliseconds: 1_799_999_990_123)))
    }

    @Test(arguments: [
        (#""message":{"mid":"m","attachments":[]}"#, Event.Kind.wrote(nil)),
        (
            #""message":{"mid":"m","text":"Yes","quick_reply":{"payload":"set:f"}}"#,
            .pressed(payload: "set:f", query: nil)
        ),
        (#""postback":{"title":"Stop","payload":"UNSUBSCRIBE"}"#, .pressed(payload: "UNSUBSCRIBE", query: nil)),
        (#""postback":{"payload":"GET_STARTED"}"#, .started(ref: nil)),
        (
            #""postback":{"payload":"GET_STARTED","referral":{"ref":"qr 1","source":"SHORTLINK"}}"#,
            .started(ref: "qr 1")
        ),
        (#""referral":{"ref":"site","source":"SHORTLINK","type":"OPEN_THREAD"}"#, .referred(ref: "site")),
        (#""optin":{"ref":"box"}"#, .started(ref: "box")), (#""optin":{"type":"one_time_notif_req"}"#, .other),
        (
            #""optin":{"type":"notification_messages","notification_messages_token":"t","title":"Offers","notification_messages_timezone":"Europe/Rome"}"#,
            .optedIn(MarketingSubscription(token: "t", title: "Offers", timeZone: "Europe/Rome"))
        ),
        (
            #""optin":{"type":"notification_messages","notification_messages_token":"t","notification_messages_status":"STOP_NOTIFICATIONS"}"#,
            .optedOut(token: "t")
        ),
        (#""reaction":{"action":"react","emoji":"❤"}"#, .reacted),
        (#""delivery":{"watermark":1799999990000}"#, .delivered(until: Timestamp(seconds: 1_799_999_990))),
        (#""read":{"watermark":1799999990000}"#, .read(until: Timestamp(seconds: 1_799_999_990))),
        (
            #""policy_enforcement":{"action":"block","reason":"The bot violated our policies"}"#,
            .restricted(isBlocked: true, reason: "The bot violated our policies")
        ),
        (#""account_linking":{}"#, .other), (#""message":7"#, .wrote(nil)), (#""read":{}"#, .other),
    ])
    func `every kind is understood`(members: String, kind: Event.Kind) throws {
        #expect(try event(members).kind == kind)
    }

    @Test func `an echo is about the person whom the Page wrote to`() throws {
        let item =
            #"{"sender":{"id":"42"},"recipient":{"id":"7"},"timestamp":5,"message":{"is_echo":true,"app_id":1,"mid":"m2","metadata":"17"}}"#
        let event = MessengerEvents.event(try #require(received(item).first).event, receivedAt: Self.now)
        #expect(event.kind == .echoed(messageID: "m2", metadata: "17") && event.person?.address == "7")
        #expect(!event.opensWindow)
    }

    @Test func `copies have one key, whatever comes around them`() {
        let message = #"{\#(Self.people),"message":{"mid":"m1","text":"x"}}"#
        #expect(received(message).map(\.event.key) == ["mm1"])
        let read = #"{\#(Self.people),"read":{"watermark":5}}"#
        let other = #"{"read":{"watermark":5},\#(Self.people)}"#
        #expect(received(read).map(\.event.key) == received(other).map(\.event.key))
        #expect(received(read).map(\.event.key) != received(read.replacing("5}", with: "6}")).map(\.event.key))
    }

    private func change(_ field: String, _ value: String) throws -> (ReceivedEvent, Event) {
        let only = try #require(received(#"{"field":"\#(field)","value":{\#(value)}}"#, list: "changes").first?.event)
        var known = only
        known.address = only.address ?? "7"
        return (only, MessengerEvents.event(known, receivedAt: Self.now))
    }

    @Test func `what becomes of a paid message is understood`() throws {
        let about =
            #""marketing_message_tracking_id":"tr","message_id":"55","recipient_id":"7","timestamp":1799999990000"#
        let time = Timestamp(seconds: 1_799_999_990)
        #expect(
            try change("marketing_message_echoes", about).1.kind == .marketingEchoed(tracking: "tr", campaign: "55"))
        #expect(try change("marketing_message_deliveries", about).1.kind == .delivered(until: time))
        #expect(try change("marketing_message_reads", about).1.kind == .read(until: time))
        #expect(
            try change("marketing_message_delivery_failed", about + #","error":{"message":"no"}"#).1.kind
                == .marketingFailed(tracking: "tr", reason: "no"))
        let click = try change("marketing_message_clicks", about).1
        #expect(click.kind == .other && !click.opensWindow)
        #expect(try change("marketing_message_echoes", "").1.kind == .other)
    }

    @Test func `a paid message that names only a token is looked up by it`() throws {
        let named = try change("marketing_message_reads", #""recipient_id":"7","messenger_subscription_token":"t""#).0
        #expect(named.address == "7" && named.marketingToken == nil)
        let unnamed = try change("marketing_message_reads", #""messenger_subscription_token":"t""#).0
        #expect(unnamed.address == nil && unnamed.marketingToken == "t")
    }

    @Test func `all events of a body come out, of every page`() {
        let body =
            #"{"object":"page","entry":[{"id":"1","messaging":[{"a":1},{"b":2}]},{"id":2,"changes":[{"field":"marketing_message_reads"}]},{}]}"#
        #expect(MessengerEvents.received(Array(body.utf8)).map(\.pageID) == ["1", "1", "2"])
    }

    @Test(arguments: [
        "", "null", "[]", "{}", #"{"entry":5}"#, #"{"entry":[5,null,{"messaging":[1,"x",null,[]]}]}"#,
        "{\"entry\":[{\"messaging\":[{\"message\":{\"mid\":\"\\ud800\"}}]}]}",
    ])
    func `nothing that comes is a trap`(body: String) {
        for event in MessengerEvents.received(Array(body.utf8)) {
            #expect(MessengerEvents.event(event.event, receivedAt: Self.now).kind != .blocked)
        }
    }

    @Test func `bodies that are cut anywhere are kept as they came`() {
        let body = Array(
            #"{"object":"page","entry":[{"id":"42","messaging":[{\#(Self.people),"message":{"mid":"mé1","text":"h\u00e9 \"x\""}}]}]}"#
                .utf8)
        for length in 0..<body.count {
            let received = MessengerEvents.received(Array(body[..<length]))
            #expect(received.count == 1 && received[0].event.key.hasPrefix("x"))
        }
        #expect(MessengerEvents.received(body).map(\.event.key) == ["mmé1"])
    }
}
