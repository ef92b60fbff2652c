package import CampaignModel

/// A call of a platform's method: fields, and files if any go with it.
package struct PlatformRequest: Sendable, Hashable {
    struct File: Sendable, Hashable {
        /// The name of its part in the body; `attach://name` refers to it (Bot API, sending files).
        var name: String
        var content: FileContent
    }

    var url: String
    var headers: [HTTPHeader] = []
    var fields: [String: JSONValue]
    var files: [File] = []
    /// What the platform may need to fetch a medium, beyond the time of a plain call.
    var patience: Duration = .zero

    /// As it goes over the wire: JSON, or multipart/form-data (RFC 7578) where files go with it.
    package var http: HTTPRequest {
        let body = files.isEmpty ? JSONValue.object(fields).bytes : multipart
        let type = files.isEmpty ? "application/json" : "multipart/form-data; boundary=\(boundary)"
        let bytes = files.reduce(0) { $0 + $1.content.size }
        return HTTPRequest(
            method: "POST", url: url, headers: headers + [HTTPHeader("Content-Type", type)], body: body,
            timeout: PlatformLimits.answerTime + patience + PlatformLimits.uploadTime(bytes: bytes),
            connectTimeout: PlatformLimits.connectTime
        )
    }

    /// Made of the contents, so that it does not occur in them and is the same for the same request.
    private var boundary: String {
        "tellal-" + Digests.sha256(files.flatMap { $0.content.bytes.prefix(4096) + Array($0.name.utf8) })
    }

    private var multipart: [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(files.reduce(4096) { $0 + $1.content.bytes.count + 512 })
        let line = "--\(boundary)\r\n"
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            // A file that has its field's name takes the field's place.
            if files.contains(where: { $0.name == name }) { continue }
            let text = if case .string(let plain) = value { plain } else { value.text }
            body += Array("\(line)Content-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(text)\r\n".utf8)
        }
        for file in files {
            let head = "Content-Disposition: form-data; name=\"\(file.name)\"; filename=\"\(file.content.name)\"\r\n"
            body += Array("\(line)\(head)Content-Type: \(file.content.type)\r\n\r\n".utf8)
            body += file.content.bytes
            body += Array("\r\n".utf8)
        }
        return body + Array("--\(boundary)--\r\n".utf8)
    }
}
