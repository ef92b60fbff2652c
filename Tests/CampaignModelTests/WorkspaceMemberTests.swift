import CampaignModel
import Testing

@Suite struct WorkspaceMemberTests {
    private func source(_ name: String, in workspace: String) -> Source {
        Source(
            workspace: workspace, name: name, location: "feed.xml", format: nil, every: .auto,
            provenance: Provenance(file: "x.yaml", line: 1))
    }

    private var sources: [Source] {
        [
            source("blog", in: Workspace.defaultName), source("shop", in: Workspace.defaultName),
            source("shop", in: "other"), source("wiki", in: "other"),
        ]
    }

    @Test func `a thing is called by its name in the default workspace, elsewhere with the workspace's`() {
        #expect(sources.map(\.fullName) == ["blog", "shop", "other/shop", "other/wiki"])
    }

    @Test func `a name is enough where only one thing has it`() throws {
        for name in ["blog", "default/blog", "other/wiki", "wiki"] {
            let found = try sources.one(called: name, kind: "source")
            #expect(name.hasSuffix(found.name))
        }
        #expect(try sources.one(called: "other/shop", kind: "source").workspace == "other")
    }

    @Test func `a name that several have is asked about, and one that none has is told the others`() {
        #expect {
            try sources.one(called: "shop", kind: "source")
        } throws: { error in
            let problem = error as? Problem
            return problem?.code == .usage && problem?.hint == "Say which one: default/shop, other/shop."
        }
        #expect {
            try sources.one(called: "other/blog", kind: "source")
        } throws: { error in
            let problem = error as? Problem
            return problem?.code == .notFound && problem?.hint == "The sources are blog, shop, other/shop, other/wiki."
        }
    }
}
