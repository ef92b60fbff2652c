/// A click on a link of a message.
package struct Click: Sendable, Hashable {
    /// Who opened the link, as far as the request shows.
    package enum Visitor: String, Sendable, Hashable, Codable, CaseIterable {
        case person
        /// A program.
        case bot
        /// A platform that makes a link preview.
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
    // Parts of the `User-Agent` of link previews.
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
    /// Telephone brands whose names end in "bot".
    private static let telephones = ["cubot"]

    /// Classifies a visitor by the request's headers. A request without `User-Agent` is a program's.
    ///
    /// - Parameters:
    ///   - agent: The `User-Agent`.
    ///   - isHead: Whether the request was HEAD.
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
