extension CSVColumns {
    /// Google's names as its Merchant Center writes them in other languages, and what shops there call the same.
    static let local: [(CSVMeaning, String)] = [
        (
            .init(.id),
            """
            identifikator | kennung | identifiant | identificador | identificatore | identyfikator | kimlik | tunnus
            идентификатор | azonosító | identificator | ид | tunniste
            """
        ),
        (
            .init(.title),
            """
            titel | titre | título | titulo | titolo | tytuł | tytul | titul | název | nazev | titulek | tittel | otsikko
            başlık | baslik | заголовок | название | cím | titlu | タイトル | 商品名 | názov
            """
        ),
        (
            .init(.title, rank: 1),
            """
            produktname | produkttitel | artikelbezeichnung | artikelname | bezeichnung | produktbezeichnung
            nom | nom du produit | nom produit | désignation | libellé | nombre | nombre del producto | nombre producto
            nome | nome prodotto | nome del prodotto | nome do produto | nome produto | naam | productnaam | productnaam
            producttitel | nazwa | nazwa produktu | název produktu | jméno produktu | produktnamn | namn | navn | produktnavn
            varenavn | nimi | tuotenimi | tuotteen nimi | ad | adı | ürün adı | ürün ismi | наименование | имя
            название товара | наименование товара | név | terméknév | termék neve | megnevezés | nume | nume produs
            denumire | denumire produs | назва | názov produktu
            """
        ),
        (
            .init(.summary, .description),
            """
            beschreibung | produktbeschreibung | artikelbeschreibung | descriptif | description du produit
            description produit | descripción | descripcion | descripción del producto | descrizione
            descrizione prodotto | descrizione del prodotto | descrição | descricao | descrição do produto | omschrijving
            beschrijving | productomschrijving | opis | opis produktu | popis | popis produktu | beskrivning
            produktbeskrivning | beskrivelse | produktbeskrivelse | varebeskrivelse | kuvaus | tuotekuvaus | açıklama
            ürün açıklaması | описание | описание товара | leírás | termékleírás | descriere | descriere produs | опис
            説明 | 商品説明 | 商品の説明
            """
        ),
        (
            .init(.summary),
            """
            kurzbeschreibung | description courte | descripción corta | descrizione breve | descrição curta
            korte beschrijving | korte omschrijving | krótki opis | krátký popis | kort beskrivning | kort beskrivelse
            lyhyt kuvaus | kısa açıklama | краткое описание | rövid leírás | scurtă descriere
            """
        ),
        (
            .init(.link),
            """
            produktlink | produkturl | artikellink | lien | lien du produit | lien produit | url produit | url du produit
            enlace | enlace del producto | vínculo | url del producto | url producto | link prodotto | url prodotto
            link do produto | ligação | link produktu | adres url | odkaz | url produktu | länk | produktlänk | lenke
            produktlenke | linkki | tuotelinkki | bağlantı | ürün linki | ссылка | ссылка на товар | hivatkozás
            termék link | termék url | legătură | link produs | url produs | リンク | 商品リンク | 商品url | посилання
            """
        ),
        (
            .init(.image, .addresses),
            """
            bildlink | bild url | bild | bilder | bildurl | produktbild | lien image | lien de l'image | lien vers l'image
            url image | url de l'image | image produit | images produit | enlace imagen | enlace de imagen
            enlace a la imagen | enlace de la imagen | imagen | imágenes | url imagen | url de la imagen | link immagine
            immagine | immagini | url immagine | link da imagem | link imagem | imagem | imagens | url da imagem
            afbeeldingslink | afbeelding | afbeeldingen | afbeelding url | afbeeldings url | link do zdjęcia
            link do obrazka | link do obrazu | zdjęcie | zdjęcia | url zdjęcia | odkaz na obrázek | obrázek | obrázky
            url obrázku | bildlänk | billedlink | billede | billeder | billed url | bildelenke | bilde | kuvalinkki
            kuva | kuvat | kuvan linkki | resim bağlantısı | görsel bağlantısı | resim linki | resim | görsel
            ссылка на изображение | изображение | изображения | картинка | фото | képhivatkozás | kép linkje | kép link | kép
            képek | kép url | link imagine | linkul imaginii | link către imagine | imagine | imagini | url imagine
            画像リンク | 商品画像リンク | 商品画像 | 画像 | 画像url | 商品画像url | зображення
            """
        ),
        (
            .init(.image, .addresses, rank: 10),
            """
            zusätzlicher bildlink | weitere bilder | zusätzliche bilder | lien image supplémentaire
            lien vers une image supplémentaire | images supplémentaires | enlace imagen adicional
            enlace de imagen adicional | enlace a imágenes adicionales | imágenes adicionales | link immagine aggiuntiva
            link immagine aggiuntivo | immagini aggiuntive | link da imagem adicional | link de imagem adicional
            imagens adicionais | extra afbeeldingslink | aanvullende afbeeldingslink | extra afbeeldingen
            dodatkowy link do zdjęcia | link do dodatkowego zdjęcia | dodatkowe zdjęcia | odkaz na další obrázek
            odkaz na doplňkový obrázek | další obrázky | ytterligare bildlänk | extra bildlänk | fler bilder
            ekstra billedlink | yderligere billedlink | ekstra bildelenke | lisäkuvan linkki | lisäkuvalinkki | lisäkuvat
            ek resim bağlantısı | ek görsel bağlantısı | ек resim linki | ссылка на дополнительное изображение
            дополнительные изображения | további képek linkje | további képek | link imagine suplimentară
            imagini suplimentare | 追加の画像リンク | 追加画像リンク | 追加の商品画像リンク | 追加画像
            """
        ),
        (
            .init(.price),
            """
            preis | bruttopreis | verkaufspreis | preis brutto | prix | prix ttc | prix de vente | precio | precio con iva
            prezzo | prezzo ivato | preço | preco | prijs | prijs incl btw | verkoopprijs | cena | cena brutto | cena s dph
            cena produktu | pris | pris inkl moms | hinta | fiyat | satış fiyatı | цена | стоимость | ár | bruttó ár
            eladási ár | preț | pret | preţ | 価格 | 値段 | 販売価格 | ціна
            """
        ),
        (
            .init(.salePrice),
            """
            sonderangebotspreis | angebotspreis | sonderpreis | aktionspreis | reduzierter preis | prix soldé | prix promo
            prix promotionnel | prix en promotion | prix remisé | precio de oferta | precio oferta | precio rebajado
            precio de rebaja | precio especial | prezzo scontato | prezzo in offerta | prezzo in saldo | prezzo offerta
            prezzo promozionale | preço promocional | preço de promoção | preço de saldo | preço de venda
            aanbiedingsprijs | actieprijs | verkoopprijs aanbieding | cena promocyjna | cena wyprzedażowa
            cena wyprzedaży | cena sprzedaży | akční cena | zlevněná cena | prodejní cena | reapris | rabatterat pris
            kampanjpris | tilbudspris | udsalgspris | salgspris | alennushinta | alehinta | tarjoushinta | indirimli fiyat
            kampanyalı fiyat | цена со скидкой | акционная цена | цена распродажи | akciós ár | kedvezményes ár | preț redus
            preț promoțional | pret redus | preț de vânzare | セール価格 | 特価
            """
        ),
        (
            .init(.oldPrice),
            """
            alter preis | streichpreis | statt preis | ursprünglicher preis | regulärer preis | normalpreis | ancien prix
            prix barré | prix initial | prix d'origine | prix régulier | precio anterior | precio original
            precio antiguo | precio normal | prezzo precedente | prezzo originale | prezzo di listino | prezzo pieno
            preço antigo | preço original | preço anterior | preço de | oude prijs | adviesprijs | van prijs | stara cena
            cena regularna | cena katalogowa | poprzednia cena | původní cena | běžná cena | ordinarie pris
            tidigare pris | normalpris | førpris | veiledende pris | gammel pris | vanha hinta | normaalihinta
            ovh | eski fiyat | liste fiyatı | старая цена | цена до скидки | régi ár | eredeti ár | preț vechi
            pret vechi | preț întreg | 通常価格 | 定価
            """
        ),
        (
            .init(.currency),
            """
            währung | devise | monnaie | moneda | valuta | moeda | waluta | měna | valuutta | para birimi | валюта | pénznem
            deviza | monedă | 通貨
            """
        ),
        (
            .init(.saleWindow),
            """
            sonderangebotszeitraum | sonderpreiszeitraum | période de validité du prix soldé
            fecha efectiva precio de oferta | período de precio de oferta | data di validità prezzo scontato
            data efetiva do preço promocional | セール価格有効期間
            """
        ),
        (
            .init(.availability, .flag),
            """
            verfügbarkeit | vorrätig | verfügbar | disponibilité | disponible | disponibilidad | disponibilità
            disponibilidade | disponível | beschikbaarheid | dostępność | dostepnosc | dostupnost | tillgänglighet
            tilgængelighed | tilgjengelighet | saatavuus | stok durumu | bulunabilirlik | доступность | наличие
            elérhetőség | készletinformáció | disponibilitate | 在庫状況 | 販売状況 | наявність
            """
        ),
        (
            .init(.stock, .stock, rank: 1),
            """
            lagerbestand | bestand | menge | lager | anzahl | quantité | en stock | existencias | cantidad | quantità
            giacenza | quantidade | estoque | voorraad | aantal | ilość | stan magazynowy | liczba sztuk | množství
            skladem | počet kusů | sklad | lagersaldo | antal | antall | lagerstatus | varasto | määrä | varastosaldo
            stok | stok adedi | adet | количество | остаток | készlet | darabszám | mennyiség | stoc | cantitate
            在庫 | 在庫数 | 数量
            """
        ),
        (
            .init(.condition),
            """
            zustand | état | estado | condición | condizione | condizioni | condição | staat | conditie | stan | stav
            skick | tillstånd | tilstand | stand | kunto | durum | состояние | állapot | stare | 状態 | 商品の状態
            """
        ),
        (
            .init(.brand),
            """
            marke | marque | marca | marchio | merk | marka | značka | varumärke | märke | mærke | varemærke | merke
            varemerke | merkki | tuotemerkki | brändi | бренд | марка | торговая марка | márka | marcă | ブランド | 銘柄
            """
        ),
        (
            .init(.brand, rank: 2),
            """
            hersteller | fabricant | fabricante | produttore | fabrikant | producent | výrobce | tillverkare | produsent
            valmistaja | üretici | производитель | gyártó | producător | producator | メーカー
            """
        ),
        (
            .init(.gtin, .first),
            """
            código de barras | codice a barre | code barre | code barres | code-barres | strichcode | kod ean | kod kreskowy
            čárový kód | ean kód | streckkod | stregkode | strekkode | viivakoodi | barkod | штрихкод | штрих-код | vonalkód
            cod de bare | barkodu | jan コード | janコード | eankode | kod gtin
            """
        ),
        (
            .init(.mpn),
            """
            teilenummer | herstellernummer | herstellerartikelnummer | référence fabricant | référence du fabricant
            numéro de pièce fabricant | número de pieza del fabricante | referencia del fabricante | codice produttore
            código do fabricante | artikelnummer fabrikant | kod producenta | numer katalogowy producenta | kód výrobce
            tillverkarens artikelnummer | producentens varenummer | valmistajan tuotenumero | üretici parça numarası
            код производителя | gyártói cikkszám | cod producător | 製品番号 | 型番
            """
        ),
        (
            .init(.sku),
            """
            artikelnummer | artikelnr | art.-nr. | artikel nr | référence | référence produit | referencia
            codice articolo | codice prodotto | referência | artikelcode | productcode | sygnatura | symbol | indeks
            kod produktu | kód produktu | kód zboží | varenummer | varenr | tuotenumero | tuotekoodi | stok kodu | ürün kodu
            артикул | cikkszám | termékkód | cod produs | 商品コード | 品番
            """
        ),
        (
            .init(.group),
            """
            artikelgruppennummer | artikelgruppen id | artikelgruppe | identifiant du groupe d'articles
            identifiant groupe | identificador de grupo de artículos | id grupo artículos | id del grupo de artículos
            id gruppo articoli | id gruppo articolo | id do grupo do item | id do grupo de itens | artikelgroep id
            item groep id | identyfikator grupy produktów | identyfikator grupy elementów | id grupy produktów | id skupiny
            id skupiny položek | id skupiny produktů | artikelgrupps id | varegruppe id | tuoteryhmän tunnus
            ürün grubu kimliği | id группы товаров | идентификатор группы товаров | termékcsoport azonosító
            id grup articole | 商品グループ id
            """
        ),
        (
            .init(.productCategory),
            """
            produkttyp | type de produit | tipo de producto | tipo di prodotto | tipologia prodotto | tipo de produto
            producttype | typ produktu | rodzaj produktu | typ výrobku | produkttype | tuotetyyppi | ürün türü | ürün tipi
            тип товара | terméktípus | tip produs | tipul produsului | 商品カテゴリ | 商品タイプ
            """
        ),
        (
            .init(.productCategory, rank: 1),
            """
            kategorie | kategorien | produktkategorie | warengruppe | produktgruppe | catégorie | catégories
            catégorie de produit | catégorie du produit | categoría | categorías | categoria | categorie | categorias
            categoria prodotto | productcategorie | kategoria | kategorie produktu | kategori | kategorier | kategoriat
            tuoteryhmä | kategoriler | категория | категории | kategória | kategóriák | termékkategória | categorii
            カテゴリ | カテゴリー | категорія
            """
        ),
        (
            .init(.productCategory, rank: 3),
            """
            google produktkategorie | catégorie de produits google | catégorie google | categoría en google product
            categoría de producto de google | categoría google | categoria prodotto google | categoria google
            categoria de produto do google | categoria do google | google productcategorie | google-productcategorie
            kategoria produktów google | kategoria google | kategorie produktů google | kategorie google
            google produktkategori | googles produktkategori | googlen tuoteluokka | google ürün kategorisi
            категория товара google | категория google | google termékkategória | google-termékkategória
            categoria de produse google | google 商品カテゴリ
            """
        ),
    ]
}
