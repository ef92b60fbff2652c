import CampaignModel
import Foundation

@testable import HTTPTransport

/// Of an address that we fetch from: what is judged is what is connected to.
enum AddressPromises {
    static func check(_ text: String) {
        checkFetched(text)
        checkNumbers(text)
    }

    /// - Parameter lines: Who answers, and its `Location`.
    static func checkRedirect(_ lines: [String]) {
        guard lines.count > 1, let old = try? RequestURL(lines[0]) else { return }
        guard let new = try? old.following(lines[1]) else { return }
        check(new)
        let request = HTTPRequest(
            method: "POST", url: old.url,
            headers: [HTTPHeader("Authorization", "Bearer x"), HTTPHeader("Accept", "*/*")],
            body: [1])
        for status in [301, 302, 303, 307, 308] {
            let next = RedirectRule.request(request, after: status, from: old, to: new)
            promise(next.url == new.url, "\(next.url) instead of \(new.url)")
            let keepsSecrets = next.headers.contains { $0.name == "Authorization" }
            promise(keepsSecrets == old.isSameOrigin(as: new), "from \(old.url) to \(new.url) the secrets are wrong")
            let hop = RedirectRule.hop(status, from: old, to: new)
            promise(!(hop.isPermanent && old.scheme == "https" && new.scheme == "http"), "a move to http for good")
        }
    }

    private static func checkFetched(_ text: String) {
        let plain = RequestURL(plain: text)
        guard let whole = try? RequestURL(text, base: nil) else {
            return promise(plain == nil, "libcurl refuses \(text)")
        }
        if let plain { promise(plain == whole, "\(plain) is \(whole) to libcurl") }
        check(whole)
    }

    private static func check(_ address: RequestURL) {
        promise(["http", "https"].contains(address.scheme), "a scheme \(address.scheme)")
        promise((1...65_535).contains(address.port) && !address.host.isEmpty, "no place: \(address)")
        promise(isPrintable(address.label), "a label \(address.label.debugDescription)")
        promise(!address.url.contains("#"), "a fragment in \(address.url)")
        let again = try? RequestURL(address.url)
        promise(again == address, "\(address) is read again as \(String(describing: again))")
    }

    /// The special addresses, as a child would tell them.
    private static func checkNumbers(_ text: String) {
        guard let address = IPAddress(text) else { return }
        promise(IPAddress(address.description) == address, "\(text) is written as \(address)")
        _ = AddressPolicy.publicOnly.permits(address, host: text, port: 443)
        guard address.isIPv4 else { return }
        let numbers = address.description.split(separator: ".").compactMap { Int($0) }
        let isPrivate =
            [0, 10, 127].contains(numbers[0]) || numbers[0] >= 224 || numbers[0] == 192 && numbers[1] == 168
            || numbers[0] == 172 && (16...31).contains(numbers[1]) || numbers[0] == 169 && numbers[1] == 254
        promise(!isPrivate || !AddressPolicy.isPublic(address), "\(address) counts as public")
        for mapped in ["::ffff:\(address)", "64:ff9b::\(address)"].compactMap({ IPAddress($0) }) {
            promise(
                AddressPolicy.isPublic(mapped) == AddressPolicy.isPublic(address), "\(mapped) and \(address) differ")
        }
    }
}
