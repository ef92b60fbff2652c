import CampaignModel
import MessageChannels
import Testing

@Suite struct RequestPreviewTests {
    @Test func `a preview shows method, address and body, and no token`() throws {
        let telegram = RequestPreview(try #require(Sample.onTelegram(Sample.text("Hi <you>")).parts.first?.request([])))
        #expect(telegram.url == "https://api.telegram.org/bot••••/sendMessage")
        #expect(
            telegram.description == "POST https://api.telegram.org/bot••••/sendMessage\n"
                + #"{"chat_id":42,"link_preview_options":{"is_disabled":false},"parse_mode":"HTML","text":"Hi &lt;you&gt;"}"#
        )
        let messenger = RequestPreview(try #require(Sample.onMessenger(Sample.text("Hi")).parts.first?.request([])))
        #expect(messenger.url == "https://graph.facebook.com/v25.0/1234567890/messages")
        for preview in [telegram.description, messenger.description, "\(telegram)", "\(messenger)"] {
            #expect(!preview.contains("SECRET"))
        }
    }

    @Test func `the payload of Telegram's way out fits into a button`() {
        #expect((1...PlatformLimits.Telegram.callbackData).contains(ButtonPayload.telegramUnsubscribe.utf8.count))
    }

    @Test func `each platform has its adapter`() {
        for platform in Platform.allCases {
            #expect(type(of: PlatformAdapters.adapter(for: platform)).platform == platform)
        }
    }
}
