import CampaignModel
import Foundation

/// What a person asks for in so many words.
enum Command: Sendable, Hashable, CaseIterable {
    case start, stop, settings, help
}

/// The words that are commands, in every language: a whole message that is one of them, however it is written.
enum CommandWords {
    /// Longer texts are conversation.
    private static let longest = 64

    static func command(in text: String, languages: [Language]) -> Command? {
        let beginning = text.prefix(longest + 1)
        let words = folded(String(beginning))
        // Behind a command may stand anything.
        if words.hasPrefix("/") {
            let name = words.dropFirst().prefix { $0 != "@" && $0 != " " }
            return slashed[String(name)]
        }
        guard !words.isEmpty, beginning.count <= longest else { return nil }
        return languages.lazy.compactMap { known[$0]?[words] }.first
    }

    private static let slashed: [String: Command] = [
        "start": .start, "subscribe": .start, "stop": .stop, "unsubscribe": .stop, "settings": .settings, "help": .help,
    ]

    /// Two words are the same when a person in a hurry would write them the same: without accents, in small letters, with
    /// one i. Turkish has two of them, and a phone set to another language writes the wrong capital.
    static func folded(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        for scalar in text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars {
            switch scalar {
            case "ı": output.append("i")
            case "ß": output.append(contentsOf: "ss".unicodeScalars)
            case "/", "@", "_": output.append(scalar)
            default:
                switch scalar.properties.generalCategory {
                case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .otherLetter, .modifierLetter,
                    .decimalNumber:
                    output.append(scalar)
                case .nonspacingMark, .spacingMark, .enclosingMark, .format: break
                default: output.append(" ")
                }
            }
        }
        return String(output).split(separator: " ").joined(separator: " ")
    }

    /// By language, folded. Left out is what people also say when they mean something else: “fine”, “alto”, “end”.
    private static let known: [Language: [String: Command]] = Dictionary(
        uniqueKeysWithValues: Language.allCases.map { language in
            let pairs = Command.allCases.flatMap { command in
                words(for: command, in: language).map { (folded($0), command) }
            }
            return (language, Dictionary(pairs) { first, _ in first })
        })

    private static func words(for command: Command, in language: Language) -> [String] {
        switch command {
        case .stop: stop[language] ?? []
        case .start: start[language] ?? []
        case .settings: settings[language] ?? []
        case .help: help[language] ?? []
        }
    }

    /// STOP and UNSUBSCRIBE are known everywhere.
    private static let stop: [Language: [String]] = [
        .english: [
            "stop", "unsubscribe", "stop all", "stopall", "cancel", "quit", "opt out", "optout", "opt-out",
            "unsubscribe me", "stop please", "please stop", "leave me alone",
        ],
        .turkish: [
            "stop", "unsubscribe", "dur", "durdur", "iptal", "çık", "çıkış", "ayrıl", "bırak", "ret", "istemiyorum",
            "abonelikten çık", "abonelikten ayrıl", "aboneliği iptal et", "aboneliğimi iptal et", "lütfen durdur",
        ],
        .italian: [
            "stop", "unsubscribe", "basta", "annulla", "cancellami", "disiscrivi", "disiscrivimi", "disiscriviti",
            "disiscrizione", "annulla iscrizione", "cancella iscrizione", "esci",
        ],
        .spanish: [
            "stop", "unsubscribe", "baja", "parar", "detener", "cancelar", "salir", "darme de baja",
            "darse de baja", "dar de baja", "cancelar suscripción", "anular suscripción",
        ],
        .german: [
            "stop", "stopp", "unsubscribe", "abmelden", "abbestellen", "beenden", "kündigen", "austragen",
            "bitte abmelden", "newsletter abbestellen",
        ],
        .french: [
            "stop", "unsubscribe", "arrêt", "arrêter", "arrête", "arrêtez", "désabonner", "me désabonner",
            "se désabonner", "désabonnement", "désinscrire", "me désinscrire", "désinscription",
        ],
        .portuguese: [
            "stop", "unsubscribe", "parar", "pare", "sair", "cancelar", "descadastrar", "cancelar inscrição",
            "cancelar subscrição", "anular inscrição", "remover inscrição",
        ],
    ]

    private static let start: [Language: [String]] = [
        .english: ["start", "subscribe", "subscribe me", "join", "opt in"],
        .turkish: ["start", "başla", "başlat", "abone ol", "katıl"],
        .italian: ["start", "inizia", "iscrivimi", "iscriviti", "iscrizione"],
        .spanish: ["start", "empezar", "iniciar", "alta", "suscribir", "suscribirme", "suscribirse"],
        .german: ["start", "starten", "anmelden", "abonnieren"],
        .french: ["start", "démarrer", "commencer", "abonner", "m'abonner", "s'abonner", "s'inscrire"],
        .portuguese: ["start", "começar", "iniciar", "inscrever", "assinar", "subscrever"],
    ]

    private static let settings: [Language: [String]] = [
        .english: ["settings", "preferences", "options"],
        .turkish: ["ayarlar", "ayar", "tercihler"],
        .italian: ["impostazioni", "preferenze"],
        .spanish: ["ajustes", "configuración", "preferencias", "opciones"],
        .german: ["einstellungen"],
        .french: ["paramètres", "réglages", "préférences"],
        .portuguese: ["configurações", "definições", "preferências", "ajustes"],
    ]

    private static let help: [Language: [String]] = [
        .english: ["help", "info"], .turkish: ["yardım"], .italian: ["aiuto"], .spanish: ["ayuda"],
        .german: ["hilfe"], .french: ["aide"], .portuguese: ["ajuda"],
    ]
}
