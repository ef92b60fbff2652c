package import CampaignModel

/// One call that sets a channel up or looks whether it is set up, and what its outcome means for the owner.
package struct ChannelCall: Sendable {
    /// What a call found, as the owner reads it.
    package struct Finding: Sendable, Hashable {
        /// How it is; only `bad` means that the channel does not work.
        package enum Grade: String, Sendable, Hashable { case good, doubtful, bad }

        package var grade: Grade
        /// One sentence.
        package var message: String
        /// What the owner is to do about it; nil when nothing.
        package var repair: String?

        package init(_ grade: Grade, _ message: String, repair: String? = nil) {
            self.grade = grade
            self.message = message
            self.repair = repair
        }
    }

    /// What is done or looked at, in a few words.
    package let name: String
    package let request: HTTPRequest
    /// What the request's outcome means.
    package let judge: @Sendable (HTTPOutcome) -> Finding

    /// Calls that only set something: the platform's `ok` is all that matters.
    static func setting(_ name: String, _ request: HTTPRequest, isDone: @escaping @Sendable (JSONValue) -> Bool) -> Self
    {
        Self(name: name, request: request) { outcome in
            found(outcome) { answer in
                isDone(answer) ? Finding(.good, "done") : Finding(.bad, "the platform did not say that it did it")
            }
        }
    }

    /// What an outcome means.
    ///
    /// - Parameters:
    ///   - outcome: Of the request.
    ///   - repair: What helps against a refusal that is not about the token.
    ///   - judge: What a good answer means.
    /// - Returns: What was found.
    static func found(
        _ outcome: HTTPOutcome, repair: String? = nil, _ judge: (JSONValue) -> Finding
    ) -> Finding {
        switch outcome {
        case .notSent(let failure), .unanswered(let failure):
            return Finding(
                .bad, failure.message, repair: "Look whether this machine reaches the channel's `api`, then try again.")
        case .answered(let answer):
            guard let value = JSONValue(reading: answer.body), value.isObject else {
                return Finding(
                    .bad, "HTTP \(answer.status), and what came is no answer of the platform's",
                    repair: "Look at the channel's `api`: something else answers there.")
            }
            guard (200...299).contains(answer.status) else { return refusal(value, answer.status, repair) }
            return judge(value)
        }
    }

    private static func refusal(_ value: JSONValue, _ status: Int, _ repair: String?) -> Finding {
        let graph = value["error"]
        let code = graph?["code"]?.integer ?? value["error_code"]?.integer ?? Int64(status)
        let said = RemoteText.clean(graph?["message"]?.string ?? value["description"]?.string ?? "no reason given")
        let message = "refused with \(code): “\(said)”"
        if graph == nil {
            return Finding(
                .bad, message,
                repair: code == 401 || code == 404
                    ? "Take the bot's token from @BotFather (/mybots, API Token) and put it into the channel's `token`."
                    : repair)
        }
        switch code {
        case 190, 102:
            return Finding(
                .bad, message,
                repair:
                    "Make a new Page access token (Meta for Developers, your app, Messenger, Settings, Generate token) "
                    + "and put it into the channel's `token`.")
        case 3, 10, 200, 230:
            return Finding(
                .bad, message,
                repair:
                    "Give the token pages_messaging and pages_manage_metadata, by someone with the task MESSAGING on "
                    + "the Page.")
        default: return Finding(.bad, message, repair: repair)
        }
    }
}
