import CampaignModel
import MessageChannels
import Testing

@Suite struct TransportVerdictTests {
    private func verdicts(_ outcome: HTTPOutcome) -> [SendVerdict] {
        Platform.allCases.map { PlatformAdapters.adapter(for: $0).verdict(on: outcome) }
    }

    @Test(arguments: [HTTPFailure.Kind.unresolved, .refused, .tls, .timedOut, .cancelled, .other])
    func `what never left is tried again`(kind: HTTPFailure.Kind) {
        let failure = HTTPFailure(kind, requestLeft: false, message: "no luck")
        for verdict in verdicts(.notSent(failure)) {
            let isTriedAgain = if case .retryLater(nil, .delivery, _) = verdict { true } else { false }
            #expect(isTriedAgain, "\(kind): \(verdict)")
        }
    }

    @Test(arguments: [HTTPFailure.Kind.badURL, .addressRefused])
    func `an address that can never work stops the channel`(kind: HTTPFailure.Kind) {
        let failure = HTTPFailure(kind, requestLeft: false, message: "no luck")
        #expect(verdicts(.notSent(failure)).allSatisfy { $0.name == .broken })
    }

    @Test(arguments: [HTTPFailure.Kind.timedOut, .cut, .tooLarge, .cancelled, .other, .tls])
    func `what left without an answer stays open`(kind: HTTPFailure.Kind) {
        for left in [true, false] {
            let failure = HTTPFailure(kind, requestLeft: left, message: "no luck")
            #expect(verdicts(.unanswered(failure)).allSatisfy { $0.name == .unknown })
        }
    }

    @Test func `when the two accounts of whether it left disagree, it left`() {
        let failure = HTTPFailure(.cut, requestLeft: true, message: "cut")
        #expect(verdicts(.notSent(failure)).allSatisfy { $0.name == .unknown })
        #expect(verdicts(.notSent(failure)).first?.reason?.code == "connection_cut")
    }

    @Test func `tokens, control characters and endless words do not get through`() {
        let message =
            "POST /bot123:abc/sendMessage\u{1B}[31m\u{202E}\n Malformed access token EAAB\(String(repeating: "x9", count: 60)) "
            + String(repeating: "so on ", count: 200)
        for verdict in verdicts(.unanswered(HTTPFailure(.timedOut, requestLeft: true, message: message))) {
            let said = verdict.reason?.message ?? ""
            #expect(said.contains("/••••/sendMessage"))
            #expect(!said.contains("123:abc") && !said.contains("EAAB"))
            #expect(said.unicodeScalars.allSatisfy { ![.control, .format].contains($0.properties.generalCategory) })
            #expect(said.utf16.count < 500)
        }
        #expect(
            verdicts(.unanswered(HTTPFailure(.timedOut, requestLeft: true, message: ""))).first?.reason?.code
                == "timeout")
    }
}
