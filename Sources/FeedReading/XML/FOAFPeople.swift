/// People and their feeds in FOAF's RDF, as some sites export the list of a reader's friends.
///
/// A feed belongs to the innermost person around it, and a name may come behind it: so feeds wait until their person is
/// complete. A group is a folder.
struct FOAFPeople {
    private struct Person {
        var depth: Int
        var name: String?
        var feeds: [String] = []
        var lists: [String] = []
        var pages: [String] = []
    }

    private struct Group {
        var depth: Int
        var name: String?
        /// Which sources are in it.
        var firstSource: Int
    }

    private struct Page {
        var depth: Int
        var address: String?
        var feeds: Int
    }

    private var people: [Person] = []
    private var groups: [Group] = []
    private var pages: [Page] = []
    /// The document is about people at all.
    private(set) var wereFound = false

    /// Takes an element.
    ///
    /// - Returns: True when its text is a name.
    mutating func start(
        _ name: String, _ attributes: XMLAttributes, _ depth: Int, _ list: inout OutlineCollector
    ) -> Bool {
        switch name {
        case "agent", "person", "organization":
            people.append(Person(depth: depth))
            wereFound = true
        case "group":
            groups.append(Group(depth: depth, firstSource: list.outlines.sources.count))
            wereFound = true
        case "name":
            return people.last?.depth == depth - 1 || groups.last?.depth == depth - 1
        case "document":
            pages.append(Page(depth: depth, address: address(attributes), feeds: people.last?.feeds.count ?? 0))
        case "channel", "feed": add(attributes, \.feeds, &list)
        case "seealso": add(attributes, \.lists, &list)
        default: break
        }
        return false
    }

    private mutating func add(
        _ attributes: XMLAttributes, _ place: WritableKeyPath<Person, [String]>, _ list: inout OutlineCollector
    ) {
        guard !people.isEmpty, let address = address(attributes) else { return }
        list.count += 1
        people[people.count - 1][keyPath: place].append(address)
    }

    private func address(_ attributes: XMLAttributes) -> String? {
        attributes("about")?.trimmedOrNil ?? attributes("resource")?.trimmedOrNil
    }

    /// Takes the text of a name.
    mutating func name(_ name: String, _ depth: Int) {
        if let person = people.last, person.depth == depth - 1 {
            people[people.count - 1].name = person.name ?? name
        } else if let group = groups.last, group.depth == depth - 1 {
            groups[groups.count - 1].name = group.name ?? name
        }
    }

    /// Takes the end of an element.
    mutating func end(_ depth: Int, _ list: inout OutlineCollector) {
        if let page = pages.last, page.depth == depth {
            pages.removeLast()
            if let address = page.address, !people.isEmpty, people[people.count - 1].feeds.count == page.feeds {
                people[people.count - 1].pages.append(address)
            }
        }
        if let person = people.last, person.depth == depth {
            people.removeLast()
            for address in person.feeds { list.add(address, title: person.name) }
            for address in person.lists { list.add(list: address, title: person.name) }
            for address in person.pages { list.add(page: address, title: person.name) }
        }
        if let group = groups.last, group.depth == depth {
            groups.removeLast()
            if let name = group.name { list.enclose(from: group.firstSource, in: name) }
        }
    }
}
