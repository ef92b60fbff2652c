import CampaignModel
import CampaignPlanning
import Foundation
import MessageChannels

/// The files beside the layouts: whether they are there, what is in them, and whether the platforms take them.
enum LayoutMedia {
    /// More than any platform takes; it is not read to its end.
    private static let most =
        Platform.allCases.flatMap { platform in
            Media.Kind.allCases.map { PlatformLimits.largestUpload($0, on: platform) }
        }
        .max() ?? 0

    /// Looks at the file of that path, from the folder of the layout's file on.
    static func find(_ path: String, layout: String) -> Result<MediaFile, MediaUnusable> {
        let folder = layout.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let place = folder.isEmpty ? path : "\(folder)/\(path)"
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
            return .failure(MediaUnusable("is not there"))
        }
        guard !isFolder.boolValue else { return .failure(MediaUnusable("is a folder")) }
        guard let handle = FileHandle(forReadingAtPath: place) else {
            return .failure(MediaUnusable("may not be read by this user"))
        }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: Int(most) + 1) else {
            return .failure(MediaUnusable("cannot be read"))
        }
        guard !data.isEmpty else { return .failure(MediaUnusable("is empty")) }
        guard data.count <= most else {
            return .failure(MediaUnusable("is larger than the \(most / 1_000_000) MB that any platform takes"))
        }
        return .success(MediaFile(path: place, size: Int64(data.count), hash: Digests.sha256(data)))
    }

    /// Files that are too large for a channel to which a campaign would send them.
    static func problems(in content: Content, layouts: [String: Layout]) -> [ContentProblem] {
        var problems: [ContentProblem] = []
        for campaign in content.campaigns {
            guard let layout = layouts[campaign.layout] else { continue }
            let channels = content.channels.filter {
                $0.workspace == campaign.workspace && campaign.channels.contains($0.name)
            }
            for upload in layout.uploads {
                for platform in Platform.allCases where channels.contains(where: { $0.platform == platform }) {
                    let limit = PlatformLimits.largestUpload(upload.kind, on: platform)
                    guard upload.file.size > limit else { continue }
                    let problem = ContentProblem(
                        file: upload.provenance.file, line: upload.provenance.line, field: upload.kind.rawValue,
                        message:
                            "\(upload.file.path) has \(megabytes(upload.file.size)), and \(platform.rawValue) takes "
                            + "at most \(megabytes(limit)) of such a file (campaign \(campaign.name))",
                        hint: "Make the file smaller, or give an address.")
                    if !problems.contains(problem) { problems.append(problem) }
                }
            }
        }
        return problems
    }

    private static func megabytes(_ bytes: Int64) -> String { "\(bytes / 1_000_000).\(bytes % 1_000_000 / 100_000) MB" }
}
