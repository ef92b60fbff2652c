package import CampaignModel

/// Bots and Pages that stand behind several channels: whoever subscribed gets everything from each of them.
package enum SharedAccounts {
    /// - Parameters:
    ///   - channels: In the order of the files.
    ///   - isAcrossWorkspaces: Whether those in two workspaces are meant, or those within one.
    /// - Returns: A problem for each channel whose bot or Page an earlier one has.
    package static func problems(in channels: [Channel], acrossWorkspaces isAcrossWorkspaces: Bool) -> [ContentProblem]
    {
        channels.enumerated().compactMap { index, channel -> ContentProblem? in
            guard let account = channel.account else { return nil }
            let first = channels[..<index].first { other in
                other.platform == channel.platform && other.account == account && other.api == channel.api
                    && (other.workspace != channel.workspace) == isAcrossWorkspaces
                    // What has the name of another was told already.
                    && other.fullName != channel.fullName
            }
            guard let first else { return nil }
            let kind = channel.platform == .telegram ? "bot" : "Page"
            return ContentProblem(
                file: channel.provenance.file, line: channel.provenance.line,
                message: "channel \(channel.fullName) is the same \(kind) as \(first.fullName) (\(first.provenance))",
                hint: "Give each a \(kind) of its own, or people get everything twice.")
        }
    }
}
