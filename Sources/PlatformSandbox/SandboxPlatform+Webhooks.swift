import CampaignModel

/// What the courier asks.
extension SandboxPlatform {
    /// The webhooks that have something to post and nobody who does, with the generation of each; they are the caller's
    /// from now on.
    func takeWaitingWebhooks() -> [(owner: WebhookLine.Owner, generation: Int)] {
        var waiting: [(owner: WebhookLine.Owner, generation: Int)] = []
        for (token, bot) in bots where bot.canPost && !bot.webhookLine.isBusy {
            bots[token]?.webhookLine.begin()
            waiting.append((.bot(token), bot.webhookLine.generation))
        }
        if app.canPost, !app.line.isBusy {
            app.line.begin()
            waiting.append((.app, app.line.generation))
        }
        return waiting
    }

    /// The next post of a webhook.
    ///
    /// - Returns: `nil` when there is none, or when the address has changed since; then somebody else carries on.
    func nextPost(_ owner: WebhookLine.Owner, generation: Int) -> WebhookLine.Post? {
        switch owner {
        case .bot(let token):
            guard let bot = bots[token], let webhook = bot.webhook, generation == bot.webhookLine.generation else {
                return nil
            }
            bots[token]?.expire(at: time.now())
            guard bots[token]?.canPost == true, let update = bots[token]?.updates.first else {
                bots[token]?.webhookLine.rest()
                return nil
            }
            return WebhookLine.Post(
                owner: owner, generation: generation, number: update.id,
                request: webhook.request(update.json)
            )
        case .app:
            guard generation == app.line.generation else { return nil }
            guard app.canPost, let request = app.nextRequest(), let first = app.events.first else {
                app.line.rest()
                return nil
            }
            return WebhookLine.Post(
                owner: owner, generation: generation, number: first.number, request: request
            )
        }
    }

    /// Takes in what came of a post.
    ///
    /// - Returns: How long to wait before the next.
    func settle(_ post: WebhookLine.Post, _ outcome: HTTPOutcome) async -> Duration? {
        switch post.owner {
        case .bot(let token): await settle(post, outcome, token: token)
        case .app: settleEvent(post, outcome)
        }
    }

    /// Any 2xx takes an update. What the answer says may be a method for the bot to call:
    /// https://core.telegram.org/bots/api#making-requests-when-getting-updates.
    private func settle(_ post: WebhookLine.Post, _ outcome: HTTPOutcome, token: String) async -> Duration? {
        guard var bot = bots[token], bot.webhookLine.generation == post.generation else { return nil }
        if let failure = outcome.webhookFailure(isTaken: { (200...299).contains($0) }) {
            bot.webhookLine.failed(failure, at: time.now())
            bots[token] = bot
            return TelegramWebhook.pause(after: bot.webhookLine.failures, outcome)
        }
        bot.confirm(offset: post.number + 1)
        bot.webhookLine.succeeded()
        bots[token] = bot
        if case .answered(let answer) = outcome { await call(answer, token: token) }
        return nil
    }

    private func call(_ answer: HTTPAnswer, token: String) async {
        guard !answer.body.isEmpty,
            let parameters = RequestParameters(
                query: nil, contentType: answer.headers["Content-Type"], body: answer.body
            ), let method = parameters.text("method")?.lowercased()
        else { return }
        // As on the platform, nobody is told what came of it.
        do {
            let draft = try TelegramDraft.read(method, parameters)
            _ = try await telegram(method, token: token, parameters: parameters, draft: draft)
        } catch { refusals += 1 }
    }

    /// Only 200 takes an event. It is tried a few more times, then given up; after an hour without any success the app
    /// is no longer subscribed to the Pages.
    private func settleEvent(_ post: WebhookLine.Post, _ outcome: HTTPOutcome) -> Duration? {
        guard app.line.generation == post.generation else { return nil }
        guard let failure = outcome.webhookFailure(isTaken: { $0 == 200 }) else {
            app.took(post.number)
            return nil
        }
        let now = time.now()
        app.line.failed(failure, at: now)
        if let since = app.line.failingSince, now - since >= .hours(1) {
            for page in pages.keys { pages[page]?.subscribedFields = [] }
        }
        guard app.line.failures <= MessengerApp.pauses.count else {
            app.giveUp(post.number)
            return nil
        }
        return MessengerApp.pauses[app.line.failures - 1]
    }

    /// What tests wait for: `GET /sandbox/api/webhooks`.
    func webhooksJSON() -> JSON {
        let bots = self.bots.values.filter { $0.webhook != nil }.sorted { $0.id < $1.id }.map { bot in
            JSON(members: [
                ("bot", .integer(bot.id)), ("url", bot.webhook.map { .string($0.url) }),
                ("pending", .integer(Int64(bot.updates.count))),
                ("last_error", bot.webhookLine.lastError.map { .string($0) }),
            ])
        }
        let app = JSON(members: [
            ("app", .string(app.id)), ("url", app.callbackURL.map { .string($0) }),
            ("pending", .integer(Int64(app.events.count))), ("posted", .integer(Int64(app.posted))),
            ("lost", .integer(Int64(app.lost))), ("last_error", app.line.lastError.map { .string($0) }),
        ])
        return ["telegram": .array(bots), "messenger": app]
    }
}
