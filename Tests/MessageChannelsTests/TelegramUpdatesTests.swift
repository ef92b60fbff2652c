import CampaignModel
import MessageChannels
import Testing

@Suite struct TelegramUpdatesTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let ada = #""from":{"id":7,"is_bot":false,"first_name":"Ada","last_name":"L","language_code":"tr"}"#
    private static let chat = #""chat":{"id":7,"type":"private","first_name":"Ada"}"#

    private func event(_ members: String) -> Event {
        let body = #"{"update_id":12,\#(members)}"#
        return TelegramUpdates.event(TelegramUpdates.received(webhook: Array(body.utf8)), receivedAt: Self.now)
    }

    private func message(_ members: String) -> Event {
        event(#""message":{"message_id":1,"date":1799999990,\#(Self.ada),\#(Self.chat),\#(members)}"#)
    }

    @Test func `a message says who wrote what, when`() {
        let event = message(#""text":"Hello""#)
        #expect(event.kind == .wrote("Hello"))
        #expect(event.person == Event.Person(address: "7", firstName: "Ada", lastName: "L", language: "tr"))
        #expect(event.order == EventOrder(at: Timestamp(seconds: 1_799_999_990), number: 12))
        #expect(message(#""photo":[]"#).kind == .wrote(nil))
    }

    @Test(arguments: [
        ("/start", nil), ("/start shop-window", "shop-window"), ("/start@my_bot a_b-c", "a_b-c"), ("/start\nx", "x"),
    ])
    func `Start brings what the link carried`(text: String, ref: String?) {
        let escaped = text.replacing("\n", with: "\\n")
        #expect(message(#""text":"\#(escaped)""#).kind == .started(ref: ref))
        #expect(message(#""text":"/started""#).kind == .wrote("/started"))
    }

    @Test func `a button that is pressed comes with the query to be answered`() {
        let pressed = event(
            #""callback_query":{"id":"99","data":"set:t",\#(Self.ada),"message":{"message_id":5,\#(Self.chat)}}"#)
        #expect(pressed.kind == .pressed(payload: "set:t", query: "99"))
        #expect(pressed.order == EventOrder(at: Self.now, number: 12))
    }

    @Test(arguments: [("kicked", Event.Kind.blocked), ("left", .blocked), ("member", .unblocked), ("?", .other)])
    func `to block and to unblock are told`(status: String, kind: Event.Kind) {
        let member = #""date":1,"new_chat_member":{"status":"\#(status)"}"#
        #expect(event(#""my_chat_member":{\#(Self.chat),\#(Self.ada),\#(member)}"#).kind == kind)
        let group = event(#""my_chat_member":{"chat":{"id":-100,"type":"supergroup"},\#(Self.ada),\#(member)}"#)
        #expect(group.kind == kind && (kind == .other || group.person == Event.Person(address: "-100")))
    }

    @Test func `what is said in groups and by bots is no subscriber's`() {
        let group = #""chat":{"id":-5,"type":"group"}"#
        let inGroup = event(#""message":{"date":1,\#(Self.ada),\#(group),"text":"stop"}"#)
        #expect(inGroup.kind == .other && inGroup.person == nil)
        let press = event(
            #""callback_query":{"id":"1","data":"unsubscribe",\#(Self.ada),"message":{"message_id":5,\#(group)}}"#)
        #expect(press.kind == .pressed(payload: "", query: "1") && press.person == nil)
        #expect(message(#""pinned_message":{}"#).kind == .other)
        let bot = event(#""message":{"date":1,"from":{"id":7,"is_bot":true},\#(Self.chat),"text":"hi"}"#)
        #expect(bot.kind == .other)
    }

    @Test(arguments: [
        #""edited_message":{}"#, #""poll":{"id":"1"}"#, #""message":5"#, #""message":{}"#,
        #""message":{"date":"x","from":[],"chat":{"id":"x"}}"#, #""a":1"#,
    ])
    func `kinds that we do not know lead to nothing`(members: String) { #expect(event(members).kind == .other) }

    @Test func `names are made fit to be kept`() {
        func name(_ text: String) -> String? {
            let from = #""from":{"id":7,"first_name":"\#(text)"}"#
            return event(#""message":{"date":1,\#(from),\#(Self.chat),"text":"x"}"#).person?.firstName
        }
        #expect(name("👩‍👩‍👧 Ada") == "👩‍👩‍👧 Ada")
        #expect(name("שרה") == "שרה")
        #expect(name("\u{202E}evil\u{202C}") == "evil")
        #expect(name("\u{200B}\u{200D}\u{FEFF}") == nil)
        #expect(name("a\\u0000b\\nc") == "a b c")
        #expect(name(String(repeating: "x", count: 5000))?.count == 128)
    }

    @Test func `a batch says where to go on, and copies have one key`() throws {
        let body = #"{"ok":true,"result":[{"update_id":5,"a":1},{"update_id":9007199254740993},{"x":1}]}"#
        let batch = try #require(TelegramUpdates.batch(Array(body.utf8)))
        #expect(batch.events.map(\.key) == ["u5", "u9007199254740993"] && batch.nextOffset == 9_007_199_254_740_994)
        #expect(TelegramUpdates.batch(Array(#"{"ok":false}"#.utf8)) == nil)
        #expect(TelegramUpdates.batch(Array("<html>".utf8)) == nil)
        #expect(
            TelegramUpdates.batch(Array(#"{"ok":true,"result":[{"update_id":9223372036854775807}]}"#.utf8))?.nextOffset
                == nil)
    }

    @Test func `what cannot be read is kept as it came, once`() {
        let one = TelegramUpdates.received(webhook: Array("{\"update_id\":".utf8))
        #expect(one.body == "{\"update_id\":" && one.key.hasPrefix("x"))
        #expect(one == TelegramUpdates.received(webhook: Array("{\"update_id\":".utf8)))
        #expect(TelegramUpdates.event(one, receivedAt: Self.now).kind == .other)
        let deep = String(repeating: "[", count: 100_000)
        #expect(TelegramUpdates.received(webhook: Array(deep.utf8)).key.hasPrefix("x"))
    }
}
