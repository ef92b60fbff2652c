import CampaignModel

/// What all calls of one message have in common.
struct MessengerCall: Sendable {
    typealias Limits = PlatformLimits.Messenger

    private let address: String
    private let channel: Channel
    private let metadata: String
    private let isSilent: Bool
    private let type: JSONValue

    init(_ message: Message, to address: String, on channel: Channel, reference: String, isResponse: Bool) {
        type = isResponse ? "RESPONSE" : "UPDATE"
        self.address = address
        self.channel = channel
        metadata = TextCut.shorten(reference, to: Limits.metadata)
        isSilent = message.options.isSilent
    }

    func send(_ message: [String: JSONValue], files: [PlatformRequest.File] = [], patience: Duration = .zero)
        -> PlatformRequest
    {
        var message = message
        message["metadata"] = .string(metadata)
        var fields: [String: JSONValue] = [
            "recipient": ["id": .string(address)], "messaging_type": type, "message": .object(message),
        ]
        // A notification without a sound, as Telegram's.
        if isSilent { fields["notification_type"] = "SILENT_PUSH" }
        let api = GraphAPI(channel)
        return api.sending("\(api.page)/messages", fields, files: files, patience: patience)
    }

    /// One medium by itself.
    func media(_ media: Media, _ form: MediaForm) -> PlatformRequest? {
        guard form != .missing else { return nil }
        let (payload, files) = Self.payload(form)
        return send(
            ["attachment": ["type": .string(media.kind.rawValue), "payload": payload]], files: files,
            patience: [form].patience)
    }

    /// Several pictures in one message; those that are missing are left out.
    func pictures(_ pictures: [Media], _ forms: [MediaForm]) -> PlatformRequest? {
        let shown = zip(pictures, forms).filter { $0.1 != .missing }
        guard shown.count > 1 else { return shown.first.flatMap { media($0.0, $0.1) } }
        let attachments = shown.map { media, form -> JSONValue in
            ["type": .string(media.kind.rawValue), "payload": Self.payloadOfMany(form)]
        }
        return send(["attachments": .array(attachments)], patience: forms.patience)
    }

    /// A picture or video with buttons: the media template, which takes an id only.
    func template(_ media: Media, _ form: MediaForm, buttons: [MessengerButton]) -> PlatformRequest? {
        Self.template(media, form, buttons: buttons).map { send($0) }
    }

    static func template(_ media: Media, _ form: MediaForm, buttons: [MessengerButton]) -> [String: JSONValue]? {
        guard case .remembered(let id) = form else { return nil }
        var element: [String: JSONValue] = [
            "media_type": .string(media.kind.rawValue), "attachment_id": .string(id),
        ]
        if !buttons.isEmpty { element["buttons"] = .array(buttons.map(\.json)) }
        let payload: JSONValue = ["template_type": "media", "elements": [.object(element)]]
        return ["attachment": ["type": "template", "payload": payload]]
    }

    /// Stores a medium with the Page (saving assets), from an address or with its bytes.
    static func upload(_ form: MediaForm, of kind: Media.Kind, on channel: Channel) -> PlatformRequest? {
        switch form {
        case .remembered, .missing: return nil
        case .address, .upload:
            let (payload, files) = payload(form)
            let message: JSONValue = ["attachment": ["type": .string(kind.rawValue), "payload": payload]]
            let api = GraphAPI(channel)
            return api.sending(
                "\(api.page)/message_attachments", ["message": message], files: files, patience: [form].patience)
        }
    }

    private static func payload(_ form: MediaForm) -> (JSONValue, [PlatformRequest.File]) {
        switch form {
        case .address(let address): (["url": .string(address), "is_reusable": true], [])
        case .remembered(let id): (["attachment_id": .string(id)], [])
        case .upload(let content): (["is_reusable": true], [PlatformRequest.File(name: "filedata", content: content)])
        case .missing: ([:], [])
        }
    }

    /// Bytes cannot go with several pictures, so each has an address or an id.
    private static func payloadOfMany(_ form: MediaForm) -> JSONValue {
        switch form {
        case .address(let address): ["url": .string(address)]
        case .remembered(let id): ["attachment_id": .string(id)]
        case .upload, .missing: [:]
        }
    }
}
