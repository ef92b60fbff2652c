import CampaignModel
import CampaignPlanning
import Testing

@Suite struct LayoutMediaTests {
    private static let file = MediaFile(path: "templates/layouts/pictures/sale.jpg", size: 12, hash: "abc")

    private func read(_ text: String) -> ([Layout], [String]) {
        let (layouts, problems) = LayoutReader.read(
            files: [ContentFile(path: "templates/layouts/l.yaml", text: text)],
            media: { path, layout in
                path == "pictures/sale.jpg" && layout == "templates/layouts/l.yaml"
                    ? .success(Self.file) : .failure(MediaUnusable("is not there"))
            })
        return (layouts, problems.map(\.description))
    }

    private func message(_ text: String) throws -> Message? {
        let layout = try #require(read(text).0.first)
        let change = Change(kind: .new, key: Samples.article().key, before: nil, after: Samples.article(title: "Tea"))
        return LayoutRenderer.render(layout, items: [ItemContext(change: change, sourceName: "s")], campaign: "c") {
            RichText(plain: $0)
        }.first?.message
    }

    @Test func `a module may show a file beside its layout`() throws {
        let message = try message("name: x\nmodules: [{image: pictures/sale.jpg, caption: '{{item.title}}'}]")
        #expect(message?.modules == [.media(Media(.image, .file(Self.file), caption: RichText(plain: "Tea")))])
    }

    @Test func `a file that is not there is told with its line`() {
        #expect(
            read("name: x\nmodules:\n  - video: clip.mp4").1 == [
                "templates/layouts/l.yaml:3: modules[0].video: “clip.mp4” is not there\n"
                    + "  Write the path of a file from the layout's folder on, or an http(s) address."
            ])
    }

    @Test func `a sound has a title and a performer`() throws {
        let message = try message(
            "name: x\nmodules: [{audio: 'https://e.com/{{item.title}}.mp3', title: '{{item.title}}', performer: Us}]")
        #expect(
            message?.modules == [
                .media(Media(.audio, .address("https://e.com/Tea.mp3"), title: "Tea", performer: "Us"))
            ])
    }

    @Test func `the options of a layout go with its messages`() throws {
        let text = "name: x\neach: digest\nsilent: true\nprotect: true\nlink_preview: above\nmodules: [{text: Hi}]"
        #expect(
            try message(text)?.options
                == MessageOptions(isSilent: true, isProtected: true, linkPreview: .above, isDigest: true))
    }

    @Test func `a medium whose address comes out empty is left out with its caption`() throws {
        let message = try message("name: x\nmodules: [{video: '{{item.author}}', caption: Look}, {text: Hi}]")
        #expect(message?.modules == [.text(RichText(plain: "Hi"), buttons: [])])
    }
}
