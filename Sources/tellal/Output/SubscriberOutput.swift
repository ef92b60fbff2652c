import CampaignModel
import CampaignStore

/// A subscriber as `--json` prints them.
struct SubscriberJSON: Encodable {
    struct Preferences: Encodable {
        var frequency: String
        var quiet_hours: String?
        var time_zone: String?
        var paused_until: Timestamp?
        /// Numbers of campaigns.
        var unwanted: [Int64]?
    }

    /// The agreement to paid messages.
    struct Marketing: Encodable {
        var title: String?
        var time_zone: String?
        var ends_at: Timestamp?
        /// When the next one may go.
        var not_before: Timestamp?
        /// The platform's code for why none arrives.
        var no_route: String?
    }

    var channel: String
    var address: String
    var first_name: String?
    var last_name: String?
    var language: String?
    var state: String
    var tags: [String]?
    var fields: [String: String]?
    var origin: String?
    var last_active_at: Timestamp?
    var read_until: Timestamp?
    var delivered_until: Timestamp?
    var marketing: Marketing?
    /// Before that they are not asked for it again.
    var ask_from: Timestamp?
    var preferences: Preferences?
    var created_at: Timestamp?

    init(_ listed: ListedSubscriber) {
        let subscriber = listed.subscriber
        channel = listed.channel
        address = subscriber.address
        first_name = subscriber.firstName
        last_name = subscriber.lastName
        language = subscriber.language
        state = subscriber.state.rawValue
        tags = subscriber.tags.isEmpty ? nil : subscriber.tags
        fields = subscriber.fields.isEmpty ? nil : subscriber.fields
        origin = subscriber.origin
        last_active_at = subscriber.lastActiveAt
        read_until = subscriber.readUntil
        delivered_until = subscriber.deliveredUntil
        marketing = subscriber.marketing.map {
            Marketing(
                title: $0.title, time_zone: $0.timeZone, ends_at: $0.endsAt, not_before: $0.notBefore,
                no_route: $0.noRoute)
        }
        ask_from = subscriber.askFrom
        created_at = listed.createdAt
        guard subscriber.preferences != .init() || !subscriber.unwanted.isEmpty else { return }
        preferences = Preferences(
            frequency: subscriber.preferences.frequency.rawValue,
            quiet_hours: subscriber.preferences.quietHours.map(SubscriberText.span),
            time_zone: subscriber.preferences.timeZone, paused_until: subscriber.preferences.pausedUntil,
            unwanted: subscriber.unwanted.isEmpty ? nil : subscriber.unwanted.map(\.rawValue).sorted())
    }
}

/// All that is kept of one person.
struct SubscriberRecordJSON: Encodable {
    struct Consent: Encodable {
        var kind: String
        var origin: String
        var shown: String?
        var said: String?
        var at: Timestamp
    }

    var subscriber: SubscriberJSON
    var consent: [Consent]
    var deliveries: [ListedDelivery]
    /// In the platform's own words.
    var events: [RawJSON]

    init(_ record: SubscriberRecord) {
        subscriber = SubscriberJSON(record.listed)
        consent = record.consent.map {
            Consent(kind: $0.kind.rawValue, origin: $0.origin, shown: $0.shown, said: $0.said, at: $0.at)
        }
        deliveries = record.deliveries
        events = record.events.map { RawJSON($0.body) }
    }
}

/// A subscriber as people read it.
enum SubscriberText {
    static func line(_ listed: ListedSubscriber) -> String {
        let name = [listed.subscriber.firstName, listed.subscriber.lastName].compactMap(\.self).joined(separator: " ")
        return "\(listed.channel) \(listed.subscriber.address) \(listed.subscriber.state.rawValue) \(name)"
    }

    static func lines(_ record: SubscriberRecord) -> [String] {
        let subscriber = record.listed.subscriber
        let facts: [(String, String?)] =
            [
                ("language", subscriber.language), ("came by", subscriber.origin),
                ("tags", subscriber.tags.isEmpty ? nil : subscriber.tags.joined(separator: ", ")),
                ("last active", subscriber.lastActiveAt?.description),
                ("read until", subscriber.readUntil?.description),
                (
                    "frequency",
                    subscriber.preferences.frequency == .atOnce ? nil : subscriber.preferences.frequency.rawValue
                ), ("quiet hours", subscriber.preferences.quietHours.map(span)),
                ("time zone", subscriber.preferences.timeZone),
                ("paused until", subscriber.preferences.pausedUntil?.description),
                ("paid messages", subscriber.marketing.map(agreement)),
            ] + subscriber.fields.sorted { $0.key < $1.key }.map { ("field.\($0.key)", $0.value) }
        return [line(record.listed)] + facts.compactMap { name, value in value.map { "  \(name): \($0)" } }
            + record.consent.map { entry in
                let said = entry.said.map { " (“\($0)”)" } ?? ""
                return "  \(entry.at) consent \(entry.kind.rawValue) by \(entry.origin)\(said)"
            }
            + record.deliveries.prefix(20).map { delivery in
                let reason = delivery.reason.map { ": \($0)" } ?? ""
                let time = delivery.updatedAt.map { "\($0) " } ?? ""
                return "  \(time)\(delivery.what) \(delivery.state)\(reason)"
            }
    }

    private static func agreement(_ marketing: MarketingSubscription) -> String {
        let title = marketing.title.map { " to “\($0)”" } ?? ""
        if let code = marketing.noRoute { return "agreed\(title), but Meta delivers none (\(code))" }
        return "agreed\(title)" + (marketing.notBefore.map { ", the next one from \($0) on" } ?? "")
    }

    /// `22:00-08:00`
    static func span(_ hours: QuietHours) -> String { "\(clock(hours.from))-\(clock(hours.to))" }

    private static func clock(_ minutes: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        return "\(two(minutes / 60)):\(two(minutes % 60))"
    }
}
