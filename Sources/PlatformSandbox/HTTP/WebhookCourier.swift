import CampaignModel

/// Carries the posts of all webhooks: one after another for each, all of them side by side.
struct WebhookCourier: Sendable {
    let platform: SandboxPlatform
    let sender: any HTTPSending
    let time: any TimeSource

    /// Posts until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await _ in platform.webhookSignal.raised {
                for (owner, generation) in await platform.takeWaitingWebhooks() {
                    group.addTask { await carry(owner, generation) }
                }
            }
            group.cancelAll()
        }
    }

    private func carry(_ owner: WebhookLine.Owner, _ generation: Int) async {
        while !Task.isCancelled, let post = await platform.nextPost(owner, generation: generation) {
            let outcome = await sender.send(post.request)
            guard let pause = await platform.settle(post, outcome) else { continue }
            do { try await time.sleep(for: pause) } catch { return }
        }
    }
}

/// Tells the courier that there is something to carry.
struct WebhookSignal: Sendable {
    let raised: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (raised, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

    func raise() { continuation.yield() }
}
