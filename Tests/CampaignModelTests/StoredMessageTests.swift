import CampaignModel
import Foundation
import Testing

/// Messages lie in the database; those of older versions must stay readable.
@Suite struct StoredMessageTests {
    private func decode(_ text: String) throws -> Message {
        try JSONDecoder().decode(Message.self, from: Data(text.utf8))
    }

    @Test func `a message of an older database is read`() throws {
        let text = #"""
            {"modules":[{"image":{"_0":"https://e.com/1.jpg"}},
            {"text":{"_0":{"nodes":[{"text":{"_0":"Hi"}}]},"buttons":[{"action":{"unsubscribe":{}},"title":"Stop"}]}},
            {"cards":{"_0":[{"buttons":[],"title":"Tea"}]}}]}
            """#
        #expect(
            try decode(text)
                == Message(modules: [
                    .image("https://e.com/1.jpg"),
                    .text(RichText(plain: "Hi"), buttons: [MessageButton(title: "Stop", action: .unsubscribe)]),
                    .cards([Card(title: "Tea")]),
                ]))
    }

    @Test func `every module is read as it was written`() throws {
        let message = Message(
            modules: [
                .text(RichText(plain: "Hi"), buttons: [MessageButton(title: "A", action: .link("https://e.com"))]),
                .media(
                    Media(
                        .audio, .file(MediaFile(path: "a/b.mp3", size: 1, hash: "ff")), caption: RichText(plain: "c"),
                        title: "t", performer: "p")),
                .cards([Card(title: "Tea", subtitle: RichText(plain: "x"), image: "https://e.com/1.jpg")]),
            ], options: MessageOptions(isSilent: true, linkPreview: .small, isDigest: true))
        let data = try JSONEncoder().encode(message)
        #expect(try JSONDecoder().decode(Message.self, from: data) == message)
    }

    @Test func `what is no module is refused`() {
        #expect(throws: DecodingError.self) { try decode(#"{"modules":[{}]}"#) }
        #expect(throws: DecodingError.self) { try decode(#"{"modules":[{"hologram":{"_0":1}}]}"#) }
    }
}
