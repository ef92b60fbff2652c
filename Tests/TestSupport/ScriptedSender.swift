package import CampaignModel
import Foundation

/// A platform that answers as the test says, and remembers what it got and when.
package final class ScriptedSender: HTTPSending {
    package struct Sent: Sendable {
        package var at: Timestamp
        package var monotonic: UInt64
        package var request: HTTPRequest

        /// The body's member of that name, as text; `recipient.id` looks inside.
        package func field(_ path: String) -> String? {
            var value = try? JSONSerialization.jsonObject(with: Data(request.body))
            for name in path.split(separator: ".") { value = (value as? [String: Any])?[String(name)] }
            return value.map { "\($0)" }
        }
    }

    private let time: any TimeSource
    private let record = LockedValue<[Sent]>([])
    private let answer: @Sendable (Sent, Int) async -> HTTPOutcome

    /// The answer is told the request and how many came before it.
    package init(time: any TimeSource, answer: @escaping @Sendable (Sent, Int) async -> HTTPOutcome) {
        self.time = time
        self.answer = answer
    }

    package var sent: [Sent] { record.withLock { $0 } }

    package func send(_ request: HTTPRequest) async -> HTTPOutcome {
        let sent = Sent(at: time.now(), monotonic: time.monotonicNanoseconds(), request: request)
        let index = record.withLock { record in
            record.append(sent)
            return record.count - 1
        }
        return await answer(sent, index)
    }
}

extension HTTPOutcome {
    /// What either platform says when it has accepted a message.
    package static func accepted(_ number: Int = 1) -> HTTPOutcome {
        .json(200, #"{"ok":true,"result":{"message_id":\#(number)},"recipient_id":"1","message_id":"m_\#(number)"}"#)
    }

    /// How Telegram says no.
    package static func refused(_ code: Int, _ description: String, retryAfter: Int? = nil) -> HTTPOutcome {
        let parameters = retryAfter.map { #","parameters":{"retry_after":\#($0)}"# } ?? ""
        return .json(code, #"{"ok":false,"error_code":\#(code),"description":"\#(description)"\#(parameters)}"#)
    }

    package static func json(_ status: Int, _ text: String) -> HTTPOutcome {
        .answered(
            HTTPAnswer(
                status: status, headers: [HTTPHeader("Content-Type", "application/json")], body: Array(text.utf8)))
    }
}
