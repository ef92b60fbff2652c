import CampaignModel
import CampaignPlanning
import Foundation
import HTTPTransport
import MessageChannels

/// What strangers ask our own addresses for, and where they would lead us: four characters of choices, of which the first
/// says what, then the text.
///
/// `c` what stands behind /c/, `f` a query or form, `v` what a hub asks, `h` the headers of an answer, a line each, `a` an
/// address, `r` an address and where it redirects to, `u` what a visitor's program says of itself.
enum LinkTarget {
    static let now = Timestamp(seconds: 1_795_000_000)

    static func run(_ bytes: [UInt8]) {
        let rest = Array(bytes.dropFirst(4))
        let text = String(decoding: rest, as: UTF8.self)
        switch bytes.first {
        case UInt8(ascii: "c"): TokenPromises.check(rest)
        case UInt8(ascii: "f"): checkForm(text)
        case UInt8(ascii: "v"): checkVerification(text, bytes[1...])
        case UInt8(ascii: "h"): checkHeaders(lines(rest))
        case UInt8(ascii: "a"):
            AddressPromises.check(text)
            ShownAddressPromises.check(text)
        case UInt8(ascii: "r"): AddressPromises.checkRedirect(lines(rest))
        case UInt8(ascii: "u"): checkVisitor(lines(rest))
        default: break
        }
    }

    // MARK: Forms

    private static func checkForm(_ text: String) {
        let fields = FormFields.read(text)
        promise(fields.count <= text.utf8.count { $0 == UInt8(ascii: "&") } + 1, "\(fields.count) fields in \(text)")
        // Written again with everything escaped, they are the same.
        let written = fields.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
        let again = FormFields.read(written)
        promise(
            again.count == fields.count
                && zip(fields, again).allSatisfy { same($0.name, $1.name) && same($0.value, $1.value) },
            "\(fields) is read from \(written) as \(again)")
    }

    private static func same(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }

    private static func escaped(_ text: String) -> String { text.utf8.map { String(format: "%%%02X", $0) }.joined() }

    private static func checkVerification(_ text: String, _ choices: ArraySlice<UInt8>) {
        let topic = "https://blog.example.com/feed.xml"
        let mode: WebSubRequest.Mode = choices.first == UInt8(ascii: "1") ? .unsubscribe : .subscribe
        let fields = FormFields.read(text)
        switch WebSubVerification(query: fields, expecting: mode, topic: topic) {
        case .refused: break
        case .denied(let reason):
            promise(isPrintable(reason ?? "") && (reason ?? "").unicodeScalars.count <= 200, "a reason \(reason ?? "")")
            promise(fields.contains { $0.value == topic }, "denied for another topic")
        case .agreed(let challenge, let lease):
            promise((1...4096).contains(challenge.utf8.count), "a challenge of \(challenge.utf8.count) bytes")
            promise(
                fields.contains { $0.value == topic } && fields.contains { $0.value == mode.rawValue }, "nobody asked")
            promise((lease == nil) == (mode == .unsubscribe), "a lease of \(String(describing: lease))")
            if let lease { promise(lease > .zero && lease <= .days(366), "a lease of \(lease)") }
        }
    }

    // MARK: Headers

    private static func checkHeaders(_ lines: [String]) {
        let headers = lines.prefix(32).map { line in
            let halves = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = halves.count > 1 ? String(halves[1].drop { $0 == " " }) : ""
            return HTTPHeader(String(halves[0]), value)
        }
        let hints = CacheHints(headers, now: now)
        if let fresh = hints.fresh { promise(fresh > .zero && fresh <= CacheHints.mostFresh, "fresh for \(fresh)") }
        if let wait = hints.retryAfter {
            promise(wait > .zero && wait <= CacheHints.mostRetryAfter, "a wait of \(wait)")
        }
        let address = "https://blog.example.com/feed.xml"
        let validators = HTTPValidators(headers, url: address, readerVersion: 1, readAt: now)
        for header in validators.notModified(headers).headers(for: address, readerVersion: 1, now: now) {
            promise(header.value.utf8.count <= 1024 && !header.value.utf8.contains(0x0A), "we would send \(header)")
        }
        if let offer = HubOffer(headers, nil, foundAt: address) {
            for address in [offer.hub, offer.topic] {
                promise(address.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }, "a hub at \(address.debugDescription)")
                promise(address.lowercased().hasPrefix("http"), "a hub at \(address)")
            }
        }
        if let signature = headers["X-Hub-Signature"].flatMap(WebhookSignature.init(header:)) {
            promise(!signature.isOf([UInt8](repeating: 7, count: 32)) && !signature.isOf([]), "a signature of anything")
        }
    }

    private static func checkVisitor(_ lines: [String]) {
        let agent = lines.first
        let purpose = lines.count > 1 ? lines[1] : nil
        let visitor = Click.Visitor(agent: agent, isHead: false, purpose: purpose)
        promise(visitor == Click.Visitor(agent: agent, isHead: false, purpose: purpose), "two visitors in one")
        promise(
            Click.Visitor(agent: agent, isHead: true, purpose: purpose) != .person,
            "a person who asks for the head alone")
        promise((agent ?? "") != "" || visitor != .person, "a person who says nothing")
    }
}
