package import CampaignModel
package import CampaignStore

/// What the owner can tell a tellal that has the database, in the same words whether it comes from the command line, a page
/// or another process. ``ControlCommandHandler`` carries it out.
package enum ControlCommand: Sendable, Hashable, Codable {
    /// Nothing of the campaign is planned or begun until it is resumed.
    case pause(campaign: String, reason: String?)
    case resume(campaign: String)
    /// What waits of it, or of one of its runs, is not sent any more.
    case cancel(campaign: String, run: CampaignRunID?)
    /// A message that was written by hand.
    case send(OneOff)
    /// A run that waits for somebody to let it go; nil for the oldest.
    case approve(campaign: String, run: CampaignRunID?, Approval.Decision)
    /// A message that was written by hand goes at another time: `at` as somebody writes it, by the time zone that they
    /// say, or else by the message's own.
    case reschedule(campaign: String, at: String, timeZone: String?)
    case resolve([DeliveryID], as: Delivery.Resolution)
    /// All deliveries of a campaign that are `unknown`.
    case resolveAll(campaign: String, as: Delivery.Resolution)
    case add([NewSubscriber], channel: String)
    case erase(address: String, channel: String)
    /// About a poll that is held; the decision is written as ``HoldDecision`` describes itself.
    case decide(source: String, decision: String)
}

/// What came of a command.
package enum ControlAnswer: Sendable, Hashable, Codable {
    case campaign(CampaignStatus)
    case cancelled(Cancellation)
    /// The message is kept until its time has come.
    case scheduled(OneOff, reach: [ChannelReach])
    case approved(campaign: String, run: CampaignRunID, Approval.Decision)
    case resolved([ResolvedDelivery])
    case resolvedAll(Int)
    case added(ImportReport)
    case erased
    /// The decision is stored; the source is looked at by the process that has it in hand.
    case decided
}

/// What came of a command that was handed over: an answer, or what was wrong.
package struct ControlReply: Sendable, Codable {
    /// A ``Problem`` on its way between two processes; its proposal stays behind.
    package struct Failure: Sendable, Codable {
        package var code: Problem.Code
        package var message: String
        package var hint: String?
    }

    /// Either this or a failure.
    package var answer: ControlAnswer?
    package var failure: Failure?

    package init(_ answer: ControlAnswer) { self.answer = answer }

    package init(_ problem: Problem) {
        failure = Failure(code: problem.code, message: problem.message, hint: problem.hint)
    }

    /// - Throws: ``Problem`` as the other process had it.
    package func get() throws -> ControlAnswer {
        if let failure { throw Problem(failure.code, failure.message, hint: failure.hint) }
        guard let answer else { throw Problem(.internal, "the running tellal gave no answer") }
        return answer
    }
}

/// Of a subscriber what a file tells.
package struct NewSubscriber: Sendable, Hashable, Codable {
    private var address: String
    private var firstName: String?
    private var lastName: String?
    private var language: String?
    private var tags: [String]
    private var fields: [String: String]
    private var consentAt: Timestamp?
    private var consentSource: String?
    private var lastActiveAt: Timestamp?

    package init(_ subscriber: Subscriber) {
        address = subscriber.address
        firstName = subscriber.firstName
        lastName = subscriber.lastName
        language = subscriber.language
        tags = subscriber.tags
        fields = subscriber.fields
        consentAt = subscriber.consentAt
        consentSource = subscriber.consentSource
        lastActiveAt = subscriber.lastActiveAt
    }

    /// With nothing that a file cannot tell: no state, no preferences.
    package var subscriber: Subscriber {
        Subscriber(
            address: address, firstName: firstName, lastName: lastName, language: language, tags: tags, fields: fields,
            consentAt: consentAt, consentSource: consentSource, lastActiveAt: lastActiveAt)
    }
}
