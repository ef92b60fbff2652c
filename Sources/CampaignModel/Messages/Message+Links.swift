extension Message {
    /// All http(s) addresses that people may open, each once, in the order in which they stand there. Those in which something
    /// is filled in for each person are not among them.
    package var links: [String] {
        var found: [String] = []
        var seen: Set<String> = []
        _ = withLinks { link in
            if seen.insert(link).inserted { found.append(link) }
            return link
        }
        return found
    }

    /// The message with other addresses in the place of those that people may open; pictures and files stay where they are.
    ///
    /// - Parameter change: What stands for an address.
    /// - Returns: It.
    package func withLinks(_ change: (String) -> String) -> Message {
        withoutActuallyEscaping(change) { change in
            let walk = MessageWalk(link: { link in
                Self.isWeb(link) && !PersonalMark.isIn(link) ? change(link) : link
            })
            var message = self
            message.modules = walk.modules(modules)
            return message
        }
    }

    /// One without a host leads nowhere, which an address of ours in its place would hide.
    private static func isWeb(_ link: String) -> Bool {
        ["https://", "http://"].contains { start in
            link.hasPrefix(start) && link.dropFirst(start.count).first.map { !"/?#".contains($0) } == true
        }
    }
}
