import CampaignModel
import Foundation
import MessageChannels
import Testing

@Suite struct MarketingRequestTests {
    private static let token = "EAASECRETsystemusertoken"

    private static func channel(_ budget: MarketingAccount.Budget? = nil) -> Channel {
        var channel = Sample.messenger
        channel.marketing = MarketingAccount(account: "123", token: Secret(token), country: "US", budget: budget)
        return channel
    }

    private func paid(_ modules: MessageModule..., channel: Channel = channel()) -> RenderedMessage {
        MessengerAdapter().requests(
            for: Message(modules: modules), to: "9001", on: channel, reference: "7",
            by: .paid(campaign: "555", token: "tok"))
    }

    private static let head = #"{"message":"#
    private static let tail = #","message_id":"555","messenger_delivery_data":{"subscription_token":"tok"}}"#

    @Test func `cards go to the ad account as one generic template, without the Page's token`() throws {
        let rendered = paid(
            .cards([
                Card(
                    title: "Tea", subtitle: RichText(plain: "€1"), image: "https://example.com/tea.jpg",
                    link: "https://example.com/tea", buttons: [Sample.link("Buy"), Sample.stop])
            ]))
        let request = try #require(rendered.requests.first)
        #expect(request.url == "https://graph.facebook.com/v25.0/act_123/messages")
        #expect(request.headers["authorization"] == "Bearer \(Self.token)")
        #expect(
            rendered.bodies == [
                Self.head
                    + #"{"attachment":{"payload":{"elements":[{"buttons":[{"title":"Buy","type":"web_url","#
                    + #""url":"https://example.com/"}],"default_action":{"type":"web_url","url":"https://example.com/tea"},"#
                    + #""image_url":"https://example.com/tea.jpg","subtitle":"€1","title":"Tea"}],"#
                    + #""template_type":"generic"},"type":"template"}}"# + Self.tail
            ])
    }

    @Test func `words with links become a button template, and words alone a text`() {
        #expect(
            paid(Sample.text("Hi", buttons: [Sample.link("Read"), Sample.stop])).bodies == [
                Self.head
                    + #"{"attachment":{"payload":{"buttons":[{"title":"Read","type":"web_url","url":"https://example.com/"}],"#
                    + #""template_type":"button","text":"Hi"},"type":"template"}}"# + Self.tail
            ])
        #expect(paid(Sample.text("Hi", buttons: [Sample.stop])).bodies == [Self.head + #"{"text":"Hi"}"# + Self.tail])
    }

    @Test func `a message of several parts is one request, and what is left out is told`() {
        let rendered = paid(.image("https://example.com/1.jpg"), Sample.text("One"), Sample.text("Two"))
        #expect(rendered.messengerTexts == ["One\n\nTwo"])
        #expect(rendered.cuts.map(\.action) == [.dropped])
        let long = paid(
            Sample.text(String(repeating: "word ", count: 900)), Sample.text("x", buttons: [Sample.link("R")]))
        #expect(long.parts.count == 1 && long.cuts.map(\.action) == [.shortened])
    }

    @Test func `of a link that does not fit whole nothing is left`() {
        let address = "https://news.example.com/" + String(repeating: "aZ09", count: 130)
        let text = RichText([.text(String(repeating: "word ", count: 50)), .link(address, [.text("Read it")])])
        let rendered = paid(.text(text, buttons: [Sample.link("Read")]))
        #expect(
            rendered.payloads.map { $0["text"] as? String } == [String(repeating: "word ", count: 50) + "Read it…"])
        #expect(rendered.cuts.map(\.action) == [.shortened])
    }

    @Test func `of many cards the first ten go`() {
        let cards = (1...12).map { Card(title: "Card \($0)", link: "https://example.com/\($0)") }
        let rendered = paid(.cards(cards), Sample.text("below"))
        #expect(rendered.parts.count == 1 && rendered.elements.count == 10)
        #expect(rendered.cuts.map(\.action) == [.dropped, .dropped])
    }

    @Test func `a picture by itself is the media template of its id`() throws {
        let rendered = paid(.image("https://example.com/1.jpg"))
        let part = try #require(rendered.parts.first)
        #expect(part.needsIDs && rendered.parts.count == 1)
        let body = part.request([.remembered("99")])?.http.body ?? []
        #expect(
            String(decoding: body, as: UTF8.self) == Self.head
                + #"{"attachment":{"payload":{"elements":[{"attachment_id":"99","media_type":"image"}],"#
                + #""template_type":"media"},"type":"template"}}"# + Self.tail)
        #expect(part.request([.missing]) == nil)
    }

    @Test func `a sound has no paid form`() {
        let rendered = paid(.media(Media(.audio, .address("https://example.com/1.mp3"))))
        #expect(rendered.parts.isEmpty && rendered.cuts.count == 1)
        #expect(paid(Sample.text("x"), channel: Sample.messenger).requests.isEmpty)
    }

    @Test(arguments: ["{{first_name}}", "{{{full_name}}}", "a{{b", "{{", "}}}}", "{ {{x}}", "{\u{301}{{x}}"])
    func `Meta finds no name to fill in in the words of a feed`(text: String) {
        let card = Card(title: text, subtitle: RichText(plain: text), link: "https://example.com/")
        let bodies =
            paid(.cards([card])).bodies + paid(Sample.text(text, buttons: [Sample.link(text)])).bodies
            + paid(Sample.text(text)).bodies
        #expect(bodies.count == 3)
        for body in bodies {
            let words = body.split(separator: "\"").filter {
                $0.contains("first") || $0.contains("x") || $0.contains("{ ")
            }
            #expect(words.allSatisfy { !$0.contains("{{") && !$0.contains("}}") }, "\(body)")
        }
    }

    @Test func `a campaign is made for the Page, with the budget that the owner gave`() {
        let bodies = [nil, MarketingAccount.Budget.daily(500), .lifetime(9000)].map { budget in
            let request = MarketingAPI(Self.channel(budget))?.makeCampaign(named: "default/news")
            #expect(request?.url == "https://graph.facebook.com/v25.0/act_123/message_campaign")
            #expect(request?.headers["authorization"] == "Bearer \(Self.token)")
            return String(decoding: request?.body ?? [], as: UTF8.self)
        }
        #expect(
            bodies == [
                #"{"name":"default/news","page_id":1234567890}"#,
                #"{"daily_budget":500,"name":"default/news","page_id":1234567890}"#,
                #"{"lifetime_budget":9000,"name":"default/news","page_id":1234567890}"#,
            ])
        #expect(MarketingAPI.campaign(in: answer(#"{"id":"23","warning":"x"}"#)) == "23")
        #expect(MarketingAPI.campaign(in: answer(#"{"error":{"code":1}}"#)) == nil)
        #expect(MarketingAPI(Sample.messenger) == nil)
    }

    private func answer(_ body: String, _ status: Int = 200) -> HTTPOutcome {
        .answered(HTTPAnswer(status: status, body: Array(body.utf8)))
    }

    @Test func `a paid message is sent under the number that it is tracked by`() {
        let verdict = MessengerAdapter().verdict(
            on: answer(#"{"success":true,"marketing_message_tracking_id":"98ecd977-1"}"#))
        #expect(verdict == .sent(messageID: "98ecd977-1"))
    }

    @Test func `whether somebody wants these messages is asked with a title and no more`() {
        let rendered = MessengerAdapter().requests(
            for: Message(modules: [Sample.text("Offers and news")]), to: "9001", on: Self.channel(), reference: "7",
            by: .ask)
        #expect(
            rendered.bodies == [
                #"{"message":{"attachment":{"payload":{"notification_messages_cta_text":"OPT_IN","payload":"MARKETING","#
                    + #""template_type":"notification_messages","title":"Offers and news"},"type":"template"},"#
                    + #""metadata":"7"},"messaging_type":"UPDATE","recipient":{"id":"9001"}}"#
            ])
        #expect(rendered.requests.first?.headers["authorization"] == "Bearer \(Sample.messengerToken)")
        let accepted = MessengerAdapter().verdict(on: answer(#"{"recipient":{"id":"9001","message_id":"m1"}}"#))
        #expect(accepted == .sent(messageID: "m1"))
    }

    @Test func `an answer to what a person did is a response`() {
        let rendered = MessengerAdapter().requests(
            for: Message(modules: [Sample.text("Hi")]), to: "9001", on: Sample.messenger, reference: "7", by: .response)
        #expect(rendered.bodies.first?.contains(#""messaging_type":"RESPONSE""#) == true)
    }

    @Test func `the list of those who agreed is read part by part, whatever is in it`() throws {
        let api = try #require(MarketingAPI(Self.channel()))
        #expect(
            api.holders(after: "c 1").url
                == "https://graph.facebook.com/v25.0/1234567890/notification_message_tokens?limit=1000"
                + "&do_not_return_duplicates=true&after=c%201")
        #expect(api.holders(after: nil).headers["authorization"] == "Bearer \(Sample.messengerToken)")
        let now = Timestamp(seconds: 1_800_000_000)
        let list = try #require(
            MarketingAPI.holders(
                in: answer(
                    #"{"data":[{"notification_messages_token":"t1","recipient_id":"7","topic_title":"Offers","#
                        + #""creation_timestamp":1799990000,"token_expiry_timestamp":2100000000,"#
                        + #""user_token_status":"NOT_REFRESHED","next_eligible_time":1800003600},"#
                        + #"{"notification_messages_token":"t2","recipient_id":8,"user_token_status":"STOPPED"},"#
                        + #"{"recipient_id":"9"},5,{"notification_messages_token":"t3"}],"#
                        + #""paging":{"cursors":{"before":"a","after":"b"},"next":"https://x"}}"#), now: now))
        #expect(list.people.map(\.address) == ["7", "8"] && list.next == "b")
        #expect(list.people[0].subscription.notBefore == now + .hours(1))
        #expect(list.people[0].createdAt == Timestamp(seconds: 1_799_990_000))
        #expect(list.people.map(\.isStopped) == [false, true])
        let last = MarketingAPI.holders(in: answer(#"{"data":[],"paging":{"cursors":{"after":"b"}}}"#), now: now)
        #expect(last?.people.isEmpty == true && last?.next == nil)
        #expect(MarketingAPI.holders(in: answer("[]"), now: now) == nil)
        #expect(MarketingAPI.holders(in: answer(#"{"error":{"code":190}}"#, 400), now: now) == nil)
    }

    @Test func `a time in milliseconds is kept to the second, and never as an earlier one`() throws {
        let list = MarketingAPI.holders(
            in: answer(
                #"{"data":[{"notification_messages_token":"t","recipient_id":"7","#
                    + #""next_eligible_time":1800003600001,"token_expiry_timestamp":1830000000000}]}"#),
            now: Timestamp(seconds: 1_800_000_000))
        let subscription = try #require(list?.people.first?.subscription)
        #expect(subscription.notBefore == Timestamp(seconds: 1_800_003_601))
        #expect(subscription.endsAt == Timestamp(seconds: 1_830_000_000))
        let stored = try JSONDecoder().decode(
            MarketingSubscription.self, from: try JSONEncoder().encode(subscription))
        #expect(stored == subscription)
    }

    @Test func `Meta hears who left, and what it says counts only when it took it`() {
        let request = MarketingAPI.unsubscribe("9001", on: Self.channel())
        #expect(request.url == "https://graph.facebook.com/v25.0/1234567890/messaging_customer_base/unsubscribe")
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"data":[{"psid":"9001"}]}"#)
        #expect(MarketingAPI.isUnsubscribed(answer(#"{"invalid_rows_count":0}"#)))
        #expect(MarketingAPI.isUnsubscribed(answer(#"{"invalid_rows_count":1}"#)))
        #expect(!MarketingAPI.isUnsubscribed(answer("{}")))
        #expect(!MarketingAPI.isUnsubscribed(answer(#"{"invalid_rows_count":0}"#, 500)))
    }
}
