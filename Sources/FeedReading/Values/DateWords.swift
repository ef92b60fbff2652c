/// The words of dates, folded (see ``FoldedLetters``).
enum DateWords {
    enum Meaning {
        /// 1 to 12.
        case month(Int)
        /// Minutes east of UTC.
        case zone(Int)
        case morning, afternoon
    }

    /// Nil for a word that is no part of a date, such as a weekday. Single letters are the zones of the military: UTC,
    /// as RFC 2822 asks for, since RFC 822 had their signs wrong.
    static func meaning(_ key: String) -> Meaning? { key.utf8.count == 1 ? .zone(0) : table[key] }

    private static let table: [String: Meaning] = {
        var table = zones.mapValues { Meaning.zone($0) }
        for word in ["am", "πμ", "오전", "上午", "午前"] { table[word] = .morning }
        for word in ["pm", "μμ", "오후", "下午", "午後"] { table[word] = .afternoon }
        for (index, words) in names.enumerated() {
            for word in words.split(whereSeparator: \.isWhitespace) { table[String(word)] = .month(index + 1) }
        }
        return table
    }()

    /// January to December: English, German, Dutch, Danish, Norwegian, Swedish, French, Italian, Spanish, Portuguese,
    /// Catalan, Romanian, Polish, Czech, Slovak, Hungarian, Finnish, Turkish, Greek, Russian, Ukrainian.
    private static let names = [
        """
        jan january januar janner januari janv janvier gen genn gennaio ene enero janeiro gener ian ianuarie sty styczen
        stycznia led leden ledna januara tammi tammikuu tammikuuta oca ocak ιαν ιανουαριοσ ιανουαριου янв январь января
        січ січень січня
        """,
        """
        feb febr february februar feber februari fev fevr fevrier febbr febbraio febrero fevereiro febrer februarie lut
        luty lutego uno unor unora februara helmi helmikuu helmikuuta sub subat φεβ φεβρ φεβρουαριοσ φεβρουαριου фев
        февр февраль февраля лют лютий лютого
        """,
        """
        mar march marz mrz maart mrt mars marts marzo marco marc martie mart marzec marca bre brez brezen brezna marec
        marcius maalis maaliskuu maaliskuuta μαρ μαρτ μαω μαρτιοσ μαρτιου мар март марта бер березень березня
        """,
        """
        apr april avr avril aprile abr abril aprilie kwi kwie kwiecien kwietnia dub duben dubna aprila aprilis huhti
        huhtikuu huhtikuuta nis nisan απρ απριλ απριλιοσ απριλιου апр апрель апреля кві квіт квітень квітня
        """,
        """
        may mai mei maj mag magg maggio mayo maio maig maja kve kvet kveten kvetna majus touko toukokuu toukokuuta mayis
        μαι μαιοσ μαιου май мая тра трав травень травня
        """,
        """
        jun june juni juin giu giugno junio junho juny iun iunie cze czerwiec czerwca cvn cerven cervna juna junius kesa
        kesakuu kesakuuta haz haziran ιουν ιον ιουνιοσ ιουνιου июн июнь июня чер черв червень червня
        """,
        """
        jul july juli juil juillet lug luglio julio julho juliol iul iulie lip lipiec lipca cvc cervenec cervence jula
        julius heina heinakuu heinakuuta tem temmuz ιουλ ιολ ιουλιοσ ιουλιου июл июль июля лип липень липня
        """,
        """
        aug august augustus augusti aout aou ago agosto agost sie sierpien sierpnia srp srpen srpna augusta augusztus
        elo elokuu elokuuta agu agustos αυγ αυγουστοσ αυγουστου авг август августа сер серп серпень серпня
        """,
        """
        sep sept september septembre set sett settembre septiembre setiembre setembro setembre septembrie wrz wrzesien
        wrzesnia zar zari septembra szept szeptember syys syyskuu syyskuuta eyl eylul σεπ σεπτ σεπτεμβριοσ σεπτεμβριου
        сен сент сентябрь сентября вер вересень вересня
        """,
        """
        oct october okt oktober octobre ott ottobre octubre out outubro octombrie paz pazdziernik pazdziernika rij rijen
        rijna oktobra loka lokakuu lokakuuta eki ekim οκτ οκτωβριοσ οκτωβριου окт октябрь октября жов жовт жовтень
        жовтня
        """,
        """
        nov november novembre noviembre novembro noi noiembrie lis listopad listopada listopadu novembra marras
        marraskuu marraskuuta kas kasim νοε νοεμβριοσ νοεμβριου ноя нояб ноябрь ноября лис лист листопад листопада
        """,
        """
        dec december dez dezember decembre dic dicembre diciembre dezembro desembre des desember decembrie gru grudzien
        grudnia pro prosinec prosince decembra joulu joulukuu joulukuuta ara aralik δεκ δεκεμβριοσ δεκεμβριου дек
        декабрь декабря гру груд грудень грудня
        """,
    ]

    private static let zones: [String: Int] = [
        "gmt": 0, "utc": 0, "ut": 0, "wet": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
        "mdt": -360, "pst": -480, "pdt": -420, "et": -300, "ct": -360, "mt": -420, "pt": -480, "akst": -540,
        "akdt": -480, "hst": -600, "at": -240, "ast": -240, "adt": -180, "nst": -210, "ndt": -150, "brt": -180,
        "brst": -120, "art": -180, "clt": -240, "clst": -180, "cot": -300, "pet": -300, "vet": -240, "west": 60,
        "bst": 60, "cet": 60, "cest": 120, "met": 60, "mest": 120, "mez": 60, "mesz": 120, "wat": 60, "eet": 120,
        "eest": 180, "cat": 120, "sast": 120, "idt": 180, "eat": 180, "trt": 180, "msk": 180, "msd": 240, "irst": 210,
        "gst": 240, "samt": 240, "pkt": 300, "yekt": 300, "uzt": 300, "ist": 330, "npt": 345, "omst": 360, "ict": 420,
        "wib": 420, "krat": 420, "hkt": 480, "sgt": 480, "myt": 480, "pht": 480, "awst": 480, "irkt": 480, "jst": 540,
        "kst": 540, "yakt": 540, "acst": 570, "acdt": 630, "aest": 600, "vlat": 600, "aedt": 660, "nzst": 720,
        "nzt": 720, "nzdt": 780,
    ]
}
