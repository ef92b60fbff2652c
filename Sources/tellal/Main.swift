import ArgumentParser
import CampaignModel
import Foundation

@main
enum Main {
    static func main() async {
        ProcessLimits.set()
        // Who reads what this prints may go away: that ends the printing, and nothing that is being sent.
        signal(SIGPIPE, SIG_IGN)
        PasswordArguments.hide()
        do {
            var command = try Tellal.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            // A daemon's lines are its log: it has done its work without them.
            if Console.hasLostOutput, !(command is ServeCommand) { Foundation.exit(Problem.Code.outputFailed.exitCode) }
        } catch {
            // Whoever asked for JSON gets it for a wrong option, too. A bare exit code has been explained already.
            if CommandLine.arguments.contains("--json"), !(error is ExitCode),
                Tellal.exitCode(for: error) == .validationFailure
            {
                Console.tell(
                    Problem(
                        .usage, Tellal.message(for: cause(of: error)),
                        hint: "`tellal help` shows the commands and options."),
                    json: true)
                Foundation.exit(Problem.Code.usage.exitCode)
            }
            Tellal.exit(withError: error)
        }
    }

    /// Of a command that is not known no option is: then the command is what is wrong, not its --json.
    private static func cause(of error: any Error) -> any Error {
        do {
            _ = try Tellal.parseAsRoot(CommandLine.arguments.dropFirst().filter { $0 != "--json" })
            return error
        } catch let cause {
            return Tellal.exitCode(for: cause) == .validationFailure ? cause : error
        }
    }
}
