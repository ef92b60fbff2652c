import CampaignModel
import FeedReading
import Foundation

/// Hostile documents through the whole reading path: bytes → items → rich text.
enum DocumentTarget {
    static func run(_ bytes: [UInt8]) {
        let input = DocumentInput(bytes)
        switch input.subject {
        case .html:
            DocumentPromises.checkHTML(String(decoding: input.document, as: UTF8.self), base: input.options.baseURL)
        case .document: checkDocument(input)
        }
    }
}

/// Whether a document that came in pieces is read at once as well, to compare: see scripts/fuzz.
private let comparesReadings = getenv("FUZZ_ALONE") == nil

private func checkDocument(_ input: DocumentInput) {
    let reading = Reading(input.document, input.options, chunks: input.chunks)
    DocumentPromises.check(reading, input.options)
    guard input.isCutAndRepeated, comparesReadings else { return }
    let whole = Reading(input.document, input.options, chunks: [])
    // Where a bomb is noticed depends on what was there to be unpacked at once.
    guard !whole.wasBomb else { return }
    promise(
        reading.essence == whole.essence,
        "chunks of \(input.chunks) make a difference\n  cut: \(reading)\n  whole: \(whole)")
}

/// What a document became: its events, or its failure.
struct Reading: Equatable {
    var events: [ReadEvent] = []
    var failure: ReadFailure?

    /// What chunks may not change: all but the words and lines of what libxml2 and the decoder complain of, because they
    /// look ahead as far as there are bytes, beyond the document's end too.
    var essence: Reading {
        var essence = self
        if case .broken = failure { essence.failure = .broken(message: "", line: 0) }
        if case .end(var end)? = events.last {
            end.warnings.removeAll { ["broken", "bad_encoding"].contains($0.code) }
            essence.events[events.count - 1] = .end(end)
        }
        return essence
    }

    /// The document unpacked to too many times its size.
    var wasBomb: Bool {
        var messages: [String] = []
        if case .broken(let message, _) = failure { messages.append(message) }
        if case .end(let end)? = events.last { messages += end.warnings.map(\.message) }
        return messages.contains { $0.hasSuffix("which no feed does") }
    }

    /// - Parameters:
    ///   - document: All its bytes.
    ///   - options: As for any reader.
    ///   - chunks: Sizes of the chunks, over and over; none: the document at once.
    init(_ document: [UInt8], _ options: ReadOptions, chunks: [Int]) {
        let reader = FeedReader(options)
        do {
            var rest = document[...]
            var turn = 0
            while !rest.isEmpty {
                let chunk = rest.prefix(chunks.isEmpty ? rest.count : chunks[turn % chunks.count])
                rest = rest.dropFirst(chunk.count)
                turn += 1
                events += try reader.push(Array(chunk))
            }
            events += try reader.finish()
        } catch {
            failure = error
        }
    }
}
