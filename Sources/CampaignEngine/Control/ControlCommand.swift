package import CampaignModel
package import CampaignStore

/// A command of the owner to the process that has the database, the same from the command line, a page or another
/// process. ``ControlCommandHandler`` carries it out.
package enum ControlCommand: Sendable, Hashable, Codable {
    /// Pauses a campaign: nothing of it is planned or begun until it is resumed.
    case pause(campaign: String, reason: String?)
    case resume(campaign: String)
    /// Cancels the waiting deliveries of a campaign, or of one of its runs.
    case cancel(campaign: String, run: CampaignRunID?)
    /// Sends or schedules a message that was written by hand.
    case send(OneOff)
    /// Decides about a run that waits for approval; nil for the oldest.
    case approve(campaign: String, run: CampaignRunID?, Approval.Decision)
    /// Changes the time of a message that was written by hand: `at` as typed, in the given time zone, or else in the
    /// message's own.
    case reschedule(campaign: String, at: String, timeZone: String?)
    case resolve([DeliveryID], as: Delivery.Resolution)
    /// Resolves all deliveries of a campaign that are `unknown`.
    case resolveAll(campaign: String, as: Delivery.Resolution)
    case add([NewSubscriber], channel: String)
    case erase(address: String, channel: String)
    /// Decides about a held poll; the decision is written like the description of ``HoldDecision``.
    case decide(source: String, decision: String)
}

/// The result of a command.
package enum ControlAnswer: Sendable, Hashable, Codable {
    case campaign(CampaignStatus)
    case cancelled(Cancellation)
    /// The message is stored until its time.
    case scheduled(OneOff, reach: [ChannelReach])
    case approved(campaign: String, run: CampaignRunID, Approval.Decision)
    case resolved([ResolvedDelivery])
    case resolvedAll(Int)
    case added(ImportReport)
    case erased
    /// The decision is stored; the process that polls the source applies it.
    case decided
}

/// The reply to a command from another process: an answer or a failure.
package struct ControlReply: Sendable, Codable {
    /// A ``Problem`` as sent between two processes, without its proposal.
    package struct Failure: Sendable, Codable {
        package var code: Problem.Code
        package var message: String
        package var hint: String?
    }

    /// The answer; nil when there is a failure.
    package var answer: ControlAnswer?
    package var failure: Failure?

    package init(_ answer: ControlAnswer) { self.answer = answer }

    package init(_ problem: Problem) {
        failure = Failure(code: problem.code, message: problem.message, hint: problem.hint)
    }

    /// The answer.
    ///
    /// - Throws: The ``Problem`` of the other process.
    package func get() throws -> ControlAnswer {
        if let failure { throw Problem(failure.code, failure.message, hint: failure.hint) }
        guard let answer else { throw Problem(.internal, "the running tellal gave no answer") }
        return answer
    }
}

/// The fields of a subscriber that an imported file can contain.
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

    /// A subscriber with these fields only, without preferences.
    package var subscriber: Subscriber {
        Subscriber(
            address: address, firstName: firstName, lastName: lastName, language: language, tags: tags, fields: fields,
            consentAt: consentAt, consentSource: consentSource, lastActiveAt: lastActiveAt)
    }
}
