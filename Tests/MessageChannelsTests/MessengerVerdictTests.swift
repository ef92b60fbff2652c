import CampaignModel
import MessageChannels
import Testing

@Suite struct MessengerVerdictTests {
    private func verdict(_ status: Int, _ body: String, headers: [HTTPHeader] = []) -> SendVerdict {
        MessengerAdapter().verdict(
            on: .answered(HTTPAnswer(status: status, headers: headers, body: Array(body.utf8)))
        )
    }

    private func error(_ code: Int, _ subcode: Int?, status: Int = 400, message: String = "(#1) No") -> SendVerdict {
        let sub = subcode.map { #","error_subcode":\#($0)"# } ?? ""
        return verdict(
            status,
            #"{"error":{"message":"\#(message)","type":"OAuthException","code":\#(code)\#(sub),"fbtrace_id":"A1"}}"#
        )
    }

    @Test func `an accepted message is sent under its name`() {
        #expect(verdict(200, #"{"recipient_id":"1","message_id":"m_AG5"}"#) == .sent(messageID: "m_AG5"))
        #expect(verdict(200, #"{"message_id":"m_1"}"#) == .sent(messageID: "m_1"))
    }

    @Test(arguments: [#"{"recipient_id":"1"}"#, #"{"message_id":""}"#, #"{"message_id":5}"#, #"{"mess"#, "", "[1]"])
    func `a yes that names no message may have been received`(body: String) {
        #expect(verdict(200, body).name == .unknown)
    }

    @Test(
        arguments: [
            (1, 99, VerdictClass.unknown), (1, nil, .unknown), (2, nil, .unknown), (1, 1_357_046, .unknown),
            (1200, nil, .later), (4, nil, .slower), (17, nil, .slower), (32, nil, .slower), (613, nil, .slower),
            (613, 2_534_040, .slower), (80006, nil, .slower), (80006, 7, .slower), (613, 2_018_338, .broken),
            (10, 2_018_278, .window), (10, 1_545_041, .blocked), (613, 7, .slower), (10, 2_534_022, .window),
            (10, 2_018_065, .window), (551, nil, .blocked),
            (551, 1_545_041, .blocked), (200, 1_545_041, .blocked), (10, 2_018_108, .blocked),
            (10, 1_893_015, .stopped),
            (2_300_034, nil, .stopped), (100, 2_300_034, .stopped), (10, 1_893_063, .broken),
            (10, 1_404_170, .marketing),
            (2022, nil, .broken), (368, nil, .broken), (100, 2_018_001, .refused), (100, 33, .refused),
            (100, 2_018_008, .media), (100, 2_018_047, .media), (100, nil, .content), (100, 12345, .content),
            (190, nil, .broken), (190, 463, .broken), (200, nil, .broken), (200, 2_018_028, .broken),
            (230, nil, .broken),
            (10, nil, .broken), (10, 42, .content), (10, 2_018_300, .later), (100, 2_018_321, .later),
            (9, 2_018_352, .marketing), (613, 1_893_016, .marketing), (4, 2_018_354, .marketing),
            (2_300_035, nil, .marketing), (2_300_043, nil, .marketing), (2_300_012, nil, .marketing),
            (2_300_061, nil, .marketing), (2_300_079, nil, .slower), (2_300_054, nil, .marketing),
            (2_300_067, nil, .marketing), (2_300_031, nil, .marketing), (2_300_032, nil, .marketing),
            (2_300_005, nil, .marketing),
            (2_300_023, nil, .content), (424_242, nil, .content),
        ] as [(Int, Int?, VerdictClass)])
    func `code and subcode decide`(code: Int, subcode: Int?, name: VerdictClass) {
        let verdict = error(code, subcode)
        #expect(verdict.name == name)
        #expect(verdict.reason?.code == "messenger_\(code)" + (subcode.map { "_\($0)" } ?? ""))
        #expect(verdict.reason?.message.isEmpty == false)
    }

    @Test func `a Page that does not exist is not an audience that left`() {
        let verdict = error(
            100, 33, message: "Unsupported post request. Object with ID '1' does not exist"
        )
        #expect(verdict.name == .broken)
        #expect(error(100, nil, message: "(#100) No matching user found").name == .refused)
        #expect(error(10, nil, message: "(#10) This message is sent outside of allowed window.").name == .window)
    }

    @Test func `waits are as long as Meta says, within reason`() {
        func wait(_ usage: String) -> Duration? {
            let headers = [HTTPHeader("x-business-use-case-usage", usage)]
            let body = #"{"error":{"code":80006,"message":"too many"}}"#
            guard case .retryLater(let after, .channel, _) = verdict(400, body, headers: headers) else {
                Issue.record("expected the Page to wait")
                return nil
            }
            return after
        }
        #expect(wait(#"{"1":[{"type":"messenger","estimated_time_to_regain_access":5},{"x":1}]}"#) == .minutes(5))
        #expect(wait(#"{"1":[{"estimated_time_to_regain_access":9223372036854775807}]}"#) == .days(1))
        #expect(wait(#"{"1":[{"estimated_time_to_regain_access":0}]}"#) == nil)
        #expect(wait("nonsense") == nil)
    }

    @Test func `known waits are named`() {
        let isFiveMinutes =
            if case .retryLater(.some(.seconds(300)), .delivery, _) = error(10, 2_018_300) { true } else { false }
        #expect(isFiveMinutes)
    }

    @Test func `under 5xx only a named refusal is sure`() {
        #expect(error(1, nil, status: 500).name == .unknown)
        #expect(error(2, nil, status: 503).name == .unknown)
        #expect(error(1200, nil, status: 500).name == .later)
        #expect(error(551, nil, status: 500).name == .blocked)
        #expect(error(424_242, nil, status: 500).name == .unknown)
        #expect(verdict(502, "<html>").name == .unknown)
    }

    @Test(arguments: [
        #"{"error":{}}"#, #"{"error":{"code":"x"}}"#, #"{"error":{"code":1e99}}"#,
        #"{"error":{"code":99999999999999999999}}"#,
    ])
    func `an error without a usable code leaves it open`(body: String) {
        #expect(verdict(400, body).name == .unknown)
    }

    @Test func `an answer that is not Messenger's blames the address`() {
        #expect(verdict(404, "not here").name == .broken)
        #expect(verdict(301, "").name == .broken)
        #expect(verdict(429, "").name == .slower)
    }

    @Test func `a number written as text is read`() {
        #expect(verdict(400, #"{"error":{"code":"10","error_subcode":"2018278"}}"#).name == .window)
    }
}
