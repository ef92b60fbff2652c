/// Something about a source that the owner may want to look into: a stable code for machines and one sentence.
package struct SourceRemark: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What is odd; the raw value is the word in output.
    package enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        case paused
        case held
        case neverRead = "never_read"
        case failing
        case silent
        case shrunk
        case certificate
    }

    package var code: Code
    /// For the owner.
    package var sentence: String

    package init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    package var description: String { sentence }
}
