import CampaignModel
import MessageChannels
import TestSupport
import Testing

@Suite struct TelegramChatNameTests {
    private static func number(_ outcome: HTTPOutcome) throws -> Int64 {
        try TelegramChatName.number(of: "@news", on: SampleContent.channel(), outcome)
    }

    @Test func `a chat's number is what Telegram tells of its name`() throws {
        let request = TelegramChatName.request("@news", on: SampleContent.channel())
        #expect(request.url.hasSuffix("/getChat"))
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"chat_id":"@news"}"#)
        #expect(try Self.number(.json(200, #"{"ok":true,"result":{"id":-1007,"type":"channel"}}"#)) == -1007)
    }

    @Test(arguments: [
        #"{"ok":true,"result":{"id":7,"type":"private"}}"#, #"{"ok":true,"result":{}}"#, "no answer at all",
    ])
    func `what is no channel or group has none`(answer: String) {
        let problem = #expect(throws: Problem.self) { _ = try Self.number(.json(200, answer)) }
        #expect(problem?.code == .badData)
    }
}
