package import CampaignModel

/// A message as one platform takes it.
package struct RenderedMessage: Sendable, Equatable {
    /// The requests in the order in which they must be sent. Empty when nothing can be shown.
    package var parts: [HTTPRequest]
    package var cuts: [Cut]
    /// What takes the place of a part whose picture the platform refuses, by the part's index.
    package var withoutPicture: [Int: WithoutPicture]

    package enum WithoutPicture: Sendable, Equatable {
        case instead(HTTPRequest)
        /// The part is nothing but the picture; the others can go without it.
        case leaveOut
    }

    package init(parts: [HTTPRequest] = [], cuts: [Cut] = [], withoutPicture: [Int: WithoutPicture] = [:]) {
        self.parts = parts
        self.cuts = cuts
        self.withoutPicture = withoutPicture
    }
}

/// Something of a message that was changed to fit a platform, told to the owner.
package struct Cut: Sendable, Hashable, CustomStringConvertible {
    package enum Action: String, Sendable, Hashable, CaseIterable {
        case shortened, dropped, split, moved
    }

    /// The module's place in the message, from 0.
    package var module: Int
    /// Which part of the module: `text`, `image`, `buttons[1].title`, `cards[0].subtitle`.
    package var field: String
    /// The platform's limit that was in the way, if it was a number.
    package var limit: Int?
    package var action: Action
    /// One plain sentence.
    package var message: String

    package init(module: Int, field: String, limit: Int? = nil, action: Action, message: String) {
        self.module = module
        self.field = field
        self.limit = limit
        self.action = action
        self.message = message
    }

    package var description: String { "module \(module + 1), \(field): \(message)" }
}
