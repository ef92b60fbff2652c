/// A remark about a source for the owner: a stable code for machines and one sentence.
package struct SourceRemark: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The kind of remark; the raw value is the word in output.
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
    /// The sentence for the owner.
    package var sentence: String

    package init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    package var description: String { sentence }
}
