package import CampaignModel

/// How a medium goes with a request.
package enum MediaForm: Sendable, Hashable {
    /// The platform fetches it from there.
    case address(String)
    /// The platform has it already, under this id.
    case remembered(String)
    /// Its bytes go with the request.
    case upload(FileContent)
    /// It cannot be had; the rest goes without it.
    case missing

    /// The form of a medium of which nothing is known yet. A file comes without its bytes: enough for a preview.
    package init(unknown media: Media) {
        switch media.source {
        case .address(let address): self = LinkAddress(address).map { .address($0.text) } ?? .missing
        case .file(let file): self = .upload(FileContent(name: file.name, bytes: [], size: file.size))
        }
    }
}

extension [MediaForm] {
    /// How much longer the platform takes, which fetches what has an address before it answers.
    var patience: Duration {
        contains { if case .address = $0 { true } else { false } } ? PlatformLimits.fetchTime : .zero
    }
}

/// A file as it is uploaded.
package struct FileContent: Sendable, Hashable {
    /// Without what would end it in a header, or lead out of a folder (RFC 7578, 4.2 allows UTF-8); never empty.
    package let name: String
    /// Empty in a preview.
    package let bytes: [UInt8]
    /// In bytes; a preview knows it without the content.
    package let size: Int64

    package init(name: String, bytes: [UInt8], size: Int64? = nil) {
        self.name = Self.safe(name)
        self.bytes = bytes
        self.size = size ?? Int64(bytes.count)
    }

    private static func safe(_ name: String) -> String {
        let kept = name.unicodeScalars.suffix(100).map { scalar -> Character in
            switch scalar {
            case "\"", "\\", "/": return "_"
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse:
                    return "_"
                default: return Character(scalar)
                }
            }
        }
        return kept.contains { $0 != "_" && $0 != "." } ? String(kept) : "file"
    }

    /// By the ending of the name; both platforms look into the content themselves.
    package var type: String {
        switch name.split(separator: ".").last?.lowercased() {
        case "jpg", "jpeg": "image/jpeg"
        case "png": "image/png"
        case "gif": "image/gif"
        case "webp": "image/webp"
        case "mp4", "m4v": "video/mp4"
        case "mp3": "audio/mpeg"
        case "m4a": "audio/mp4"
        case "ogg", "oga": "audio/ogg"
        case "pdf": "application/pdf"
        default: "application/octet-stream"
        }
    }

    /// The ending that a content of that type has, with its dot; empty when it is not known.
    package static func ending(of type: String) -> String {
        let name = type.prefix { $0 != ";" && !$0.isWhitespace }.lowercased()
        return switch name {
        case "image/jpeg": ".jpg"
        case "image/png": ".png"
        case "image/gif": ".gif"
        case "image/webp": ".webp"
        case "video/mp4": ".mp4"
        case "audio/mpeg": ".mp3"
        case "audio/mp4", "audio/x-m4a": ".m4a"
        case "audio/ogg": ".ogg"
        case "application/pdf": ".pdf"
        default: ""
        }
    }
}
