import CampaignModel

/// The tables of catalogs that are formats of their own.
extension XMLDialect {
    /// Yandex Market's YML and the dialects of other marketplaces.
    static let yml = XMLDialect(
        items: ["offer"],
        header: """
            shop/name                       title     text   0
            shop/company                    title     text   1
            shop/url                        link      text   0
            @date                           updated          0
            shop/categories/category        category  text   0  branch
            categories/category             category  text   0  branch
            """,
        fields: """
            @id                             id               0
            @available                      availability     0
            @group_id                       group            0
            name                            title     either 0
            title                           title     either 1
            name_ua|name_ru                 title     either 2
            typeprefix                      titlePrefix either 0
            model                           titleSuffix either 0
            url                             link      text   0
            description                     summary   html   0
            description_ua|description_ru   summary   html   1
            price                           price     text   0
            price_promo                     salePrice text   0
            oldprice|price_old|old_price    oldPrice  text   0
            currencyid                      currency  text   0
            categoryid                      productCategory text 0 branch
            picture|image                   image     text   0
            vendor                          brand     either 0
            author|artist                   author    either 0
            vendorcode                      mpn       text   0
            barcode                         gtin      text   0
            stock_quantity|quantity_in_stock|count|quantity stock text 0
            outlets/outlet@instock          stock            1
            """,
        conventions: ItemConventions(availability: .yml, unstatedAvailability: .inStock))

    /// Heureka and Zboží.cz, which share their element names.
    static let heureka = XMLDialect(
        items: ["shopitem"],
        header: "",
        fields: """
            item_id                         id        text   0
            itemgroup_id                    group     text   0
            productname                     title     either 0
            product                         title     either 1
            url                             link      text   0
            description                     summary   html   0
            price_vat                       price     text   0
            price                           price     text   1
            list_price                      oldPrice  text   0
            delivery_date                   availability text 0
            manufacturer                    brand     either 0
            ean                             gtin      text   0
            isbn                            gtin      text   1
            productno                       mpn       text   0
            condition|item_type             condition text   0
            categorytext                    productCategory either 0
            imgurl                          image     text   0
            imgurl_alternative              image     text   1
            """,
        conventions: ItemConventions(
            availability: .deliveryDays, categorySeparators: [" | ", "|"], categoryPrefix: "Heureka."))

    static let ceneo = XMLDialect(
        items: ["o"],
        header: "",
        fields: """
            @id                             id               0
            @url                            link             0
            @price                          price            0
            @avail                          availability     0
            @stock                          stock            0
            name                            title     either 0
            desc                            summary   html   0
            cat                             productCategory either 0
            imgs/main@url                   image            0
            imgs/i@url                      image            1
            attrs/a@name                    id               0  key
            attrs/a                         id        text   0  value
            """,
        pairs: """
            producent = brand
            ean = gtin
            isbn = gtin = 1
            kod_producenta = mpn
            kod producenta = mpn
            """,
        conventions: ItemConventions(availability: .ceneo, currency: "PLN", categorySeparators: ["/"]))

    static let trovaprezzi = XMLDialect(
        items: ["offer"],
        header: "",
        fields: """
            code|sku|id                     id        text   0
            name                            title     either 0
            link                            link      text   0
            description                     summary   html   0
            price                           price     text   0
            originalprice                   oldPrice  text   0
            stock                           availability text 0
            brand                           brand     either 0
            eancode|ean                     gtin      text   0
            partnumber                      mpn       text   0
            categories                      productCategory either 0
            image                           image     text   0
            image2|image3|image4|image5     image     text   1
            """,
        conventions: ItemConventions(currency: "EUR", categorySeparators: [" > ", ">", ",", ";"]))

    static let kelkoo = XMLDialect(
        items: ["product"],
        header: "",
        fields: """
            offer-id                        id        text   0
            id                              id        text   1
            title                           title     either 0
            product-url                     link      text   0
            landing-page-url                link      text   1
            description                     summary   html   0
            price                           price     text   0
            price-no-rebate                 oldPrice  text   0
            currency                        currency  text   0
            availability                    availability text 0
            condition                       condition text   0
            brand                           brand     either 0
            ean                             gtin      text   0
            mpn                             mpn       text   0
            sku                             sku       text   0
            merchant-category               productCategory either 0
            image-url                       image     text   0
            image-url-2|image-url-3|image-url-4 image text   1
            """,
        conventions: ItemConventions(availability: .kelkoo, categorySeparators: [" > ", ">", " - "]))

    /// Every table, for a check that each row is understood.
    static let all: [XMLDialect] = [rss, atom, yml, heureka, ceneo, trovaprezzi, kelkoo]
}
