package import CampaignModel
import CampaignPlanning
package import MessageChannels

/// Sets up channels at their platforms, and checks whether they work.
package struct ChannelSetupRun: Sendable {
    /// One step, named in a few words, and its result.
    package struct Result: Sendable {
        package let name: String
        package let finding: ChannelCall.Finding
    }

    private let channel: Channel
    private let webhook: String?
    private let sender: any HTTPSending

    /// - Parameters:
    ///   - channel: The channel.
    ///   - publicURL: The server's public address; nil for none.
    ///   - sender: Makes the calls.
    package init(_ channel: Channel, publicURL: String?, sender: any HTTPSending) {
        self.channel = channel
        webhook = publicURL.map { WebhookListener.address(of: channel, publicURL: $0) }
        self.sender = sender
    }

    /// Sets the platform's profile and webhooks to the values of feeds/.
    ///
    /// - Returns: The result of each step.
    /// - Throws: ``Problem`` (`settings`) when a required setting is missing; then nothing was changed.
    package func apply() async throws -> [Result] {
        let menus = channel.conversation.languages.map(ChannelMenu.init(in:))
        return await make(try ChannelSetup.calls(for: channel, menus: menus, webhook: webhook))
    }

    /// Checks everything that the platform tells about the channel.
    ///
    /// - Parameters:
    ///   - tester: The address for a test message; nil for none.
    ///   - now: The present time.
    /// - Returns: The result of each check.
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
