import CampaignModel
import Foundation
import Testing

@testable import MessageChannels

@Suite struct ClickLinkTests {
    private static let key = Secret("0123456789abcdef")
    private static let link = ClickLink(link: LinkID(rawValue: 7), delivery: DeliveryID(rawValue: .max))

    @Test func `a link comes back as it was made, and has no address in it`() {
        for (link, delivery) in [(0, 0), (1, 2), (Int64.max, 1), (255, 1 << 40)] as [(Int64, Int64)] {
            let made = ClickLink(link: LinkID(rawValue: link), delivery: DeliveryID(rawValue: delivery))
            let token = made.token(signedWith: Self.key)
            #expect(token.utf8.count == 41 && token.hasPrefix("1."))
            #expect(ClickLink(token: token, signedWith: Self.key) == made)
            #expect(ClickLink(token: token, signedWith: Secret("another")) == nil)
        }
    }

    @Test func `nothing that was changed is taken`() {
        let token = Array(Self.link.token(signedWith: Self.key).utf8)
        for place in token.indices {
            for byte in "AZaz09-_.%/ é".utf8 where byte != token[place] {
                var changed = token
                changed[place] = byte
                let text = String(decoding: changed, as: UTF8.self)
                #expect(ClickLink(token: text, signedWith: Self.key) == nil, "\(text)")
            }
        }
        let text = String(decoding: token, as: UTF8.self)
        for wrong in ["", "1", "1..", text + "A", String(text.dropLast()), text.uppercased(), "2" + text.dropFirst()] {
            #expect(ClickLink(token: wrong, signedWith: Self.key) == nil)
        }
    }

    @Test func `random tokens lead nowhere`() {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
        var seed = SystemRandomNumberGenerator()
        for _ in 0..<50_000 {
            let body = String((0..<22).map { _ in letters.randomElement(using: &seed) ?? "A" })
            let code = String((0..<16).map { _ in letters.randomElement(using: &seed) ?? "A" })
            #expect(ClickLink(token: "1.\(body).\(code)", signedWith: Self.key) == nil)
        }
    }

    @Test(arguments: [
        "TelegramBot (like TwitterBot)", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Facebot", "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
        "WhatsApp/2.23.20.0 A", "Twitterbot/1.0", "LinkedInBot/1.0 (compatible; Mozilla/5.0)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "Mozilla/5.0 (compatible; Discordbot/2.0)",
        "Viber/20.0", "Mozilla/5.0 (compatible; vkShare; +http://vk.com/dev/Share)",
    ])
    func `previews are known`(agent: String) {
        #expect(Click.Visitor(agent: agent, isHead: false, purpose: nil) == .preview)
    }

    @Test(arguments: [
        "", "curl/8.5.0", "Wget/1.21", "python-requests/2.31.0", "Go-http-client/2.0", "Java/17.0.1", "okhttp/4.12.0",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "AhrefsBot/7.0",
        "Mozilla/5.0 (compatible; bingbot/2.0)", "Baiduspider+(+http://www.baidu.com/search/spider.htm)",
        "Mozilla/5.0 (X11) HeadlessChrome/120.0", "Apache-HttpClient/4.5", "Scrapy/2.11", "node-fetch/1.0", "axios/1.6",
        "SemrushBot", "Mozilla/5.0 (compatible; DotBot/1.2)",
    ])
    func `programs are known`(agent: String) {
        #expect(Click.Visitor(agent: agent, isHead: false, purpose: nil) == .bot)
    }

    @Test(arguments: [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/450.0.0.38.108;FBBV/564431005;FBDV/iPhone14,5]",
        "Mozilla/5.0 (Linux; Android 13; SM-G991B Build/TP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/119.0 Mobile Safari/537.36 [FB_IAB/Orca-Android;FBAV/430.0.0.27.113;]",
        "Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 20 Build/SP1A; wv) AppleWebKit/537.36 Chrome/118.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0 Mobile Safari/537.36 Telegram-Android/10.9.1",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.3 Safari/605.1.15",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:123.0) Gecko/20100101 Firefox/123.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 300.0.0.29.110",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36 OPR/108.0",
    ])
    func `people are taken for people`(agent: String) {
        #expect(Click.Visitor(agent: agent, isHead: false, purpose: nil) == .person)
        #expect(Click.Visitor(agent: agent, isHead: true, purpose: nil) == .bot)
        #expect(Click.Visitor(agent: agent, isHead: false, purpose: "prefetch;prerender") == .bot)
    }
}
