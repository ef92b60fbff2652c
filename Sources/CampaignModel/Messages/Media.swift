/// A picture, video, sound or file that a message shows.
package struct Media: Sendable, Hashable, Codable {
    /// The raw value is the module's name in a layout, and Messenger's name of the attachment.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable { case image, video, audio, file }

    package var kind: Kind
    package var source: MediaSource
    package var caption: RichText?
    /// Of a sound: the name of the piece.
    package var title: String?
    /// Of a sound: who plays it.
    package var performer: String?
    /// Below a picture or video.
    package var buttons: [MessageButton]

    package init(
        _ kind: Kind, _ source: MediaSource, caption: RichText? = nil, title: String? = nil, performer: String? = nil,
        buttons: [MessageButton] = []
    ) {
        self.kind = kind
        self.source = source
        self.caption = caption
        self.title = title
        self.performer = performer
        self.buttons = buttons
    }
}

/// Where a medium comes from.
package enum MediaSource: Sendable, Hashable, Codable {
    /// An absolute http(s) address, which the platform fetches itself.
    case address(String)
    /// A file of the owner, which is uploaded.
    case file(MediaFile)
}

/// A file beside a layout, as it was when the layout was read.
package struct MediaFile: Sendable, Hashable, Codable {
    /// Where it lies, as this process can open it.
    package var path: String
    /// In bytes.
    package var size: Int64
    /// SHA-256 of its content, in hexadecimal digits: the same content is uploaded once, whatever its name.
    package var hash: String

    package init(path: String, size: Int64, hash: String) {
        self.path = path
        self.size = size
        self.hash = hash
    }

    /// The last part of the path.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}
