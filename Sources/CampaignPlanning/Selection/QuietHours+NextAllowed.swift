package import CampaignModel
package import Foundation

extension QuietHours {
    /// The first moment from `moment` on at which people may be messaged.
    ///
    /// When clocks go forward over the end of the quiet hours, they end at the next time that exists.
    package func nextAllowed(after moment: Timestamp, timeZone: TimeZone) -> Timestamp {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1000)
        let time = calendar.dateComponents([.hour, .minute], from: date)
        guard contains(minute: (time.hour ?? 0) * 60 + (time.minute ?? 0)) else { return moment }
        let end = calendar.nextDate(
            after: date, matching: DateComponents(hour: to / 60, minute: to % 60, second: 0), matchingPolicy: .nextTime
        )
        guard let end else { return moment }
        return Timestamp(milliseconds: Int64((end.timeIntervalSince1970 * 1000).rounded()))
    }

    private func contains(minute: Int) -> Bool {
        from <= to ? (from..<to).contains(minute) : minute >= from || minute < to
    }
}
