import CampaignModel
import Foundation
import MessageChannels
import Testing

/// The exact requests for pictures, videos, sounds and files, in each form in which they can go.
@Suite struct MediaRequestTests {
    private static let file = MediaFile(path: "/layouts/pictures/sale.jpg", size: 3, hash: "abc")
    private static let content = FileContent(name: "sale.jpg", bytes: Array("JPG".utf8))
    private static let song = Media(
        .audio, .address("https://example.com/a.mp3"), caption: RichText(plain: "Listen"), title: "Song",
        performer: "Band")

    private func media(_ kind: Media.Kind, _ name: String, caption: String? = nil, buttons: [MessageButton] = [])
        -> MessageModule
    {
        .media(
            Media(
                kind, .address("https://example.com/\(name)"), caption: caption.map { RichText(plain: $0) },
                buttons: buttons))
    }

    /// Of the first part.
    private func request(_ rendered: RenderedMessage, _ forms: MediaForm...) -> PlatformRequest? {
        rendered.parts.first?.request(forms)
    }

    private func body(_ request: PlatformRequest?) -> String {
        request.map { String(decoding: $0.http.body, as: UTF8.self) } ?? ""
    }

    @Test func `each kind has its method on Telegram`() {
        let rendered = Sample.onTelegram(
            media(.image, "1.jpg", caption: "A <b>"), media(.video, "2.mp4"), .media(Self.song),
            media(.file, "4.pdf", buttons: []))
        #expect(
            rendered.bodies == [
                #"{"caption":"A &lt;b&gt;","chat_id":42,"parse_mode":"HTML","photo":"https://example.com/1.jpg"}"#,
                #"{"chat_id":42,"supports_streaming":true,"video":"https://example.com/2.mp4"}"#,
                #"{"audio":"https://example.com/a.mp3","caption":"Listen","chat_id":42,"parse_mode":"HTML","#
                    + #""performer":"Band","title":"Song"}"#,
                #"{"chat_id":42,"document":"https://example.com/4.pdf"}"#,
            ])
        #expect(rendered.methods == ["sendPhoto", "sendVideo", "sendAudio", "sendDocument"])
        #expect(rendered.cuts.isEmpty)
    }

    @Test func `each kind is an attachment on Messenger, and its caption a message`() {
        let rendered = Sample.onMessenger(
            media(.image, "1.jpg", caption: "A"), media(.video, "2.mp4"), .media(Self.song))
        func attachment(_ type: String, _ name: String) -> String {
            #"{"message":{"attachment":{"payload":{"is_reusable":true,"url":"https://example.com/\#(name)"},"type":"\#(type)"},"#
                + #""metadata":"7.1.abcd"},"messaging_type":"UPDATE","recipient":{"id":"9001"}}"#
        }
        #expect(rendered.bodies[0] == attachment("image", "1.jpg"))
        #expect(rendered.bodies[2] == attachment("video", "2.mp4"))
        #expect(rendered.bodies[3] == attachment("audio", "a.mp3"))
        #expect(rendered.messengerTexts == ["A", "Listen"])
        #expect(Sample.onMessenger(media(.file, "4.pdf")).bodies == [attachment("file", "4.pdf")])
    }

    @Test func `a remembered medium goes by its id`() {
        let module = MessageModule.media(Media(.image, .file(Self.file)))
        #expect(body(request(Sample.onTelegram(module), .remembered("AgAC"))) == #"{"chat_id":42,"photo":"AgAC"}"#)
        #expect(
            body(request(Sample.onMessenger(module), .remembered("77")))
                .contains(#""attachment":{"payload":{"attachment_id":"77"},"type":"image"}"#))
    }

    @Test func `a file's bytes go to Telegram with the message`() throws {
        let rendered = Sample.onTelegram(
            .media(Media(.image, .file(Self.file))), Sample.text("Sale", buttons: [Sample.stop]))
        let upload = try #require(request(rendered, .upload(Self.content)))
        let type = try #require(upload.http.headers["Content-Type"])
        let boundary = try #require(type.split(separator: "=").last)
        #expect(type.hasPrefix("multipart/form-data; boundary=tellal-"))
        let parts = [
            "caption\"\r\n\r\nSale", "chat_id\"\r\n\r\n42", "parse_mode\"\r\n\r\nHTML",
            "reply_markup\"\r\n\r\n{\"inline_keyboard\":[[{\"callback_data\":\"unsubscribe\",\"text\":\"Stop\"}]]}",
            "photo\"; filename=\"sale.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nJPG",
        ]
        let expected =
            parts.map { "--\(boundary)\r\nContent-Disposition: form-data; name=\"\($0)\r\n" }.joined()
            + "--\(boundary)--\r\n"
        #expect(body(upload) == expected)
        #expect(RequestPreview(upload).body.contains(#""photo":"attach://photo""#))
        #expect(RequestPreview(upload).files.map(\.name) == ["sale.jpg"])
    }

    @Test func `a sound that goes up as a file stays one`() {
        let rendered = Sample.onTelegram(media(.file, "a.mp3"))
        let upload = FileContent(name: "a.mp3", bytes: Array("MP3".utf8))
        #expect(body(request(rendered, .upload(upload))).contains("disable_content_type_detection\"\r\n\r\ntrue"))
        #expect(!body(request(rendered, .remembered("D"))).contains("disable_content_type_detection"))
    }

    @Test func `Messenger stores a file before a message shows it`() throws {
        let request = try #require(
            MessengerAdapter().upload(.upload(Self.content), of: .image, on: Sample.messenger))
        #expect(request.http.url == "https://graph.facebook.com/v25.0/1234567890/message_attachments")
        #expect(
            body(request).contains(
                "name=\"message\"\r\n\r\n{\"attachment\":{\"payload\":{\"is_reusable\":true},\"type\":\"image\"}}\r\n"))
        #expect(
            body(request).contains(
                "name=\"filedata\"; filename=\"sale.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nJPG\r\n"))
        let answer = HTTPOutcome.answered(HTTPAnswer(status: 200, body: Array(#"{"attachment_id":"9"}"#.utf8)))
        #expect(MessengerAdapter().uploadedID(in: answer) == "9")
        #expect(TelegramAdapter().upload(.upload(Self.content), of: .image, on: Sample.telegram) == nil)
    }

    @Test func `a preview of Messenger shows the upload before the message`() {
        let rendered = Sample.onMessenger(
            .media(Media(.image, .file(Self.file))), media(.video, "1.mp4", buttons: [Sample.link("Buy")]))
        let previews = rendered.firstRequests(by: MessengerAdapter(), on: Sample.messenger).map { RequestPreview($0) }
        #expect(
            previews.map { $0.url.split(separator: "/").last } == [
                "message_attachments", "messages", "message_attachments", "messages",
            ])
        #expect(previews[0].files.map(\.size) == [3])
        #expect(previews[1].body.contains(#""attachment_id":"UPLOAD-1""#))
        #expect(previews[2].body.contains("https://example.com/1.mp4"))
        #expect(previews[3].body.contains(#""attachment_id":"UPLOAD-2""#))
    }

    @Test func `a large upload has the time that it needs`() {
        let large = FileContent(name: "a.mp4", bytes: [], size: 50_000_000)
        let request = Sample.onTelegram(media(.video, "a.mp4")).parts[0].request([.upload(large)])
        #expect(request?.http.timeout == .seconds(215))
        #expect(Sample.onTelegram(media(.video, "a.mp4")).requests.map(\.timeout) == [.seconds(90)])
    }

    @Test func `pictures in a row become an album, and the buttons follow on the text`() throws {
        let rendered = Sample.onTelegram(
            media(.image, "1.jpg", caption: "One"), media(.image, "2.jpg"), media(.image, "3.jpg"),
            Sample.text("Below", buttons: [Sample.stop]))
        #expect(rendered.methods == ["sendMediaGroup", "sendMessage"])
        #expect(
            rendered.bodies[0] == #"{"chat_id":42,"media":[{"caption":"One","media":"https://example.com/1.jpg","#
                + #""parse_mode":"HTML","type":"photo"},{"media":"https://example.com/2.jpg","type":"photo"},"#
                + #"{"media":"https://example.com/3.jpg","type":"photo"}]}"#)
        #expect(rendered.objects[1]["reply_markup"] != nil)
        let part = try #require(rendered.parts.first)
        let mixed = try #require(part.request([.remembered("A"), .missing, .upload(Self.content)]))
        #expect(
            RequestPreview(mixed).body.contains(
                #"{"caption":"One","media":"A","parse_mode":"HTML","type":"photo"},{"media":"attach://file1","type":"photo"}"#
            ))
        #expect(RequestPreview(mixed).files.map(\.field) == ["file1"])
        let alone = try #require(part.request([.missing, .missing, .remembered("C")]))
        #expect(alone.http.url.hasSuffix("/sendPhoto"))
        let words = try #require(part.request([.missing, .missing, .missing]))
        #expect(body(words).contains(#""text":"One""#))
    }

    @Test(arguments: [
        (10, ["sendMediaGroup"]), (11, ["sendMediaGroup", "sendPhoto"]), (12, ["sendMediaGroup", "sendMediaGroup"]),
    ])
    func `an album holds ten`(count: Int, methods: [String]) {
        let modules = (0..<count).map { media(.image, "\($0).jpg") }
        let rendered = TelegramAdapter().requests(
            for: Message(modules: modules), to: "42", on: Sample.telegram, reference: "")
        #expect(rendered.methods == methods)
    }

    @Test func `pictures in a row become one message on Messenger`() {
        let rendered = MessengerAdapter().requests(
            for: Message(modules: (0..<31).map { media(.image, "\($0).jpg") }), to: "9001", on: Sample.messenger,
            reference: "r")
        let counts = rendered.messages.map { ($0["attachments"] as? [Any])?.count ?? 1 }
        #expect(counts == [30, 1])
        let two = Sample.onMessenger(media(.image, "1.jpg"), media(.image, "2.jpg"))
        #expect(
            body(request(two, .address("https://example.com/1.jpg"), .remembered("7"))).contains(
                #""attachments":[{"payload":{"url":"https://example.com/1.jpg"},"type":"image"},"#
                    + #"{"payload":{"attachment_id":"7"},"type":"image"}]"#))
    }

    @Test func `a picture with buttons is a media template, which needs an id`() throws {
        let rendered = Sample.onMessenger(media(.image, "1.jpg", buttons: [Sample.link("Buy"), Sample.stop]))
        let part = try #require(rendered.parts.first)
        #expect(part.needsIDs)
        #expect(
            body(part.request([.remembered("7")])).contains(
                #"{"attachment":{"payload":{"elements":[{"attachment_id":"7","buttons":[{"title":"Buy","type":"web_url","#
                    + #""url":"https://example.com/"},{"payload":"UNSUBSCRIBE","title":"Stop","type":"postback"}],"#
                    + #""media_type":"image"}],"template_type":"media"},"type":"template"}"#))
    }

    @Test func `a captioned picture with buttons has them on its words`() {
        let module = media(.image, "1.jpg", caption: "Sale", buttons: [Sample.link("Buy")])
        #expect(Sample.onMessenger(module).payloads.last?["text"] as? String == "Sale")
        #expect(Sample.onTelegram(module).objects.first?["reply_markup"] != nil)
    }

    @Test func `a caption that is too long follows as a text, with its buttons`() {
        let caption = String(repeating: "word ", count: 210)
        let rendered = Sample.onTelegram(media(.video, "1.mp4", caption: caption, buttons: [Sample.stop]))
        #expect(rendered.methods == ["sendVideo", "sendMessage"])
        #expect(rendered.objects.map { $0["reply_markup"] != nil } == [false, true])
        #expect(rendered.cuts.map(\.action) == [.moved])
    }

    @Test func `a medium without a full address is left out and told`() {
        let module = MessageModule.media(Media(.video, .address("clip.mp4")))
        for rendered in [Sample.onTelegram(module), Sample.onMessenger(module)] {
            #expect(rendered.parts.isEmpty)
            #expect(
                rendered.cuts.map(\.description) == [
                    "module 1, video: The video was left out, because its address is not a full http(s) address."
                ])
        }
    }

    @Test func `so is one whose address becomes too long once it is escaped`() {
        let address = "https://e.com/" + String(repeating: "é", count: 1400)
        let rendered = [Sample.onTelegram(.image(address), Sample.text("x")), Sample.onMessenger(.image(address))]
        for rendered in rendered {
            #expect(rendered.cuts.map(\.field) == ["image"])
            #expect(rendered.requests.count == rendered.parts.count)
        }
    }

    @Test func `the ids that Telegram answers with are found`() {
        let answer = #"""
            {"ok":true,"result":[{"message_id":1,"photo":[{"file_id":"small"},{"file_id":"large"}]},
            {"message_id":2,"photo":[{"file_id":"other"}]}]}
            """#
        let outcome = HTTPOutcome.answered(HTTPAnswer(status: 200, body: Array(answer.utf8)))
        let picture = Media(.image, .file(Self.file))
        #expect(TelegramAdapter().mediaIDs(in: outcome, for: [picture, picture, picture]) == ["large", "other", nil])
        #expect(TelegramAdapter().verdict(on: outcome) == .sent(messageID: "1"))
    }

    @Test(arguments: [
        (Media.Kind.video, #""video":{"file_id":"V"}"#, "V"), (.video, #""animation":{"file_id":"G"}"#, "G"),
        (.audio, #""audio":{"file_id":"A"}"#, "A"), (.file, #""document":{"file_id":"D"}"#, "D"),
        (.video, #""document":{"file_id":"W"}"#, "W"), (.audio, #""voice":{"file_id":"O"}"#, "O"),
        (.file, #""audio":{"file_id":"M"}"#, "M"),
        (.audio, #""document":{"file_id":"D"},"audio":{"file_id":"A"}"#, "A"),
        (.file, #""animation":{"file_id":"G"},"document":{"file_id":"D"}"#, "D"),
    ])
    func `a file is found under its kind, or what Telegram made of it`(kind: Media.Kind, member: String, id: String) {
        let body = #"{"ok":true,"result":{"message_id":1,\#(member)}}"#
        let outcome = HTTPOutcome.answered(HTTPAnswer(status: 200, body: Array(body.utf8)))
        #expect(TelegramAdapter().mediaIDs(in: outcome, for: [Media(kind, .file(Self.file))]) == [id])
    }

    @Test(arguments: ["../../x\r\nX: y", "naïve café.jpg", "", "…", "a\"b.jpg"])
    func `a file's name cannot break out of its header`(name: String) {
        let name = FileContent(name: name, bytes: []).name
        #expect(!name.isEmpty)
        #expect(!name.unicodeScalars.contains { $0.value < 0x20 || "\"\\/".unicodeScalars.contains($0) })
    }

    @Test func `a file keeps the name that people know it by`() {
        #expect(FileContent(name: "Каталог 2026.pdf", bytes: []).name == "Каталог 2026.pdf")
        #expect(FileContent(name: "a\u{202E}b.pdf", bytes: []).name == "a_b.pdf")
    }
}

@Suite struct QuickReplyTests {
    private func choices(_ count: Int) -> [MessageButton] {
        (0..<count).map { MessageButton(title: "C\($0)", action: .choice("c:\($0)")) }
    }

    private func titles(_ value: Any?) -> [String] {
        (value as? [[String: Any]])?.compactMap { $0["title"] as? String } ?? []
    }

    @Test func `what acts in the chat and finds no place becomes quick replies, and the way out never`() throws {
        let rendered = Sample.onMessenger(
            Sample.text("Hi", buttons: choices(3) + [Sample.link("Read"), Sample.stop]))
        #expect(titles(rendered.payloads.first?["buttons"]) == ["C0", "Read", "Stop"])
        let message = try #require(rendered.messages.last)
        #expect(titles(message["quick_replies"]) == ["C1", "C2"])
        #expect(
            rendered.bodies.last?.contains(
                #""quick_replies":[{"content_type":"text","payload":"c:1","title":"C1"}"#) == true)
        #expect(rendered.cuts.map(\.action) == [.moved])
    }

    @Test func `thirteen quick replies are the most`() {
        let rendered = Sample.onMessenger(Sample.text("Hi", buttons: choices(18)))
        #expect(titles(rendered.messages.last?["quick_replies"]).count == 13)
        #expect(rendered.cuts.map(\.action) == [.dropped, .dropped, .moved])
    }

    @Test func `a card has no quick replies`() {
        let rendered = Sample.onMessenger(.cards([Card(title: "T", buttons: choices(5))]))
        #expect(titles(rendered.elements.first?["buttons"]) == ["C0", "C1", "C2"])
        #expect(rendered.messages.first?["quick_replies"] == nil)
        #expect(rendered.cuts.map(\.action) == [.dropped, .dropped])
    }
}

@Suite struct MessageOptionTests {
    private func telegram(_ options: MessageOptions, to address: String = "42") -> RenderedMessage {
        TelegramAdapter().requests(
            for: Message(modules: [Sample.text("Hi")], options: options), to: address, on: Sample.telegram,
            reference: "")
    }

    @Test func `a silent and protected message says so on Telegram`() {
        #expect(
            telegram(MessageOptions(isSilent: true, isProtected: true)).bodies == [
                #"{"chat_id":42,"disable_notification":true,"link_preview_options":{"is_disabled":false},"parse_mode":"HTML","#
                    + #""protect_content":true,"text":"Hi"}"#
            ])
    }

    @Test func `a silent message says so on Messenger`() {
        let rendered = MessengerAdapter().requests(
            for: Message(modules: [Sample.text("Hi")], options: MessageOptions(isSilent: true)), to: "1",
            on: Sample.messenger, reference: "r")
        #expect(rendered.objects.map { $0["notification_type"] as? String } == ["SILENT_PUSH"])
    }

    @Test(arguments: [
        (MessageOptions.LinkPreview.none, #"{"is_disabled":true}"#),
        (.small, #"{"is_disabled":false,"prefer_small_media":true}"#),
        (.large, #"{"is_disabled":false,"prefer_large_media":true}"#),
        (.above, #"{"is_disabled":false,"show_above_text":true}"#),
    ])
    func `a linked page is shown as asked`(preview: MessageOptions.LinkPreview, json: String) {
        #expect(telegram(MessageOptions(linkPreview: preview)).bodies.first?.contains(json) == true)
    }

    @Test(arguments: [
        ("-1001234567890/17", #""chat_id":-1001234567890,"#, #""message_thread_id":17,"#),
        ("@news/4", #""chat_id":"@news","#, #""message_thread_id":4,"#),
    ])
    func `a topic of a forum is a target`(address: String, chat: String, topic: String) {
        let body = telegram(MessageOptions(), to: address).bodies.first ?? ""
        #expect(body.contains(chat) && body.contains(topic))
    }

    @Test func `a chat that moved keeps its topic`() {
        #expect(TelegramTarget("-5/17").moved(to: "-1009") == "-1009/17")
        #expect(TelegramTarget("-5").moved(to: "-1009") == "-1009")
        #expect(TelegramTarget("-5/x").chat == "-5/x")
    }

    @Test func `a text that Telegram could not read goes plain`() throws {
        let rendered = Sample.onTelegram(
            .text(RichText([.styled(.bold, [.text("a & b")])]), buttons: [Sample.stop]))
        let plain = try #require(rendered.parts.first?.request([], wording: .plain)?.http)
        let body = String(decoding: plain.body, as: UTF8.self)
        #expect(body.contains(#""text":"a & b""#))
        #expect(!body.contains("parse_mode"))
        #expect(body.contains("inline_keyboard"))
    }
}
