extension CSVColumns {
    /// Google Merchant's and Meta's own names.
    static let google: [(CSVMeaning, String)] = [
        (.init(.id), "id | retailer id"),
        (.init(.title), "title"),
        (.init(.summary, .description), "description"),
        (.init(.content), "rich text description"),
        (.init(.link), "link"),
        (.init(.link, rank: 5), "canonical link"),
        (.init(.link, rank: 6), "mobile link"),
        (.init(.image, .addresses), "image link | image.url | image[0].url"),
        (.init(.image, .addresses, rank: 10), "additional image link | lifestyle image link"),
        (.init(.price), "price"),
        (.init(.salePrice), "sale price"),
        (.init(.saleWindow), "sale price effective date"),
        (.init(.availability, .flag), "availability"),
        (.init(.stock), "quantity to sell on facebook | sell on google quantity | inventory"),
        (.init(.condition), "condition"),
        (.init(.brand), "brand"),
        (.init(.gtin, .first), "gtin"),
        (.init(.mpn), "mpn"),
        (.init(.group), "item group id"),
        (.init(.productCategory), "product type"),
        (.init(.productCategory, rank: 3), "google product category"),
        (.init(.productCategory, rank: 4), "fb product category | facebook product category"),
    ]

    /// What shops, affiliate networks and comparison sites write in English, and a few in German.
    static let common: [(CSVMeaning, String)] = identity + texts + media + money + supply + making

    private static let identity: [(CSVMeaning, String)] = [
        (
            .init(.id, rank: 1),
            "product id | item id | offer id | merchant product id | content id | unique id | article id | guid"
        ),
        (.init(.id, rank: 2), "aw product id | code | product code | item code | external id | shop sku"),
        (
            .init(.sku),
            """
            sku | merchant sku | product sku | item sku | variant sku | stock keeping unit | item number | item no
            article number | article no | reference | product reference | artnr | part id | catalog number | model code
            """
        ),
        (
            .init(.group, rank: 1),
            """
            group id | itemgroup id | product group id | parent sku | parent id | parent product id | variant group
            parent | group | master id | master sku | family id
            """
        ),
    ]

    private static let texts: [(CSVMeaning, String)] = [
        (.init(.title, rank: 1), "product name | product title | item name | item title | name | offer name"),
        (.init(.title, rank: 4), "headline | product | short title | structured title | label | model name"),
        (
            .init(.link, rank: 1),
            """
            aw deep link | deep link | deeplink | product url | product link | tracking url | affiliate link
            affiliate url | buy url | click url | item url | product page url | offer url | offer link | link url
            """
        ),
        (
            .init(.link, rank: 2),
            "merchant deep link | url | page url | landing page url | landing page | permalink | web address | href"
        ),
        (.init(.summary, .description, rank: 1), "product description | item description | descriptions | desc | text"),
        (
            .init(.summary),
            "short description | product short description | summary | excerpt | teaser | description short"
        ),
        (
            .init(.content, rank: 1),
            """
            long description | full description | body | body html | content | html description | description html
            description long | detailed description
            """
        ),
        (.init(.author), "author | authors | writer | creator"),
        (.init(.category, .words), "tags | keywords | product tags | labels"),
        (.init(.published), "published at | publication date | pub date | pubdate | date published | date | posted"),
        (.init(.published, rank: 3), "created at | date added | date created | created | date add product"),
        (
            .init(.updated),
            "updated at | last updated | last modified | modified | date modified | date updated | updated | modified at"
        ),
    ]

    private static let media: [(CSVMeaning, String)] = [
        (
            .init(.image, .addresses, rank: 1),
            """
            image url | image | images | image urls | image src | picture | pictures | picture url | picture urls | img
            img url | photo | photos | photo url | main image | main image url | main picture | product image
            product image url | product images | large image | image list | image links | image address | base image
            featured image | default image | primary image | cover | cover image | big image | merchant image url
            image 1 | picture 1 | image large | product picture | imgurl | artwork
            """
        ),
        (
            .init(.image, .addresses, rank: 10),
            """
            additional images | additional image links | additional image url | additional image urls | other images
            other image url | extra images | gallery | image gallery | alternate image | alternate image two
            alternate image three | alternate image four | more images | additional pictures | additional image
            additional photos | imgurl alternative
            """
        ),
        (
            .init(.image, .addresses, rank: 20, isSubstitute: true),
            """
            aw image url | merchant thumb url | aw thumb url | thumbnail | thumbnail url | thumb | thumb url
            small image | small image url | thumbnail image | image small | image thumbnail | swatch image
            """
        ),
    ]

    private static let money: [(CSVMeaning, String)] = [
        (
            .init(.price, rank: 1),
            """
            search price | current price | product price | selling price | final price | price incl vat
            price incl tax | price tax incl | price tax included | price with vat | price vat | gross price
            price gross | item price | offer current price | price now | sales price | retail price incl vat
            price including vat | price including tax | priceeur | priceusd | pricegbp | amount
            """
        ),
        (
            .init(.price, rank: 3),
            "store price | price excl vat | price excl tax | price tax excl | price tax excluded | net price | price net"
        ),
        (.init(.price, rank: 4), "display price | unit price"),
        (
            .init(.oldPrice),
            """
            old price | previous price | was price | price before | price old | product price old | original price
            compare at price | former price | price before discount | price no rebate | strike price | strikethrough price
            price was | crossed price | initial price | base price amount | normal price | full price
            """
        ),
        (
            .init(.oldPrice, rank: 2),
            """
            regular price | list price | rrp | rrp price | msrp | msrp price | recommended retail price | retail price
            suggested retail price | standard price | uvp
            """
        ),
        (
            .init(.salePrice, rank: 1),
            """
            special price | discount price | discounted price | promo price | promotion price | promotional price
            offer price | reduced price | price discount | price discounted | deal price | action price | price sale
            price promo
            """
        ),
        (.init(.currency), "currency | price currency | currency code | currency id | currency iso"),
        (
            .init(.saleFrom),
            """
            sale price start date | sale start date | special price from date | date sale price starts | sale from
            special price from | discount from | sale price from | promo from | special from date
            """
        ),
        (
            .init(.saleUntil),
            """
            sale price end date | sale end date | special price to date | date sale price ends | sale to | sale until
            special price to | discount to | sale price to | promo to | special to date
            """
        ),
        (.init(.saleWindow, rank: 1), "sale price dates | sale dates"),
    ]

    private static let supply: [(CSVMeaning, String)] = [
        (
            .init(.availability, .flag, rank: 1),
            """
            availability status | stock status | stock availability | in stock | is in stock | available | is available
            availabilities | product availability | instock flag | stock state
            """
        ),
        (
            .init(.stock, .stock, rank: 1),
            """
            stock | quantity | qty | stock quantity | stock level | stock qty | inventory quantity | inventory level
            available quantity | quantity in stock | stock amount | units in stock | stock on hand | variant inventory qty
            quantity available | in stock quantity | number in stock | inventory qty
            """
        ),
        (.init(.condition, rank: 1), "product condition | item condition"),
    ]

    private static let making: [(CSVMeaning, String)] = [
        (.init(.brand, rank: 1), "brand name | product brand | marque name"),
        (.init(.brand, rank: 2), "manufacturer | manufacturer name | vendor | producer | maker | publisher"),
        (
            .init(.gtin, .first, rank: 1),
            """
            ean | eans | ean13 | ean code | ean 13 | gtin13 | gtin14 | gtin12 | gtin8 | product gtin | ean gtin | gtin ean
            ean upc | gtin upc ean or isbn | gtins
            """
        ),
        (
            .init(.gtin, .first, rank: 2),
            "upc | barcode | bar code | barcodes | variant barcode | upc code | jan | upc ean"
        ),
        (.init(.gtin, .first, rank: 3), "isbn | isbn13 | isbn 13"),
        (
            .init(.mpn, .first, rank: 1),
            """
            manufacturer part number | part number | manufacturer sku | hans | han | manufacturer number | mfr part number
            manufacturer reference | mfpn | oem number | hanmpn | mpn han
            """
        ),
        (.init(.mpn, rank: 2), "model number | model no | supplier reference"),
        (
            .init(.productCategory, rank: 0),
            "category path | merchant category | merchant product category path | full category | category full path"
        ),
        (
            .init(.productCategory, rank: 1),
            """
            category | categories | product category | category tree | breadcrumb | breadcrumbs | category text
            shop category | product categories | item category | main category | categorytext
            """
        ),
        (
            .init(.productCategory, rank: 2),
            "category name | product group | type | department | section | category title"
        ),
    ]
}
