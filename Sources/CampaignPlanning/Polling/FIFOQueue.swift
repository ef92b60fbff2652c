/// First in, first out, at the same cost however long it is.
struct FIFOQueue<Element: Sendable>: Sendable {
    private var elements: [Element] = []
    private var start = 0

    var isEmpty: Bool { start == elements.count }
    var first: Element? { isEmpty ? nil : elements[start] }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard let first else { return nil }
        start += 1
        if isEmpty || start > 1024 && start * 2 > elements.count {
            elements.removeFirst(start)
            start = 0
        }
        return first
    }

    mutating func removeAll() -> [Element] {
        defer { self = FIFOQueue() }
        return Array(elements[start...])
    }
}
