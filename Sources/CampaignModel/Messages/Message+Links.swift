extension Message {
    /// The http(s) links of the message, each once, in their order, without those that contain personal fields.
    package var links: [String] {
        var found: [String] = []
        var seen: Set<String> = []
        _ = withLinks { link in
            if seen.insert(link).inserted { found.append(link) }
            return link
        }
        return found
    }

    /// The message with other link addresses; those of pictures and files stay the same.
    ///
    /// - Parameter change: Returns the new address for an old one.
    /// - Returns: The changed message.
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

    /// Whether the link is http(s) with a host. A link without a host is broken, and a tracked link would hide that.
    private static func isWeb(_ link: String) -> Bool {
        ["https://", "http://"].contains { start in
            link.hasPrefix(start) && link.dropFirst(start.count).first.map { !"/?#".contains($0) } == true
        }
    }
}
