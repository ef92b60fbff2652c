import CampaignModel
import TestSupport

@testable import PlatformSandbox

/// Takes what a sandbox posts, and answers as the test says.
final class Webhook: HTTPSending {
    private let posts: AsyncStream<HTTPRequest>
    private let continuation: AsyncStream<HTTPRequest>.Continuation
    private let count = LockedValue(0)
    private let answer: @Sendable (HTTPRequest, Int) -> HTTPOutcome

    /// The answer is told the request and how many came before it.
    init(answer: @escaping @Sendable (HTTPRequest, Int) -> HTTPOutcome = { _, _ in .json(200, "{}") }) {
        (posts, continuation) = AsyncStream.makeStream()
        self.answer = answer
    }

    func send(_ request: HTTPRequest) async -> HTTPOutcome {
        let number = count.withLock { count in
            count += 1
            return count - 1
        }
        let outcome = answer(request, number)
        continuation.yield(request)
        return outcome
    }

    /// Waits for the next posts.
    func next(_ count: Int = 1) async -> [HTTPRequest] {
        var requests: [HTTPRequest] = []
        for await request in posts {
            requests.append(request)
            if requests.count == count { break }
        }
        return requests
    }

    /// The next posts' bodies.
    func bodies(_ count: Int = 1) async -> [JSON] { await next(count).map { JSONReader.read($0.body) ?? .null } }

    /// The next events of a Page.
    func events(_ count: Int = 1) async -> [JSON] {
        await bodies(count).compactMap { $0["entry"]?.array?.first?["messaging"]?.array?.first }
    }
}
