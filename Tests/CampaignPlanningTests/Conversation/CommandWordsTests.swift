import CampaignModel
import Testing

@testable import CampaignPlanning

@Suite struct CommandWordsTests {
    private func command(_ text: String, _ languages: [Language] = Language.allCases) -> Command? {
        CommandWords.command(in: text, languages: languages)
    }

    @Test(arguments: [
        "stop", "STOP", " Stop! ", "ＳＴＯＰ", "unsubscribe", "UNSUBSCRIBE", "/stop", "/unsubscribe", "/stop@my_bot",
        "s\u{200B}top", "İPTAL", "IPTAL", "iptal", "ÇIK", "çık", "CIK", "AYRIL", "ayrıl", "abonelikten çık",
        "ABONELİKTEN ÇIK", "disiscrivimi", "BAJA", "darme de baja", "kündigen", "KUENDIGEN".replacing("UE", with: "Ü"),
        "Arrêt", "ARRÊTER", "désabonner",
        "/stop please, you write far too often and I do not want any of this any more", "cancelar inscrição",
        "CANCELAR INSCRICAO", "stop 🛑",
    ])
    func `who wants to leave says so in any way`(text: String) { #expect(command(text) == .stop) }

    @Test(arguments: [
        "start", "/start", "ABONE OL", "başla", "iscrivimi", "alta", "abonnieren", "s'abonner", "subscrever",
    ])
    func `who wants to come says so too`(text: String) { #expect(command(text) == .start) }

    @Test(arguments: ["/settings", "Settings", "AYARLAR", "impostazioni", "Einstellungen", "paramètres", "ajustes"])
    func `settings are asked for`(text: String) { #expect(command(text) == .settings) }

    @Test(arguments: [
        "don't stop", "stop the presses, this is great news", "fine", "alto", "end", "", "   ", "🛑", "/", "/sto p",
        "bus stop", "nonstop", "stopp it", String(repeating: "stop ", count: 40),
    ])
    func `what people say in conversation is no command`(text: String) { #expect(command(text) == nil) }

    @Test func `only the languages of the channel are understood, but STOP is everywhere`() {
        #expect(command("abmelden", [.turkish]) == nil)
        #expect(command("iptal", [.turkish]) == .stop)
        for language in Language.allCases {
            #expect(command("STOP", [language]) == .stop)
            #expect(command("UNSUBSCRIBE", [language]) == .stop)
        }
    }
}
