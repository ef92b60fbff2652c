import CampaignModel

/// Follows a document's values along a ``JSONPlan``, finds out what it is, and hands on its items.
struct JSONItemBuilder: JSONHandler {
    private struct Frame {
        var node: Int
        var isArray: Bool
        /// How many elements of an array came so far.
        var index = 0
    }

    /// What values are part of.
    private enum Level {
        /// Of the document as a whole.
        case document
        /// The outermost object, or an element of the outermost array: perhaps a product by itself.
        case outermost
        case item
    }

    private let plan: JSONPlan
    private unowned let receiver: any ItemReceiver
    private var item: FieldWriter
    private var header: FieldWriter
    private var held = JSONHeld()

    /// The containers around ``place``.
    private var outer: [Frame] = []
    private var place = Frame(node: -1, isArray: false)
    /// Where the value of the last key goes; at first the outermost value.
    private var next = JSONPlan.root
    private var level = Level.document
    /// How many containers are open around the current item, itself included.
    private var itemDepth = 0
    private var evidence: JSONEvidence = []

    private var finder: JSONKindFinder

    private(set) var breakage: Breakage?
    /// Set when an item came that was one too many.
    private(set) var isFull = false

    init(_ options: ReadOptions, _ receiver: any ItemReceiver) {
        self.receiver = receiver
        if let mapping = options.mapping {
            plan = JSONMapping.plan(mapping)
        } else {
            plan = JSONFormats.plan
        }
        item = FieldWriter(ItemRecord(options.limits), options.limits, receiver)
        header = FieldWriter(receiver.header, options.limits, receiver)
        outer.reserveCapacity(options.limits.depth)
        finder = JSONKindFinder(options)
        if let stated = finder.kind { tell(stated) }
    }

    /// The names that the plan knows.
    var names: JSONNames { plan.names }

    var isOver: Bool { isFull || breakage != nil }

    // MARK: Places

    /// Where the value that comes now stands; -1 where nothing is looked for.
    private mutating func step() -> Int {
        guard place.isArray else { return next }
        guard place.node >= 0 else { return -1 }
        let index = place.index
        place.index = index &+ 1
        return plan.nodes[place.node].hasElements ? plan.element(place.node, index) : place.node
    }

    mutating func startObject() {
        var node = step()
        let isRoot = node == JSONPlan.root && (outer.isEmpty || (finder.isArray && outer.count == 1))
        if isRoot { startOutermost() }
        if node >= 0 {
            let info = plan.nodes[node]
            if let decided = info.decides {
                finder.isFound = true
                decide(decided)
            }
            if let kind = info.item, !isRoot || kind == .custom, !startItem(kind) { node = -1 }
            if info.group != .none { held.start(info.group) }
        }
        outer.append(place)
        place = Frame(node: node, isArray: false)
        next = -1
    }

    mutating func startArray() {
        let node = step()
        if outer.isEmpty { finder.isArray = true }
        if node >= 0, let kind = plan.nodes[node].item, node != JSONPlan.root || kind == .custom {
            finder.note(list: kind)
        }
        outer.append(place)
        place = Frame(node: node, isArray: true)
    }

    mutating func endArray() {
        place = outer.popLast() ?? place
        if outer.isEmpty { endDocument() }
    }

    mutating func endObject() {
        let node = place.node
        if node >= 0, plan.nodes[node].group != .none { held.end(plan.nodes[node].group, &item, kind: finder.kind) }
        if level != .document, outer.count == itemDepth { endItem() }
        place = outer.popLast() ?? place
        if outer.isEmpty, !isOver { endDocument() }
    }

    mutating func key(_ name: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
        if outer.count == finder.objectDepth { finder.note(bytes) }
        next = plan.next(place.node, name)
        if next >= 0 { evidence.formUnion(plan.nodes[next].evidence) }
    }

    // MARK: Values

    mutating func string(_ bytes: UnsafeBufferPointer<UInt8>, isCut: Bool) {
        let node = step()
        if node >= 0 { take(bytes, at: node, isCut: isCut) }
    }

    mutating func number(_ bytes: UnsafeBufferPointer<UInt8>) {
        let node = step()
        if node >= 0 { take(bytes, at: node, isCut: false) }
    }

    mutating func word(_ word: JSONWord) {
        let node = step()
        guard node >= 0 else { return }
        if word == .null { return warnOfBareItem(node) }
        let info = plan.nodes[node]
        warnOfBareItem(node)
        guard level != .document else { return }
        let text: StaticString = word == .yes ? "true" : "false"
        for index in info.firstTake..<(info.firstTake + info.takes) {
            let take = plan.takes[index]
            if take.use == .held {
                text.withUTF8Buffer { held.set(take.slot, $0) }
            } else if finder.kind == .custom {
                if let comparison = take.comparison {
                    add(comparison.holds(word == .yes ? 1 : 0), take.field)
                } else if take.field == .availability {
                    add(word == .yes, take.field)
                } else {
                    text.withUTF8Buffer { item.add(take.field, $0, form: take.form, rank: take.rank) }
                }
            }
        }
    }

    private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, at node: Int, isCut: Bool) {
        let info = plan.nodes[node]
        if let take = info.header, level != .item, !finder.isArray {
            header.add(take.field, bytes, form: take.form, rank: take.rank, isCut: isCut)
        }
        warnOfBareItem(node)
        for index in info.firstTake..<(info.firstTake + info.takes) {
            let take = plan.takes[index]
            if take.use == .version {
                version(bytes)
            } else if level != .document {
                self.take(bytes, take, isCut: isCut)
            }
        }
    }

    private mutating func take(_ bytes: UnsafeBufferPointer<UInt8>, _ take: JSONTake, isCut: Bool) {
        switch take.use {
        case .field: item.add(take.field, bytes, form: take.form, rank: take.rank, isCut: isCut)
        case .held: held.set(take.slot, bytes)
        case .handle: item.add(take.field, "/products/", before: bytes)
        case .tags:
            guard !place.isArray else { return item.add(take.field, bytes, isCut: isCut) }
            for tag in bytes.split(separator: UInt8(ascii: ",")) {
                item.add(take.field, UnsafeBufferPointer(rebasing: tag), isCut: false)
            }
        case .compared: if let isTrue = take.comparison?.holds(bytes) { add(isTrue, take.field) }
        case .version: break
        }
    }

    private mutating func add(_ isTrue: Bool, _ field: ItemField) {
        item.add(field, MappedField.text(isTrue, for: field))
    }

    private func warnOfBareItem(_ node: Int) {
        guard place.isArray, level == .document, node != JSONPlan.root || finder.kind == .custom,
            plan.nodes[node].item != nil
        else { return }
        receiver.warn("bad_item", "an item that is not an object was left out", item: nil)
    }

    // MARK: Items

    private mutating func startOutermost() {
        guard level == .document, finder.kind != .custom else { return }
        level = .outermost
        clearItem()
    }

    /// - Returns: False when objects here are no items after all.
    private mutating func startItem(_ kind: JSONKind) -> Bool {
        guard level != .item, finder.kind == nil || finder.kind == kind else { return false }
        level = .item
        finder.isFound = true
        clearItem()
        return true
    }

    private mutating func clearItem() {
        itemDepth = outer.count + 1
        item.clear()
        held.startItem()
        evidence = []
    }

    private mutating func endItem() {
        let wasOutermost = level == .outermost
        level = .document
        guard wasOutermost ? endOutermost() : isOfKnownKind() else { return }
        held.endItem(&item)
        receiver.add(item.record)
        isFull = receiver.isFull
    }

    /// - Returns: Whether an outermost object is a product: an element of an array that is known for products, or one
    ///   with variants.
    private mutating func endOutermost() -> Bool {
        if finder.kind == .shopify, finder.isArray { return true }
        guard finder.kind == nil || finder.kind == .shopify, evidence.isProduct else {
            if finder.kind == nil, finder.isArray { refuse() }
            return false
        }
        finder.isFound = true
        decide(.shopify)
        // What the document says of itself are the product's own words.
        if !finder.isArray { header.clear() }
        return true
    }

    /// The first item tells the kind of a document that has not told it itself.
    private mutating func isOfKnownKind() -> Bool {
        guard finder.kind == nil else { return true }
        let isProduct = place.node >= 0 && plan.nodes[place.node].item == .shopify
        guard isProduct ? evidence.isProduct : evidence.isFeedItem else {
            refuse()
            return false
        }
        decide(isProduct ? .shopify : .feed)
        return true
    }

    // MARK: What the document is

    private mutating func version(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard outer.count == finder.objectDepth else { return }
        let wasFeed = finder.kind == .feed
        if finder.version(bytes) { decide(.feed) }
        if wasFeed { receiver.setFormat(finder.feedFormat) }
    }

    private mutating func decide(_ kind: JSONKind) {
        if finder.decide(kind) { tell(kind) }
    }

    private func tell(_ kind: JSONKind) {
        receiver.setConventions(kind == .custom ? MappedField.conventions : ItemConventions())
        switch kind {
        case .feed: receiver.setFormat(finder.feedFormat)
        case .rss: receiver.setFormat(.rssJSON)
        case .shopify: receiver.setFormat(.shopifyJSON)
        case .custom: receiver.setFormat(.custom)
        }
    }

    private mutating func endDocument() {
        guard !isOver else { return }
        if let kind = finder.kindAtEnd(hasLink: receiver.header.has(.link)) { decide(kind) } else { refuse() }
    }

    private mutating func refuse() {
        if breakage == nil { breakage = finder.refusal }
    }
}
