/// What the statuses that are met here are called (RFC 9110, 15).
enum StatusWords {
    private static let words = [
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        408: "Request Timeout", 409: "Conflict", 410: "Gone", 413: "Request Entity Too Large", 429: "Too Many Requests",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
        504: "Gateway Timeout",
    ]

    static func of(_ status: Int) -> String { words[status] ?? "Status \(status)" }
}
