package import CampaignModel

/// The platforms' limits, each with where it is written. Lengths are UTF-16 units: Telegram counts so, and for
/// Messenger, which says only "characters", it is the careful reading.
package enum PlatformLimits {
    /// Of the Bot API, for bots on Telegram's own server.
    package enum Telegram {
        /// sendMessage `text`: 1–4096 after entities parsing (Bot API 10.1).
        package static let text = 4096
        /// sendPhoto `caption`: 0–1024 after entities parsing (Bot API 10.1).
        package static let caption = 1024
        /// sendPhoto: up to 10 MB as an upload (Bot API 10.1); by address 5 MB.
        package static let photoBytes: Int64 = 10_000_000
        /// sendVideo, sendAudio and sendDocument: up to 50 MB (Bot API 10.1); by address 20 MB.
        package static let fileBytes: Int64 = 50_000_000
        /// sendMediaGroup: 2–10 items (Bot API 10.1).
        package static let album = 10
        /// sendRichMessage: characters, blocks and media of one message (Bot API 10.1).
        package static let richText = 32768
        package static let richBlocks = 500
        package static let richMedia = 50
        /// Formatted stretches in one message; Telegram drops the formatting of further ones.
        package static let entities = 100
        /// `callback_data`: 1–64 bytes (Bot API 10.1).
        package static let callbackData = 64
        /// Ours: what a phone shows of a button.
        package static let buttonTitle = 64
        /// Buttons in one inline keyboard; unwritten, and more are refused.
        package static let buttons = 100
        /// Ours: titles that share a row of buttons have so many characters together.
        package static let buttonRow = 30
        /// Ours: and so many of them share it.
        package static let buttonsInRow = 3
    }

    /// Of the Send API and what belongs to it.
    package enum Messenger {
        /// `message.text`: below 2000 (Send API reference).
        package static let text = 1999
        /// `message.metadata`: below 1000 (Send API reference).
        package static let metadata = 999
        /// Text of a button template (button template, 22 April 2026).
        package static let buttonTemplateText = 640
        /// Buttons of a button template or of one element (button and generic template).
        package static let buttons = 3
        /// Title of a button; written for quick replies, and used for both.
        package static let buttonTitle = 20
        /// Quick replies below one message (quick replies, 17 June 2026); their titles are as long as buttons'.
        package static let quickReplies = 13
        /// Pictures of one message (Send Messages, 5 May 2026).
        package static let pictures = 30
        /// Any attachment (Send API reference, saving assets): 25 MB.
        package static let attachmentBytes: Int64 = 25_000_000
        /// An `attachment_id` ends after 90 days (saving assets, 22 April 2026); it is made anew a week before.
        package static let attachmentLife = Duration.days(83)
        /// Elements of a generic template (generic template, 22 April 2026).
        package static let elements = 10
        package static let elementTitle = 80
        package static let elementSubtitle = 80
        /// Of calls with audio or video, 10 a second (rate limiting, 23 March 2026).
        package static let heavyPerSecond = 10.0
        /// The Graph API version of the documents' samples.
        package static let graphVersion = "v25.0"
    }

    /// Ours: one text becomes at most so many messages; nobody wants a book in their chat.
    package static let partsOfOneText = 10
    /// The longest wait that is believed when a platform says "later".
    package static let longestWait = Duration.days(1)
    /// From connecting to the last byte of the answer; stays below a delivery's lease.
    package static let answerTime = Duration.seconds(15)
    /// Of these, until the connection stands.
    package static let connectTime = Duration.seconds(10)

    /// A platform that fetches a medium itself may take so much longer: Messenger gives up on a video after 75 s.
    package static let fetchTime = Duration.seconds(75)
    /// Ours: what stands at an address may change, so an id for it is believed only so long.
    package static let addressLife = Duration.days(1)

    /// What an upload may need beyond the time of a plain call: a line of 2 Mbit/s is the slowest that counts.
    static func uploadTime(bytes: Int64) -> Duration { .milliseconds(bytes / 250) }

    /// The largest file of that kind that can be uploaded, in bytes.
    package static func largestUpload(_ kind: Media.Kind, on platform: Platform) -> Int64 {
        switch (platform, kind) {
        case (.telegram, .image): Telegram.photoBytes
        case (.telegram, .video), (.telegram, .audio), (.telegram, .file): Telegram.fileBytes
        case (.messenger, _): Messenger.attachmentBytes
        }
    }

    /// How long an id of that platform is good; nil for ever.
    package static func lifeOfID(of source: MediaSource, on platform: Platform) -> Duration? {
        switch (source, platform) {
        case (.address, _): addressLife
        case (.file, .messenger): Messenger.attachmentLife
        case (.file, .telegram): nil
        }
    }

    /// What has to lie between two messages to one chat; nil where nothing is written of it. Telegram: one a second, and
    /// twenty a minute to a group or channel (Bot FAQ).
    package static func gap(ofChat address: String, on platform: Platform) -> Duration? {
        switch platform {
        case .telegram: Subscriber.isPerson(address: address) ? .seconds(1) : .seconds(3)
        case .messenger: nil
        }
    }

    /// How many requests with that medium a second, where that is fewer than of others; nil where it is not.
    package static func perSecond(_ kind: Media.Kind, on platform: Platform) -> Double? {
        switch (platform, kind) {
        case (.messenger, .video), (.messenger, .audio): Messenger.heavyPerSecond
        case (.messenger, .image), (.messenger, .file), (.telegram, _): nil
        }
    }
}
