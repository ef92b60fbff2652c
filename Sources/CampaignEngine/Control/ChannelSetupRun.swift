package import CampaignModel
import CampaignPlanning
package import MessageChannels

/// Sets channels up at their platforms, and looks whether they work.
package struct ChannelSetupRun: Sendable {
    /// One step: what was done or looked at, in a few words, and what came of it.
    package struct Result: Sendable {
        package let name: String
        package let finding: ChannelCall.Finding
    }

    private let channel: Channel
    private let webhook: String?
    private let sender: any HTTPSending

    /// - Parameters:
    ///   - channel: Which.
    ///   - publicURL: Where this server is reached from outside, if it is.
    ///   - sender: Makes the calls.
    package init(_ channel: Channel, publicURL: String?, sender: any HTTPSending) {
        self.channel = channel
        webhook = publicURL.map { WebhookListener.address(of: channel, publicURL: $0) }
        self.sender = sender
    }

    /// Makes the platform's profile and webhooks what feeds/ says.
    ///
    /// - Returns: What came of each step.
    /// - Throws: ``Problem`` (`settings`) when something that is needed is not set; then nothing was done.
    package func apply() async throws -> [Result] {
        let menus = channel.conversation.languages.map(ChannelMenu.init(in:))
        return await make(try ChannelSetup.calls(for: channel, menus: menus, webhook: webhook))
    }

    /// Looks at everything that the platform tells.
    ///
    /// - Parameters:
    ///   - tester: The address of somebody who gets a test message; nil for none.
    ///   - now: The time.
    /// - Returns: What was found.
    package func check(tester: String?, now: Timestamp) async -> [Result] {
        await make(ChannelSetup.checks(of: channel, webhook: webhook, tester: tester, now: now))
    }

    private func make(_ calls: [ChannelCall]) async -> [Result] {
        var results: [Result] = []
        for call in calls {
            results.append(Result(name: call.name, finding: call.judge(await sender.send(call.request))))
        }
        return results
    }
}
