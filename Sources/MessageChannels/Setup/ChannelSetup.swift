package import CampaignModel

/// What is to be done for a channel, and what is to be looked at.
package enum ChannelSetup {
    /// The calls that set a channel up as its entry in feeds/ says. They may be made again at any time.
    ///
    /// - Parameters:
    ///   - channel: Which.
    ///   - menus: What its menu says, the first of them where a language is none of these.
    ///   - webhook: Where the platform calls this server; nil when it cannot.
    /// - Returns: The calls in their order.
    /// - Throws: ``Problem`` (`settings`) when the channel needs a webhook and there is none.
    package static func calls(
        for channel: Channel, menus: [ChannelMenu], webhook: String?
    ) throws(Problem) -> [ChannelCall] {
        switch channel.platform {
        case .telegram: try TelegramSetup(channel).calls(menus, webhook: webhook)
        case .messenger: try MessengerSetup(channel).calls(menus, webhook: webhook)
        }
    }

    /// The calls that look whether a channel works.
    ///
    /// - Parameters:
    ///   - channel: Which.
    ///   - webhook: Where the platform calls this server; nil when it cannot.
    ///   - tester: The address of somebody who gets a test message.
    ///   - now: The time, for what will end.
    /// - Returns: The calls in their order.
    package static func checks(
        of channel: Channel, webhook: String?, tester: String?, now: Timestamp
    ) -> [ChannelCall] {
        let test = tester.map { testMessage(to: $0, on: channel) }
        return switch channel.platform {
        case .telegram: TelegramCheckup(channel, webhook: webhook, now: now).calls + [test].compactMap(\.self)
        case .messenger: MessengerCheckup(channel, webhook: webhook, now: now).calls + [test].compactMap(\.self)
        }
    }

    private static func testMessage(to address: String, on channel: Channel) -> ChannelCall {
        let adapter = PlatformAdapters.adapter(for: channel.platform)
        let message = Message(modules: [.text(RichText(plain: "This is a test of \(channel.title)."), buttons: [])])
        let request = adapter.requests(for: message, to: address, on: channel, reference: "").parts.first?.request([])?
            .http
        return ChannelCall(
            name: "test message", request: request ?? HTTPRequest(url: channel.api),
            judge: { outcome in
                switch adapter.verdict(on: outcome) {
                case .sent: ChannelCall.Finding(.good, "sent to \(address)")
                case let verdict:
                    ChannelCall.Finding(
                        .bad, verdict.reason?.message ?? "not sent",
                        repair: channel.platform == .telegram
                            ? "Let the tester press Start in the chat with the bot, then try again."
                            : "Let the tester write to the Page now, then try again: Messenger allows messages for 24 "
                                + "hours after that. If it says that only people with a role may be written to, the app "
                                + "must be live and reviewed for pages_messaging.")
                }
            })
    }
}
