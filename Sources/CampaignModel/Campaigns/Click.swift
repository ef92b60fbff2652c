/// A link of a message was opened.
package struct Click: Sendable, Hashable {
    /// Who opened it, as far as can be told.
    package enum Visitor: String, Sendable, Hashable, Codable, CaseIterable {
        case person
        /// A program that looks for itself.
        case bot
        /// A platform that makes a picture of the page for those who see the message.
        case preview
    }

    package var link: LinkID
    package var delivery: DeliveryID
    package var visitor: Visitor
    package var at: Timestamp

    package init(link: LinkID, delivery: DeliveryID, visitor: Visitor, at: Timestamp) {
        self.link = link
        self.delivery = delivery
        self.visitor = visitor
        self.at = at
    }
}

extension Click.Visitor {
    // How platforms and search engines call themselves when they look at a page for others.
    private static let previews = [
        "telegrambot", "facebookexternalhit", "facebookcatalog", "facebot", "meta-externalagent",
        "meta-externalfetcher",
        "whatsapp", "twitterbot", "linkedinbot", "slackbot", "discordbot", "skypeuripreview", "pinterestbot", "viber",
        "vkshare", "embedly", "iframely", "redditbot", "snapchat/", "line-poker", "applebot", "google-pagerenderer",
        "bitlybot", "tumblr/", "mastodon/", "synapse (bot",
    ]
    private static let programs = [
        "crawler", "spider", "curl/", "wget/", "python-requests", "python-urllib", "aiohttp/", "httpx/",
        "go-http-client",
        "java/", "okhttp/", "libwww-perl", "headlesschrome", "phantomjs", "lighthouse", "axios/", "node-fetch",
        "guzzlehttp",
        "apache-httpclient", "scrapy", "googleimageproxy", "mediapartners-google", "barracuda", "proofpoint",
        "mimecast",
        "urlscan", "virustotal", "bot/", "bot;", "bot)", "bot ", "preview",
    ]
    /// Makers of telephones whose names end like that.
    private static let telephones = ["cubot"]

    /// By what a request says of itself. Whoever says nothing is a program.
    ///
    /// - Parameters:
    ///   - agent: The `User-Agent`.
    ///   - isHead: Whether only the header was asked for.
    ///   - purpose: `Sec-Purpose`, `Purpose` or `X-Moz`.
    package init(agent: String?, isHead: Bool, purpose: String?) {
        let agent = Self.telephones.reduce((agent ?? "").lowercased()) { $0.replacing($1, with: "") } + " "
        if Self.previews.contains(where: agent.contains) {
            self = .preview
        } else if isHead || agent == " " || Self.programs.contains(where: agent.contains)
            || purpose?.lowercased().contains("prefetch") ?? false || purpose?.lowercased().contains("preview") ?? false
        {
            self = .bot
        } else {
            self = .person
        }
    }
}
