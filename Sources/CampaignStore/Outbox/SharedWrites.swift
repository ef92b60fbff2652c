import CampaignModel
import Synchronization

/// Writes of one kind that are done together: the same statements serve all that come before the next commit begins.
///
/// Who comes first writes for all who come before its turn; who comes later begins anew. To each of them it is a write of
/// its own: it is told what became of it after the commit, and where one of several cannot be made, each is tried alone.
final class SharedWrites<Input: Sendable, Output: Sendable>: Sendable {
    /// Does what all of the inputs ask for, and says of each in the same order what came of it.
    typealias Run = @Sendable ([Input], any SQLConnection) throws -> [Output]

    private enum Turn: Sendable {
        /// Writes for whoever joins.
        case writes(Batch)
        case written(Output)
        case isAlone
        case failed(any Error)
    }

    private final class Batch: Sendable {
        let members: Mutex<(inputs: [Input], waiting: [CheckedContinuation<Turn, Never>])>

        init(_ first: Input) { members = Mutex(([first], [])) }

        var inputs: [Input] { members.withLock { $0.inputs } }

        func join(_ input: Input, _ continuation: CheckedContinuation<Turn, Never>) {
            members.withLock { members in
                members.inputs.append(input)
                members.waiting.append(continuation)
            }
        }

        /// - Returns: How many there were beside the first.
        @discardableResult
        func tell(_ turn: (Int) -> Turn) -> Int {
            let waiting = members.withLock { $0.waiting }
            for (place, each) in waiting.enumerated() { each.resume(returning: turn(place + 1)) }
            return waiting.count
        }
    }

    private let durability: WriteDurability
    private let isolation: IsolationLevel
    private let run: Run
    /// Whom the next one joins.
    private let open = Mutex<Batch?>(nil)

    init(_ durability: WriteDurability, _ isolation: IsolationLevel, _ run: @escaping Run) {
        (self.durability, self.isolation, self.run) = (durability, isolation, run)
    }

    /// Waits until the input is dealt with and committed.
    ///
    /// - Throws: As ``SQLDatabase/write(_:_:_:)`` does.
    func add(_ input: Input, to database: any SQLDatabase) async throws -> Output {
        let turn = await withCheckedContinuation { continuation in
            open.withLock { open in
                if let open { return open.join(input, continuation) }
                let batch = Batch(input)
                open = batch
                continuation.resume(returning: .writes(batch))
            }
        }
        switch turn {
        case .written(let output): return output
        case .failed(let error): throw error
        case .isAlone: return try await writeAlone(input, database)
        case .writes(let batch):
            do {
                let outputs = try await database.write(durability, isolation) { try self.run(self.closed(batch), $0) }
                batch.tell { .written(outputs[$0]) }
                return outputs[0]
            } catch {
                closed(batch)
                // It may be written already, or each alone would wait for the database as long once more.
                if error is InDoubtCommit || (error as? Problem)?.code == .databaseUnavailable {
                    batch.tell { _ in .failed(error) }
                    throw error
                }
                guard batch.tell({ _ in .isAlone }) > 0 else { throw error }
                return try await writeAlone(input, database)
            }
        }
    }

    private func writeAlone(_ input: Input, _ database: any SQLDatabase) async throws -> Output {
        try await database.write(durability, isolation) { try self.run([input], $0)[0] }
    }

    /// Nobody joins it any more.
    @discardableResult
    private func closed(_ batch: Batch) -> [Input] {
        open.withLock { open in if open === batch { open = nil } }
        return batch.inputs
    }
}
