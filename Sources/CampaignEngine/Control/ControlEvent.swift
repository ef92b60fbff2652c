import CampaignModel
import CampaignStore

/// A command of the owner, for the log.
package struct ControlEvent: Sendable, Hashable {
    /// A stable code.
    package var code: String
    /// One sentence.
    package var message: String

    init?(_ command: ControlCommand, _ answer: ControlAnswer) {
        switch (command, answer) {
        case (.pause, .campaign(let campaign)):
            self.init("paused", "campaign \(campaign.name) is paused: \(campaign.pausedReason ?? "")")
        case (.resume, .campaign(let campaign)): self.init("resumed", "campaign \(campaign.name) goes on")
        case (.cancel, .cancelled(let end)):
            self.init("cancelled", "of campaign \(end.campaign) what waited is not sent: \(end.suppressed) deliveries")
        case (.approve, .approved(let name, let run, let decision)):
            self.init("decided", "run \(run) of \(name): \(decision.rawValue)")
        case (.send, .scheduled(let message, _)):
            self.init("scheduled", "\(message.name) goes out at \(message.at)")
        case (.reschedule, .scheduled(let message, _)):
            self.init("scheduled", "\(message.name) goes out at \(message.at) now")
        case (.resolve(_, let resolution), .resolved(let all)):
            self.init("resolved", "\(all.count(where: \.isResolved)) unknown deliveries: \(resolution.rawValue)")
        case (.resolveAll(let name, let resolution), .resolvedAll(let count)):
            self.init("resolved", "\(count) unknown deliveries of campaign \(name): \(resolution.rawValue)")
        case (.add(_, let channel), .added(let report)):
            self.init("added", "\(report.added) subscribers of \(channel) were added")
        case (.erase(_, let channel), .erased): self.init("erased", "a subscriber of \(channel) was erased")
        case (.decide(let source, let decision), .decided):
            self.init("decided", "the held poll of \(source) is decided: \(decision)")
        default: return nil
        }
    }

    private init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }
}
