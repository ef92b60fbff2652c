import ArgumentParser

@main
struct Tellal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "tellal", abstract: "Turns feeds into campaigns.")
}
