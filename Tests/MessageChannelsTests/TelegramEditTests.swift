import CampaignModel
import Foundation
import MessageChannels
import Testing

/// What changes a message that Telegram has.
@Suite struct TelegramEditTests {
    private func edit(_ modules: [MessageModule], of messages: [String], rich: RichMessages = .never)
        -> RenderedMessage
    {
        var channel = Sample.telegram
        channel.rich = rich
        return TelegramAdapter().requests(
            for: Message(modules: modules, options: MessageOptions(isSilent: true, isProtected: true, isDigest: true)),
            to: "42/7", on: channel, reference: "7.1.abcd",
            by: .edit(of: DeliveryID(rawValue: 1), messages: messages))
    }

    private let picture = MessageModule.media(
        Media(.image, .address("https://example.com/1.jpg"), caption: RichText([.styled(.bold, [.text("Hi")])])))

    @Test func `a text takes the place of a text, with its buttons`() {
        let edited = edit([Sample.text("Hi", buttons: [Sample.link("Read")])], of: ["77"])
        #expect(edited.methods == ["editMessageText"])
        #expect(
            edited.bodies == [
                #"{"chat_id":42,"link_preview_options":{"is_disabled":false},"message_id":77,"parse_mode":"HTML","#
                    + #""reply_markup":{"inline_keyboard":[[{"text":"Read","url":"https://example.com/"}]]},"text":"Hi"}"#
            ])
    }

    @Test func `a medium takes the place of a message, with its caption`() {
        let edited = edit([picture], of: ["77"])
        #expect(edited.methods == ["editMessageMedia"])
        #expect(
            edited.bodies == [
                #"{"chat_id":42,"media":{"caption":"<b>Hi</b>","media":"https://example.com/1.jpg","#
                    + #""parse_mode":"HTML","type":"photo"},"message_id":77}"#
            ])
    }

    @Test(arguments: [
        (Media.Kind.video, "video"), (Media.Kind.audio, "audio"), (Media.Kind.file, "document"),
    ])
    func `each kind of medium has Telegram's type`(kind: Media.Kind, type: String) {
        let edited = edit([.media(Media(kind, .address("https://example.com/1"), title: "T"))], of: ["77"])
        let media = edited.objects.first?["media"] as? [String: Any]
        #expect(media?["type"] as? String == type && media?["media"] as? String == "https://example.com/1")
        #expect(media?["title"] as? String == (kind == .audio ? "T" : nil))
    }

    @Test func `bytes go beside the edit`() throws {
        let part = try #require(edit([picture], of: ["77"]).parts.first)
        let content = FileContent(name: "1.jpg", bytes: Array("JPG".utf8))
        let request = try #require(part.request([.upload(content)])?.http)
        let body = String(decoding: request.body, as: UTF8.self)
        #expect(body.contains(#""media":"attach://photo""#) && body.contains(#"name="photo"; filename="1.jpg""#))
        #expect(body.contains("name=\"message_id\"\r\n\r\n77\r\n"))
    }

    @Test func `one long message takes the place of one`() {
        let edited = edit([Sample.text("Hi"), Sample.text("there")], of: ["77"], rich: .always)
        #expect(edited.methods == ["editMessageText"])
        #expect(edited.objects.first?["rich_message"] != nil && edited.objects.first?["message_id"] as? Int == 77)
    }

    @Test func `what went in the older form is changed in that form`() {
        let edited = edit([Sample.text("Hi"), Sample.text("there")], of: ["77", "78"], rich: .always)
        #expect(edited.texts == ["Hi", "there"])
        #expect(edited.objects.compactMap { $0["message_id"] as? Int } == [77, 78])
    }

    @Test func `another number of messages, or an album, is not changed`() {
        #expect(edit([Sample.text("Hi")], of: ["77", "78"]).parts.isEmpty)
        #expect(edit([Sample.text("Hi")], of: []).parts.isEmpty)
        let album = MessageModule.media(Media(.image, .address("https://example.com/2.jpg")))
        #expect(edit([album, album], of: ["77"]).parts.isEmpty)
        #expect(
            MessengerAdapter().requests(
                for: Message(modules: [Sample.text("Hi")]), to: "9001", on: Sample.messenger, reference: "7",
                by: .edit(of: DeliveryID(rawValue: 1), messages: ["m_1"])
            ).parts.isEmpty)
    }
}
