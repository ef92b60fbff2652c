/// A request as it may be shown: what would be sent, without the token.
package struct RequestPreview: Sendable, Hashable, CustomStringConvertible {
    /// A file that would go with it.
    package struct File: Sendable, Hashable {
        /// The field, or what `attach://` in the body names.
        package var field: String
        package var name: String
        /// In bytes.
        package var size: Int64
    }

    package var method: String
    /// Telegram's token, which is a part of the path, is masked.
    package var url: String
    /// The exact body; with files, the fields of the form as JSON.
    package var body: String
    package var files: [File]

    package init(_ request: PlatformRequest) {
        method = "POST"
        url = Self.masked(request.url)
        body = JSONValue.object(request.fields).text
        files = request.files.map { File(field: $0.name, name: $0.content.name, size: $0.content.size) }
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
