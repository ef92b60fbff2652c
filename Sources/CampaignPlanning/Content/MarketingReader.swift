import CampaignModel

/// Reads who pays for a Messenger channel's marketing messages.
enum MarketingReader {
    static let keys = ["ad_account", "token", "country", "daily_budget", "lifetime_budget", "ask"]

    /// In cents.
    private static let budgets = 1...1_000_000_000

    static func read(_ channel: MappingReader) -> MarketingAccount? {
        guard let reader = channel.group("marketing", keys: keys) else { return nil }
        let account = account(reader)
        let token = token(reader)
        let country = country(reader)
        let budget = budget(reader)
        let ask = ask(reader)
        guard let account, let token, let country else { return nil }
        return MarketingAccount(account: account, token: token, country: country, budget: budget, ask: ask)
    }

    private static func account(_ reader: MappingReader) -> String? {
        let hint = "It stands in Meta Ads Manager, beside the account's name: digits only, without act_."
        guard let account = reader.required("ad_account", hint: hint) else { return nil }
        guard account.utf8.count <= 32, account.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            reader.report(
                "ad_account", "\(quoted(reader.written("ad_account"))) is not an ad account's number", hint: hint)
            return nil
        }
        return account
    }

    private static func token(_ reader: MappingReader) -> Secret? {
        let hint =
            "Make one for a system user (Meta Business Suite, Settings, System users) with ads_management, "
            + "pages_messaging and paid_marketing_messages, and write ${NAME} rather than the token itself."
        guard let token = reader.required("token", hint: hint) else { return nil }
        // It becomes a header.
        guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            reader.report(
                "token", "the token holds white space or other characters that no token has",
                hint: "Look for a line break at the end of the secret's file.")
            return nil
        }
        return Secret(token)
    }

    private static func country(_ reader: MappingReader) -> String? {
        let all = MarketingAccount.countries.joined(separator: ", ")
        let hint = "Say where the business is, by the two letters of its country: \(all)."
        guard let country = reader.required("country", hint: hint)?.uppercased() else { return nil }
        guard MarketingAccount.countries.contains(country) else {
            reader.report(
                "country",
                "Meta offers marketing messages to businesses in 20 countries, and \(quoted(reader.written("country"))) "
                    + "is none of them",
                hint: "They are \(all) (May 2026). Elsewhere leave `marketing` out: people are then written to within "
                    + "24 hours of what they do.")
            return nil
        }
        return country
    }

    private static func budget(_ reader: MappingReader) -> MarketingAccount.Budget? {
        if reader.has("daily_budget"), reader.has("lifetime_budget") {
            reader.report(
                "lifetime_budget", "there is a `daily_budget` already",
                hint: "Keep one of them, or neither: then the ad account's own limits hold.")
            return nil
        }
        if reader.has("daily_budget") { return reader.integer("daily_budget", in: budgets).map { .daily($0) } }
        return reader.integer("lifetime_budget", in: budgets).map { .lifetime($0) }
    }

    private static func ask(_ reader: MappingReader) -> String? {
        guard reader.has("ask"), let text = reader.string("ask") else { return nil }
        let title = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !title.isEmpty, title.utf16.count <= MarketingAccount.longestAsk else {
            reader.report(
                "ask", "the title is empty or longer than \(MarketingAccount.longestAsk) characters",
                hint: "Say what people agree to: Offers and news of the shop.")
            return nil
        }
        return title
    }
}
