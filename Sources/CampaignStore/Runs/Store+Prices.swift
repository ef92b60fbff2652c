import CampaignModel

/// The prices that a campaign's threshold counts from. The poll makes a change of each fall that the least demanding campaign
/// wants, and from then on compares with the new price; for the others the small steps must add up here.
extension Store {
    private static let selectPrice = """
        SELECT price FROM campaign_prices WHERE campaign_id = $1 AND source_id = $2 AND item_key = $3
        """
    private static let keepPrice = """
        INSERT INTO campaign_prices (campaign_id, source_id, item_key, price) VALUES ($1, $2, $3, $4)
        ON CONFLICT (campaign_id, source_id, item_key) DO UPDATE SET price = excluded.price
        """
    private static let forgetPrice = """
        DELETE FROM campaign_prices WHERE campaign_id = $1 AND source_id = $2 AND item_key = $3
        """
    private static let forgetPricesOfSource = "DELETE FROM campaign_prices WHERE source_id = $1"
    private static let forgetPricesOfCampaign = "DELETE FROM campaign_prices WHERE campaign_id = $1"

    /// Gives changes of price the price that the campaign's people know, where that is higher.
    static func comparePrices(
        of changes: inout [LoggedChange], for campaign: CampaignID, on connection: any SQLConnection
    ) throws {
        for index in changes.indices {
            let change = changes[index]
            guard [.priceDropped, .priceRaised].contains(change.change.kind), let before = change.change.before?.price,
                let known = try connection.query(
                    selectPrice, [.id(campaign), .id(change.source), change.change.key.stored],
                    { $0.text(0).flatMap { Money(stored: $0) } }
                ).first ?? nil,
                known.currency == before.currency, known.amount > before.amount
            else { continue }
            changes[index].change.before?.price = known
        }
    }

    static func keep(
        _ prices: [ItemPlace: Money?], for campaign: CampaignID, on connection: any SQLConnection
    ) throws {
        func item(_ place: ItemPlace) -> [SQLValue] { [.id(campaign), .id(place.source), place.key.stored] }
        try connection.execute(
            keepPrice, each: prices.compactMap { place, price in price.map { item(place) + [.text($0.stored)] } })
        try connection.execute(forgetPrice, each: prices.filter { $0.value == nil }.map { item($0.key) })
    }

    /// Other items may have the keys of a source from now on.
    static func forgetPrices(of source: SourceID, on connection: any SQLConnection) throws {
        try connection.execute(forgetPricesOfSource, [.id(source)])
    }

    /// The campaign has no threshold any more; what it would begin with later is old then.
    static func forgetPrices(of campaign: CampaignID, on connection: any SQLConnection) throws {
        try connection.execute(forgetPricesOfCampaign, [.id(campaign)])
    }
}
