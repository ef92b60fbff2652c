package import CampaignModel

/// A message as one platform takes it.
package struct RenderedMessage: Sendable {
    /// In the order in which they must be sent. Empty when nothing can be shown.
    package var parts: [MessagePart]
    /// What had to be changed, in the order of the modules.
    package var cuts: [Cut]

    package init(parts: [MessagePart] = [], cuts: [Cut] = []) {
        self.parts = parts
        self.cuts = cuts
    }

    /// The requests in the order in which they would leave when nothing is known of the media yet. Where an upload's id
    /// would stand, there is `UPLOAD-1` and so on.
    package func firstRequests(by adapter: any PlatformAdapter, on channel: Channel) -> [PlatformRequest] {
        var requests: [PlatformRequest] = []
        var uploads = 0
        for part in parts {
            let forms = part.media.map { media -> MediaForm in
                let form = MediaForm(unknown: media)
                let isFile = if case .upload = form { true } else { false }
                guard isFile || part.needsIDs, let upload = adapter.upload(form, of: media.kind, on: channel) else {
                    return form
                }
                requests.append(upload)
                uploads += 1
                return .remembered("UPLOAD-\(uploads)")
            }
            requests += [part.request(forms)].compactMap(\.self)
        }
        return requests
    }
}

/// One request of a message, which may go in several forms; at most one of them is accepted.
package struct MessagePart: Sendable {
    /// How the words of a part go.
    package enum Wording: Sendable, Hashable {
        case formatted
        /// The same words without formatting, for a platform that could not read it, or cards without their pictures.
        case plain
    }

    /// What it shows beside words.
    package let media: [Media]
    /// Whether each medium must have an id of the platform before.
    package let needsIDs: Bool
    /// The whole message in a form that not every server knows; the same message can go in the older form.
    package let isRich: Bool
    private let build: @Sendable ([MediaForm], Wording) -> PlatformRequest?

    /// The same part, as another request.
    func mapped(_ change: @escaping @Sendable (PlatformRequest) -> PlatformRequest?) -> MessagePart {
        MessagePart(media: media, needsIDs: needsIDs, isRich: isRich) { [build] forms, wording in
            build(forms, wording).flatMap(change)
        }
    }

    init(
        media: [Media] = [], needsIDs: Bool = false, isRich: Bool = false,
        build: @escaping @Sendable ([MediaForm], Wording) -> PlatformRequest?
    ) {
        self.media = media
        self.needsIDs = needsIDs
        self.isRich = isRich
        self.build = build
    }

    /// The request for these forms of its media, one a medium.
    ///
    /// - Parameters:
    ///   - forms: As many as there are media.
    ///   - wording: How its words go.
    /// - Returns: Nil when nothing is left to show.
    package func request(_ forms: [MediaForm], wording: Wording = .formatted) -> PlatformRequest? {
        forms.count == media.count ? build(forms, wording) : nil
    }
}

/// Something of a message that was changed to fit a platform, told to the owner.
package struct Cut: Sendable, Hashable, CustomStringConvertible {
    /// What was done to it.
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
