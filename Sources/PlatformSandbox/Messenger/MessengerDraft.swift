import CampaignModel

/// A call of the Send API as it was asked for, valid by itself: the person is not looked at yet.
///
/// Forms and limits from Messenger's Send API reference and template pages; lengths count Unicode scalars.
struct MessengerDraft: Sendable {
    enum Attachment: Sendable, Hashable {
        case url(ChatMessage.Media.Kind, String)
        case upload(ChatMessage.Media.Kind, RequestParameters.File)
        case attachmentID(String)
    }

    var recipient: String
    var messagingType = ""
    var tag: String?
    /// `typing_on` and the like, which send nothing.
    var action: String?
    var kind = "text"
    var text = ""
    var attachments: [Attachment] = []
    var isReusable = false
    var cards: [ChatMessage.Card] = []
    var buttons: [ChatMessage.Button] = []
    var quickReplies: [ChatMessage.Button] = []
    var metadata: String?
    /// A `notification_messages` template.
    var optInRequest: ChatMessage.OptInRequest?
    /// The attachments as they were sent, for the echo.
    private(set) var sources: [JSON] = []

    /// What a marketing message carries: the same message, whose recipient a token names.
    init(marketing parameters: RequestParameters, to person: String) throws(MessengerError) {
        recipient = person
        guard let message = parameters.structure("message"), message.isObject else {
            throw .parameter("The parameter message is required")
        }
        try read(message, files: [:])
        guard ["generic", "button", "text", "media"].contains(kind) else {
            throw .parameter("Param message must be a text or a template of a marketing message")
        }
    }

    init(_ parameters: RequestParameters) throws(MessengerError) {
        guard let recipient = parameters.structure("recipient") else {
            throw .parameter("The parameter recipient is required")
        }
        guard let address = recipient["id"]?.identifier, !address.isEmpty else {
            throw .parameter("Param recipient[id] must be a page-scoped ID; the sandbox knows no other recipients")
        }
        self.recipient = address
        if let action = parameters.text("sender_action") {
            guard ["typing_on", "typing_off", "mark_seen"].contains(action) else {
                throw .parameter("Param sender_action must be one of {TYPING_ON, TYPING_OFF, MARK_SEEN}")
            }
            self.action = action
            return
        }
        try readType(parameters)
        guard let message = parameters.structure("message"), message.isObject else {
            throw .parameter("The parameter message is required")
        }
        try read(message, files: parameters.files)
    }

    private mutating func readType(_ parameters: RequestParameters) throws(MessengerError) {
        messagingType = parameters.text("messaging_type") ?? ""
        tag = parameters.text("tag")
        switch messagingType {
        case "RESPONSE", "UPDATE": return
        case "MESSAGE_TAG" where tag == "NON_PROMOTIONAL_SUBSCRIPTION":
            throw MessengerError(
                code: 10, subcode: 2_018_065,
                message: "(#10) This message is sent outside of allowed window. You need page subscription messaging "
                    + "permission to do it."
            )
        case "MESSAGE_TAG":
            guard tag == "HUMAN_AGENT" || tag == "CUSTOMER_FEEDBACK" else {
                throw .parameter("Message tag \(tag ?? "") is invalid or no longer supported")
            }
        case "": throw .parameter("The parameter messaging_type is required")
        default: throw .parameter("Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}")
        }
    }

    private mutating func read(_ message: JSON, files: [String: RequestParameters.File]) throws(MessengerError) {
        if let metadata = message["metadata"]?.string {
            guard metadata.unicodeScalars.count < 1000 else {
                throw .parameter("Length of param message[metadata] must be less than 1000")
            }
            self.metadata = metadata
        }
        if let text = message["text"]?.string {
            try MessengerTemplate.check(text, "message[text]", below: 2000)
            self.text = text
        }
        if let attachment = message["attachment"] {
            guard text.isEmpty else { throw .parameter("Message cannot hold both text and attachment") }
            try read(attachment: attachment, files: files)
        } else if let list = message["attachments"]?.array {
            guard (1...30).contains(list.count), list.allSatisfy({ $0["type"]?.string == "image" }) else {
                throw .parameter("Param message[attachments] must hold 1 to 30 images")
            }
            for entry in list { try read(attachment: entry, files: [:]) }
        } else if text.isEmpty {
            throw .parameter("Param message must be non-empty: text or attachment is required")
        }
        quickReplies = try MessengerTemplate.quickReplies(message["quick_replies"])
    }

    private mutating func read(attachment: JSON, files: [String: RequestParameters.File]) throws(MessengerError) {
        guard let type = attachment["type"]?.string else {
            throw .parameter("Param message[attachment][type] is required")
        }
        let payload = attachment["payload"] ?? [:]
        kind = type
        sources.append(["type": .string(type), "payload": payload])
        switch type {
        case "template": try read(template: payload)
        case "image", "video", "audio", "file":
            attachments.append(try Self.attachment(type, payload, file: files["filedata"]))
            isReusable = payload["is_reusable"]?.bool ?? false
        default:
            throw .parameter(
                "Param message[attachment][type] must be one of {AUDIO, FILE, IMAGE, TEMPLATE, VIDEO}"
            )
        }
    }

    static func attachment(_ type: String, _ payload: JSON, file: RequestParameters.File?) throws(MessengerError)
        -> Attachment
    {
        let kinds: [String: ChatMessage.Media.Kind] = [
            "image": .photo, "video": .video, "audio": .audio, "file": .document,
        ]
        guard let kind = kinds[type] else { throw .parameter("Param attachment[type] is invalid") }
        if let file { return .upload(kind, file) }
        if let id = payload["attachment_id"]?.identifier { return .attachmentID(id) }
        guard let url = payload["url"]?.string, WebAddress.isWeb(url) else {
            throw .parameter("Param message[attachment][payload][url] should represent a valid URL")
        }
        return .url(kind, url)
    }

    private mutating func read(template payload: JSON) throws(MessengerError) {
        let name = payload["template_type"]?.string ?? ""
        kind = name
        switch name {
        case "button":
            text = payload["text"]?.string ?? ""
            try MessengerTemplate.check(text, "payload[text]", upTo: 640)
            buttons = try MessengerTemplate.buttons(payload["buttons"], atLeast: 1)
        case "generic":
            cards = try MessengerTemplate.cards(payload["elements"])
        case "media":
            guard let elements = payload["elements"]?.array, let element = elements.first, elements.count == 1,
                let type = element["media_type"]?.string, type == "image" || type == "video"
            else { throw .parameter("Param payload[elements] must hold one element with media_type image or video") }
            if let url = element["url"]?.string, !WebAddress.isFacebook(url) {
                throw .parameter("Param elements[url] must be the address of a photo or video on Facebook")
            }
            attachments.append(try Self.attachment(type, element, file: nil))
            buttons = try MessengerTemplate.buttons(element["buttons"], atLeast: 0)
        case "notification_messages": try read(request: payload)
        default:
            throw .parameter(
                "Param payload[template_type] must be one of {BUTTON, GENERIC, MEDIA, NOTIFICATION_MESSAGES}"
            )
        }
    }

    private static let callsToAction: Set<String> = ["ALLOW", "GET", "GET_UPDATES", "OPT_IN", "SIGN_UP"]

    /// The request to send marketing messages: a title of at most 65 characters, and what comes back with a yes.
    private mutating func read(request payload: JSON) throws(MessengerError) {
        let title = payload["title"]?.string ?? "Updates and promotions"
        try MessengerTemplate.check(title, "payload[title]", upTo: 65)
        let answer = payload["payload"]?.string ?? ""
        try MessengerTemplate.check(answer, "payload[payload]", upTo: 1000)
        if let call = payload["notification_messages_cta_text"]?.string, !Self.callsToAction.contains(call) {
            throw .parameter(
                "Param notification_messages_cta_text must be one of {ALLOW, GET, GET_UPDATES, OPT_IN, SIGN_UP}")
        }
        let image = payload["image_url"]?.string
        if let image, !WebAddress.isWeb(image) {
            throw .parameter("Param payload[image_url] should represent a valid URL")
        }
        optInRequest = ChatMessage.OptInRequest(
            title: title, payload: answer, timezone: payload["notification_messages_timezone"]?.string
        )
        let button = ChatMessage.Button(title: "Get messages", action: .other)
        cards = [ChatMessage.Card(title: title, image: image, buttons: [button])]
    }
}
