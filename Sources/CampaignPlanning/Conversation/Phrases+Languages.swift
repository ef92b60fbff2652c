extension Phrases {
    static let english = Phrases(
        welcome: "Welcome! You are subscribed to {channel}. This is an automatic service: news comes to you here. "
            + "Write /settings to choose what you get and when, /stop to leave.",
        goodbye: "You have left {channel} and will get no more messages. Write /start if you want to come back.",
        defaultReply: "This is an automatic service; nobody reads what is written here. "
            + "Write /settings to choose what you get and when, /stop to leave.",
        settings: "Settings", topics: "Topics", chooseTopics: "Tap a topic to turn it on or off.",
        frequency: "Frequency", chooseFrequency: "How often do you want to hear from us?", atOnce: "As it happens",
        daily: "Once a day", weekly: "Once a week", quietHours: "Quiet hours",
        chooseQuietHours: "When should we not write to you?", noQuietHours: "No quiet hours", timeZone: "Time zone",
        chooseTimeZone: "Where are you? If it is not in the list, write /timezone and a name such as Europe/Rome.",
        unknownTimeZone: "There is no time zone of that name. Write it like this: /timezone Europe/Rome",
        pause: "Pause", choosePause: "For how long should we not write to you?", oneDay: "One day",
        oneWeek: "One week", oneMonth: "30 days", resume: "Resume", pausedUntil: "Paused until", leave: "Leave",
        back: "Back", notSubscribed: "You are not subscribed. Write /start to subscribe.", subscribe: "Subscribe")

    static let turkish = Phrases(
        welcome: "Hoş geldiniz! {channel} aboneliğiniz başladı. Bu otomatik bir hizmettir: haberler buraya gelir. "
            + "Neyi ne zaman alacağınızı seçmek için /settings, ayrılmak için /stop yazın.",
        goodbye: "{channel} aboneliğiniz bitti, artık mesaj almayacaksınız. Geri dönmek isterseniz /start yazın.",
        defaultReply: "Bu otomatik bir hizmettir; buraya yazılanları kimse okumaz. "
            + "Neyi ne zaman alacağınızı seçmek için /settings, ayrılmak için /stop yazın.",
        settings: "Ayarlar", topics: "Konular", chooseTopics: "Açmak veya kapatmak için bir konuya dokunun.",
        frequency: "Sıklık", chooseFrequency: "Ne sıklıkta yazalım?", atOnce: "Anında", daily: "Günde bir",
        weekly: "Haftada bir", quietHours: "Sessiz saatler", chooseQuietHours: "Hangi saatlerde yazmayalım?",
        noQuietHours: "Sessiz saat yok", timeZone: "Saat dilimi",
        chooseTimeZone: "Neredesiniz? Listede yoksa /timezone ve Europe/Istanbul gibi bir ad yazın.",
        unknownTimeZone: "Bu adda bir saat dilimi yok. Şöyle yazın: /timezone Europe/Istanbul", pause: "Ara ver",
        choosePause: "Ne kadar süre yazmayalım?", oneDay: "Bir gün", oneWeek: "Bir hafta", oneMonth: "30 gün",
        resume: "Devam et", pausedUntil: "Şu zamana kadar ara verildi:", leave: "Ayrıl", back: "Geri",
        notSubscribed: "Abone değilsiniz. Abone olmak için /start yazın.", subscribe: "Abone ol")

    static let italian = Phrases(
        welcome: "Benvenuto! Ora sei iscritto a {channel}. Questo è un servizio automatico: le novità arrivano qui. "
            + "Scrivi /settings per scegliere cosa ricevere e quando, /stop per uscire.",
        goodbye: "Hai lasciato {channel} e non riceverai altri messaggi. Scrivi /start se vuoi tornare.",
        defaultReply: "Questo è un servizio automatico: nessuno legge ciò che viene scritto qui. "
            + "Scrivi /settings per scegliere cosa ricevere e quando, /stop per uscire.",
        settings: "Impostazioni", topics: "Argomenti",
        chooseTopics: "Tocca un argomento per attivarlo o disattivarlo.", frequency: "Frequenza",
        chooseFrequency: "Ogni quanto vuoi ricevere notizie?", atOnce: "Subito", daily: "Una volta al giorno",
        weekly: "Una volta a settimana", quietHours: "Ore di silenzio",
        chooseQuietHours: "Quando non dobbiamo scriverti?",
        noQuietHours: "Nessuna", timeZone: "Fuso orario",
        chooseTimeZone: "Dove ti trovi? Se non è in elenco, scrivi /timezone e un nome come Europe/Rome.",
        unknownTimeZone: "Non esiste un fuso orario con questo nome. Scrivi così: /timezone Europe/Rome",
        pause: "Pausa", choosePause: "Per quanto tempo non dobbiamo scriverti?", oneDay: "Un giorno",
        oneWeek: "Una settimana", oneMonth: "30 giorni", resume: "Riprendi", pausedUntil: "In pausa fino al",
        leave: "Esci", back: "Indietro", notSubscribed: "Non sei iscritto. Scrivi /start per iscriverti.",
        subscribe: "Iscriviti")

    static let spanish = Phrases(
        welcome: "¡Bienvenido! Te has suscrito a {channel}. Este es un servicio automático: las novedades llegan aquí. "
            + "Escribe /settings para elegir qué recibes y cuándo, /stop para darte de baja.",
        goodbye: "Has dejado {channel} y no recibirás más mensajes. Escribe /start si quieres volver.",
        defaultReply: "Este es un servicio automático; nadie lee lo que se escribe aquí. "
            + "Escribe /settings para elegir qué recibes y cuándo, /stop para darte de baja.",
        settings: "Ajustes", topics: "Temas", chooseTopics: "Toca un tema para activarlo o desactivarlo.",
        frequency: "Frecuencia", chooseFrequency: "¿Con qué frecuencia quieres recibir noticias?", atOnce: "Al momento",
        daily: "Una vez al día", weekly: "Una vez a la semana", quietHours: "Horas de silencio",
        chooseQuietHours: "¿Cuándo no debemos escribirte?", noQuietHours: "Ninguna", timeZone: "Zona horaria",
        chooseTimeZone: "¿Dónde estás? Si no está en la lista, escribe /timezone y un nombre como Europe/Madrid.",
        unknownTimeZone: "No hay ninguna zona horaria con ese nombre. Escríbelo así: /timezone Europe/Madrid",
        pause: "Pausa", choosePause: "¿Durante cuánto tiempo no debemos escribirte?", oneDay: "Un día",
        oneWeek: "Una semana", oneMonth: "30 días", resume: "Reanudar", pausedUntil: "En pausa hasta",
        leave: "Darse de baja", back: "Atrás", notSubscribed: "No estás suscrito. Escribe /start para suscribirte.",
        subscribe: "Suscribirse")

    static let german = Phrases(
        welcome: "Willkommen! {channel} ist abonniert. Dies ist ein automatischer Dienst: Neues kommt hierher. "
            + "Mit /settings lässt sich wählen, was wann kommt, mit /stop endet das Abonnement.",
        goodbye:
            "Das Abonnement von {channel} ist beendet, es kommen keine Nachrichten mehr. Mit /start geht es weiter.",
        defaultReply: "Dies ist ein automatischer Dienst; niemand liest, was hier geschrieben wird. "
            + "Mit /settings lässt sich wählen, was wann kommt, mit /stop endet das Abonnement.",
        settings: "Einstellungen", topics: "Themen", chooseTopics: "Ein Tippen schaltet ein Thema ein oder aus.",
        frequency: "Häufigkeit", chooseFrequency: "Wie oft sollen Nachrichten kommen?", atOnce: "Sofort",
        daily: "Einmal am Tag", weekly: "Einmal die Woche", quietHours: "Ruhezeit",
        chooseQuietHours: "Wann soll nichts kommen?", noQuietHours: "Keine Ruhezeit", timeZone: "Zeitzone",
        chooseTimeZone: "Welche Zeitzone gilt? Fehlt sie in der Liste: /timezone und ein Name wie Europe/Berlin.",
        unknownTimeZone:
            "Eine Zeitzone mit diesem Namen gibt es nicht. So wird sie geschrieben: /timezone Europe/Berlin",
        pause: "Pause", choosePause: "Wie lange soll nichts kommen?", oneDay: "Ein Tag", oneWeek: "Eine Woche",
        oneMonth: "30 Tage", resume: "Fortsetzen", pausedUntil: "Pause bis", leave: "Abmelden", back: "Zurück",
        notSubscribed: "Es gibt kein Abonnement. Mit /start beginnt eines.", subscribe: "Abonnieren")

    static let french = Phrases(
        welcome:
            "Bienvenue ! Vous êtes abonné à {channel}. Ceci est un service automatique : les nouvelles arrivent ici. "
            + "Écrivez /settings pour choisir ce que vous recevez et quand, /stop pour vous désabonner.",
        goodbye: "Vous avez quitté {channel} et ne recevrez plus de messages. Écrivez /start si vous voulez revenir.",
        defaultReply: "Ceci est un service automatique ; personne ne lit ce qui est écrit ici. "
            + "Écrivez /settings pour choisir ce que vous recevez et quand, /stop pour vous désabonner.",
        settings: "Paramètres", topics: "Sujets", chooseTopics: "Touchez un sujet pour l’activer ou le désactiver.",
        frequency: "Fréquence", chooseFrequency: "À quelle fréquence voulez-vous nous lire ?", atOnce: "Tout de suite",
        daily: "Une fois par jour", weekly: "Une fois par semaine", quietHours: "Heures calmes",
        chooseQuietHours: "Quand ne faut-il pas vous écrire ?", noQuietHours: "Aucune", timeZone: "Fuseau horaire",
        chooseTimeZone: "Où êtes-vous ? S’il manque dans la liste, écrivez /timezone et un nom comme Europe/Paris.",
        unknownTimeZone: "Aucun fuseau horaire ne porte ce nom. Écrivez-le ainsi : /timezone Europe/Paris",
        pause: "Pause", choosePause: "Pendant combien de temps ne faut-il pas vous écrire ?", oneDay: "Un jour",
        oneWeek: "Une semaine", oneMonth: "30 jours", resume: "Reprendre", pausedUntil: "En pause jusqu’au",
        leave: "Se désabonner", back: "Retour",
        notSubscribed: "Vous n’êtes pas abonné. Écrivez /start pour vous abonner.", subscribe: "S’abonner")

    static let portuguese = Phrases(
        welcome: "Bem-vindo! Subscreveu {channel}. Este é um serviço automático: as novidades chegam aqui. "
            + "Escreva /settings para escolher o que recebe e quando, /stop para sair.",
        goodbye: "Saiu de {channel} e não receberá mais mensagens. Escreva /start se quiser voltar.",
        defaultReply: "Este é um serviço automático; ninguém lê o que se escreve aqui. "
            + "Escreva /settings para escolher o que recebe e quando, /stop para sair.",
        settings: "Definições", topics: "Temas", chooseTopics: "Toque num tema para o ligar ou desligar.",
        frequency: "Frequência", chooseFrequency: "Com que frequência quer receber notícias?", atOnce: "Na hora",
        daily: "Uma vez por dia", weekly: "Uma vez por semana", quietHours: "Horas de silêncio",
        chooseQuietHours: "Quando não devemos escrever?", noQuietHours: "Nenhuma", timeZone: "Fuso horário",
        chooseTimeZone: "Onde está? Se não estiver na lista, escreva /timezone e um nome como Europe/Lisbon.",
        unknownTimeZone: "Não há fuso horário com esse nome. Escreva assim: /timezone Europe/Lisbon", pause: "Pausa",
        choosePause: "Durante quanto tempo não devemos escrever?", oneDay: "Um dia", oneWeek: "Uma semana",
        oneMonth: "30 dias", resume: "Retomar", pausedUntil: "Em pausa até", leave: "Sair", back: "Voltar",
        notSubscribed: "Não está inscrito. Escreva /start para se inscrever.", subscribe: "Subscrever")
}
