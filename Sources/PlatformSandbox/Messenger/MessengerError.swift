/// The Graph API's "no": what becomes `{"error":{…}}`, with HTTP 400 unless said otherwise.
struct MessengerError: Error, Sendable, Hashable {
    var code: Int
    var subcode: Int?
    var message: String
    var type = "OAuthException"
    var status = 400

    /// A parameter that is missing or wrong.
    static func parameter(_ reason: String) -> Self { Self(code: 100, message: "(#100) \(reason)") }

    static let badToken = Self(code: 190, message: "Invalid OAuth access token - Cannot parse access token")
    static let unknownPerson = Self(code: 100, subcode: 2_018_001, message: "(#100) No matching user found")
    static let windowClosed = Self(
        code: 10, subcode: 2_018_278,
        message: "(#10) This message is sent outside of allowed window. Learn more about the new policy here: "
            + "https://developers.facebook.com/docs/messenger-platform/policy-overview"
    )
    static let unavailable = Self(
        code: 551, subcode: 1_545_041, message: "(#551) This person isn't available right now."
    )
    static let revokedToken = Self(
        code: 190, subcode: 460,
        message: "Error validating access token: The session has been invalidated because the user changed their "
            + "password or Facebook has changed the session for security reasons."
    )
    static let restricted = Self(
        code: 10, subcode: 1_893_063,
        message: "(#10) This Page is temporarily restricted from sending messages because of a policy violation."
    )
    static let tooManyCalls = Self(code: 613, message: "(#613) Calls to this api have exceeded the rate limit.")

    static func unsupported(_ node: String) -> Self {
        Self(
            code: 100, subcode: 33,
            message: "Unsupported request. Object with ID '\(node)' does not exist, cannot be loaded due to missing "
                + "permissions, or does not support this operation",
            type: "GraphMethodException"
        )
    }

    func json(trace: Int) -> JSON {
        let error = JSON(members: [
            ("message", .string(message)), ("type", .string(type)), ("code", .integer(Int64(code))),
            ("error_subcode", subcode.map { .integer(Int64($0)) }), ("fbtrace_id", .string("Asandbox\(trace)")),
        ])
        return ["error": error]
    }
}
