/// A picture, video, sound or file that a message shows.
package struct Media: Sendable, Hashable, Codable {
    /// The raw value is the module's name in a layout, and Messenger's name of the attachment.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable { case image, video, audio, file }

    package var kind: Kind
    package var source: MediaSource
    package var caption: RichText?
    /// Name of the piece, for audio.
    package var title: String?
    /// Name of the performer, for audio.
    package var performer: String?
    /// Buttons below a picture or video.
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

/// The origin of a medium.
package enum MediaSource: Sendable, Hashable, Codable {
    /// An absolute http(s) address, from which the platform fetches the medium.
    case address(String)
    /// A file of the owner, which is uploaded.
    case file(MediaFile)
}

/// A file beside a layout, as it was when the layout was read.
package struct MediaFile: Sendable, Hashable, Codable {
    /// The path with which this process can open the file.
    package var path: String
    /// Size in bytes.
    package var size: Int64
    /// SHA-256 of the content, in hexadecimal digits. Equal content is uploaded once, whatever its name.
    package var hash: String

    package init(path: String, size: Int64, hash: String) {
        self.path = path
        self.size = size
        self.hash = hash
    }

    /// The last part of the path.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}
