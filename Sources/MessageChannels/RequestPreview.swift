package import CampaignModel

/// A request as it may be shown: what would be sent, without the token.
package struct RequestPreview: Sendable, Hashable, CustomStringConvertible {
    package var method: String
    /// Telegram's token, which is a part of the path, is masked.
    package var url: String
    /// The exact body.
    package var body: String

    package init(_ request: HTTPRequest) {
        method = request.method
        url = Self.masked(request.url)
        body = String(decoding: request.body, as: UTF8.self)
    }

    package var description: String { "\(method) \(url)\n\(body)" }

    /// Masks `…/bot<token>/<method>`: the last path component but one, so that a host named bot… stays readable.
    private static func masked(_ url: String) -> String {
        var components = url.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let place = components.count - 2
        guard place >= 0, components[place].hasPrefix("bot") else { return url }
        components[place] = "bot••••"
        return components.joined(separator: "/")
    }
}
