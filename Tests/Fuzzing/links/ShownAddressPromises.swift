import CampaignModel

@testable import MessageChannels

/// Of an address that people get to press: it is one, and stays the same.
enum ShownAddressPromises {
    static func check(_ text: String) {
        let utm = UTM(source: "tellal", medium: "chat", campaign: "a&b=c#d")
        let added = utm.added(to: text)
        promise(utm.added(to: added) == added, "added twice to \(text): \(added)")
        guard let address = LinkAddress(text) else { return }
        promise(!address.host.isEmpty, "no host in \(address)")
        let again = LinkAddress(address.text)
        promise(again?.text == address.text, "\(address.text) is read again as \(again?.text ?? "nothing")")
        MessagePromises.checkAddress(address.text)
    }
}
