import CampaignModel

/// A button as Messenger shows it.
struct MessengerButton {
    var title: String
    /// Empty for the button that leaves.
    var address: String
    /// What comes back when it is pressed.
    var payload = ButtonPayload.messengerUnsubscribe

    var json: JSONValue {
        address.isEmpty
            ? [
                "type": "postback", "title": .string(title),
                "payload": .string(payload),
            ]
            : ["type": "web_url", "title": .string(title), "url": .string(address)]
    }

    /// The buttons that fit, in their order: the way out always, then the first links. A second way out is no loss.
    static func chosen(_ buttons: [MessengerButton]) -> (kept: [MessengerButton], others: [MessengerButton]) {
        guard buttons.count > PlatformLimits.Messenger.buttons else { return (buttons, []) }
        var places = PlatformLimits.Messenger.buttons - (buttons.contains { $0.address.isEmpty } ? 1 : 0)
        var hasWayOut = false
        var kept: [MessengerButton] = []
        var others: [MessengerButton] = []
        for button in buttons {
            if button.address.isEmpty {
                if !hasWayOut { kept.append(button) }
                hasWayOut = true
            } else if places > 0 {
                kept.append(button)
                places -= 1
            } else {
                others.append(button)
            }
        }
        return (kept, others)
    }
}
