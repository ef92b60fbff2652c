import CampaignModel

/// What shops say of their stock, folded (see ``FoldedLetters``): lower case, letters only.
enum AvailabilityWords {
    /// The words of Google and Meta, which nearly all texts are.
    static func common(_ text: UnsafeBufferPointer<UInt8>) -> Availability? {
        guard let word = FoldedLetters.packed(text) else { return nil }
        return switch word {
        case googleInStock: .inStock
        case googleOutOfStock: .outOfStock
        case googlePreorder: .preorder
        case googleBackorder: .backorder
        default: nil
        }
    }

    private static let googleInStock = FoldedLetters.packed("instock")
    private static let googleOutOfStock = FoldedLetters.packed("outofstock")
    private static let googlePreorder = FoldedLetters.packed("preorder")
    private static let googleBackorder = FoldedLetters.packed("backorder")

    /// Answers to the question whether it is in stock, which as an availability of their own say nothing.
    static let flags: [String: Availability] = [
        "true": .inStock, "false": .outOfStock, "yes": .inStock, "no": .outOfStock, "да": .inStock, "так": .inStock,
        "нет": .outOfStock, "ні": .outOfStock, "notify": .backorder,
    ]

    static let table: [String: Availability] = {
        var table: [String: Availability] = [:]
        for (words, availability) in [
            (inStock, Availability.inStock), (outOfStock, .outOfStock), (preorder, .preorder), (backorder, .backorder),
        ] {
            for word in words.split(whereSeparator: \.isWhitespace) { table[String(word)] = availability }
        }
        return table
    }()

    // English, Polish, Italian, German, French, Spanish, Portuguese, Dutch, Czech and Slovak, Hungarian, Romanian,
    // Swedish, Danish and Norwegian, Finnish, Turkish, Croatian and Slovenian, Russian, Ukrainian and Bulgarian, Greek,
    // Japanese, Chinese, Korean; one line or two each.

    private static let inStock = """
        instock true available availablenow limitedavailability limitedstock lowstock instoreonly onlineonly instockonline
        onstock readytoship onlyleftinstock leftinstock availableinstock
        wmagazynie dostepny dostepna dostepne nastanie produktdostepny dostepnywmagazynie
        disponibile disponibili disponibilitaimmediata inmagazzino prontaconsegna disponibilesubito
        auflager verfugbar lieferbar sofortlieferbar sofortverfugbar vorratig lagernd amlager sofortauflager lagerware
        enstock disponible disponibles stocklimite
        enexistencias hayexistencias existencias disponibleenstock
        emestoque emstock disponivel disponiveis
        opvoorraad voorradig beschikbaar leverbaar directleverbaar
        skladem nasklade dostupne dostupny skladom ihned
        raktaron keszleten elerheto kaphato vanraktaron
        instoc pestoc disponibil inmagazin
        ilager finnsilager tillganglig lagervara
        palager tilgangelig
        varastossa saatavilla
        stokta stoktavar mevcut var
        nazalihi nazalogi dostupno
        вналичии есть естьвналичии наскладе внаявності єнаскладі євнаявності наскладі вналичност наличен налично
        διαθεσιμο αμεσαδιαθεσιμο σεαποθεμα ετοιμοπαραδοτο
        在庫あり 有货 有貨 现货 재고있음
        """

    private static let outOfStock = """
        outofstock false soldout sold markassold discontinued unavailable notavailable notinstock nostock nolongeravailable
        temporarilyoutofstock currentlyunavailable temporarilyunavailable retired endoflife
        brakwmagazynie niedostepny niedostepna niedostepne brak wyprzedane wyprzedany niedostepnywmagazynie brakwsklepie
        nondisponibile nondisponibili esaurito esaurita terminato
        nichtauflager nichtvorratig ausverkauft vergriffen nichtverfugbar nichtlieferbar derzeitnichtverfugbar
        enrupturedestock rupturedestock rupture enrupture epuise indisponible horsstock
        agotado agotada sinexistencias sinstock nodisponible fueradestock fueradeexistencias
        esgotado esgotada indisponivel foradeestoque semestoque semstock naodisponivel
        nietopvoorraad uitverkocht nietbeschikbaar nietleverbaar nietvoorradig
        neniskladem neskladem vyprodano nedostupne nedostupny niejeskladom vypredane neninasklade
        nincsraktaron nincskeszleten elfogyott nemelerheto nemkaphato nincs
        stocepuizat indisponibil nuesteinstoc farastoc epuizat
        slutilager slutsald slut ejilager inteilager finnsejilager
        ikkepalager udsolgt utsolgt ikketilgangelig
        loppu loppunut loppunutvarastosta eivarastossa eisaatavilla
        stoktayok stokyok tukendi yok
        nemanazalihi nijenazalogi razprodano rasprodano nedostupno
        нетвналичии нет отсутствует распродано закончился снятспроизводства недоступен немаєвнаявності немає відсутній
        розпродано няманаличност неналичен изчерпан
        εξαντληθηκε εξαντλημενο μηδιαθεσιμο
        在庫なし 売り切れ 缺货 缺貨 售罄 无货 품절
        """

    private static let preorder = """
        preorder presale preordering availableforpreorder comingsoon
        przedsprzedaz wprzedsprzedazy
        preordine preordinabile prevendita inprevendita
        vorbestellbar vorbestellung vorbestellen
        precommande enprecommande precommander
        preventa enpreventa reserva
        prevenda preencomenda emprevenda
        voorbestellen voorbestelling vooruitbestellen
        predobjednavka predprodej predpredaj kpredobjednani
        elorendeles elorendelheto
        precomanda
        forhandsbestall forhandsbestallning forudbestil forudbestilling forhandsbestilling forhandsbestill
        ennakkotilaus ennakkotilattavissa
        onsiparis
        предзаказ попереднєзамовлення передзамовлення предварителнапоръчка
        προπαραγγελια
        予約 予約受付中 预售 예약판매
        """

    private static let backorder = """
        backorder backordered onbackorder availablefororder availableonorder availableonbackorder onorder onrequest madetoorder
        specialorder orderonly
        nazamowienie dostepnynazamowienie
        suordinazione ordinabile
        aufbestellung bestellbar aufanfrage
        surcommande
        bajopedido
        sobencomenda sobpedido
        opbestelling nabestelling inbackorder
        naobjednavku
        rendelesre rendelheto
        lacomanda
        bestallningsvara bestillingsvare
        tilaustuote tilattavissa
        siparisuzerine
        ponarudzbi ponarocilu
        подзаказ назаказ ожидается підзамовлення попоръчка
        κατοπινπαραγγελιασ
        取り寄せ 预订
        """

    /// After a number, or between and after two.
    static let days: Set<String> = set(
        """
        day days businessdays workingdays gg giorni giorno ggl d tag tage werktage werktag arbeitstage bistage
        biswerktage dni dnirobocze dnirob dzien dny dnu dnia jours jour dias dia dagen werkdagen nap munkanap zile zi
        dagar dage dager paivaa gun день дня дней дн днів день ημερεσ shipsindays shipswithindays indays indagen entrejours
        """)
    static let weeks: Set<String> = set(
        "week weeks wochen woche biswochen semaines settimane semanas weken tydny tygodni")
    static let hours: Set<String> = set(
        "h hour hours std stunden ore uur heures horas godzin godz hod saat ч часа часов")
    static let pieces: Set<String> = set(
        """
        szt stk stuck pc pcs pieces items units pz pezzi ks kusu шт db buc uds unidades st adet left
        """)

    private static func set(_ words: String) -> Set<String> {
        Set(words.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}
