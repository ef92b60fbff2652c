import CampaignModel
import FeedReading
import Foundation
import Testing

/// Reads a whole folder of documents and prints what came out, for comparison with expectations kept beside it.
@Suite struct CorpusTests {
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["TELLAL_CORPUS"] != nil,
            "set TELLAL_CORPUS to a folder of documents"))
    func `no document of the corpus crashes or hangs the reader`() throws {
        let folder = try #require(ProcessInfo.processInfo.environment["TELLAL_CORPUS"])
        let output = ProcessInfo.processInfo.environment["TELLAL_CORPUS_OUTPUT"]
        var lines: [String] = []
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for name in names.sorted() {
            guard let data = FileManager.default.contents(atPath: folder + "/" + name), !data.isEmpty else { continue }
            let started = ContinuousClock.now
            var events: [String] = []
            do throws(ReadFailure) {
                let reader = FeedReader(ReadOptions(baseURL: "http://example.com/feeds/feed.xml"))
                for event in try reader.push(Array(data)) + reader.finish() {
                    events.append(NeutralForm.line(event))
                }
            } catch {
                events.append("{\"error\":\(String(reflecting: error.problem(in: name).message))}")
            }
            let elapsed = ContinuousClock.now - started
            #expect(elapsed < .seconds(5), "\(name) took \(elapsed)")
            if data.count < 100_000 {
                let options = ReadOptions(baseURL: "http://example.com/feeds/feed.xml")
                let whole = Result { () throws(ReadFailure) in try read(Array(data), options).events }
                let chunked = Result { () throws(ReadFailure) in
                    try read(Array(data), options, sizes: [1, 7, 900]).events
                }
                #expect(whole == chunked, "\(name) depends on its chunks")
            }
            lines.append("# \(name)")
            lines += events
        }
        #expect(!lines.isEmpty)
        if let output { try lines.joined(separator: "\n").write(toFile: output, atomically: true, encoding: .utf8) }
    }
}
