package import CampaignModel

extension QuietHours {
    /// The first moment from `moment` on at which people may be messaged.
    ///
    /// When clocks go forward over the end of the quiet hours, they end at that moment.
    package func nextAllowed(after moment: Timestamp, on clock: WallClock) -> Timestamp {
        let wall = clock.wall(at: moment)
        let day = WallClock.day(of: wall) * 86_400
        guard contains(minute: (wall - day) / 60) else { return moment }
        let end = day + to * 60 + (wall - day < to * 60 ? 0 : 86_400)
        // Where clocks are moved back, its first moment may be over.
        return clock.moments(showing: end).first { $0 > moment } ?? clock.moment(showing: end)
    }

    private func contains(minute: Int) -> Bool {
        from <= to ? (from..<to).contains(minute) : minute >= from || minute < to
    }
}
