import CampaignModel
import Synchronization

/// A group commit for writes of one kind: the same statements serve all callers that arrive before the batch's
/// transaction begins.
///
/// The first caller opens a batch and writes it; callers that arrive meanwhile join, later ones open the next batch.
/// Each caller gets its own result after the commit. When a batch fails, each of its writes is tried alone, so that one
/// bad write fails no other.
final class SharedWrites<Input: Sendable, Output: Sendable>: Sendable {
    /// Writes all inputs in one transaction and returns an output for each, in the same order.
    typealias Run = @Sendable ([Input], any SQLConnection) throws -> [Output]

    private enum Outcome: Sendable {
        /// The caller opened the batch and writes it for all members.
        case writes(Batch)
        case written(Output)
        case isAlone
        case failed(any Error)
    }

    private final class Batch: Sendable {
        let members: Mutex<(inputs: [Input], waiting: [CheckedContinuation<Outcome, Never>])>

        init(_ first: Input) { members = Mutex(([first], [])) }

        var inputs: [Input] { members.withLock { $0.inputs } }

        func join(_ input: Input, _ continuation: CheckedContinuation<Outcome, Never>) {
            members.withLock { members in
                members.inputs.append(input)
                members.waiting.append(continuation)
            }
        }

        /// Resumes every caller but the first.
        ///
        /// - Parameter outcome: The outcome of the member with that index in the batch.
        /// - Returns: How many callers were resumed.
        @discardableResult
        func resume(_ outcome: (Int) -> Outcome) -> Int {
            let waiting = members.withLock { $0.waiting }
            for (index, each) in waiting.enumerated() { each.resume(returning: outcome(index + 1)) }
            return waiting.count
        }
    }

    private let durability: WriteDurability
    private let isolation: IsolationLevel
    private let run: Run
    /// The batch that the next caller joins; nil when the next caller opens one.
    private let open = Mutex<Batch?>(nil)

    init(_ durability: WriteDurability, _ isolation: IsolationLevel, _ run: @escaping Run) {
        (self.durability, self.isolation, self.run) = (durability, isolation, run)
    }

    /// Waits until the input is written and committed.
    ///
    /// - Throws: As ``SQLDatabase/write(_:_:_:)`` does.
    func add(_ input: Input, to database: any SQLDatabase) async throws -> Output {
        let outcome = await withCheckedContinuation { continuation in
            open.withLock { open in
                if let open { return open.join(input, continuation) }
                let batch = Batch(input)
                open = batch
                continuation.resume(returning: .writes(batch))
            }
        }
        switch outcome {
        case .written(let output): return output
        case .failed(let error): throw error
        case .isAlone: return try await writeAlone(input, database)
        case .writes(let batch):
            do {
                let outputs = try await database.write(durability, isolation) { try self.run(self.closed(batch), $0) }
                batch.resume { .written(outputs[$0]) }
                return outputs[0]
            } catch {
                closed(batch)
                // No second try: the batch may be committed already, or the database is down and each write would wait
                // again.
                if error is InDoubtCommit || (error as? Problem)?.code == .databaseUnavailable {
                    batch.resume { _ in .failed(error) }
                    throw error
                }
                guard batch.resume({ _ in .isAlone }) > 0 else { throw error }
                return try await writeAlone(input, database)
            }
        }
    }

    private func writeAlone(_ input: Input, _ database: any SQLDatabase) async throws -> Output {
        try await database.write(durability, isolation) { try self.run([input], $0)[0] }
    }

    /// Closes the batch to further callers and returns its inputs.
    @discardableResult
    private func closed(_ batch: Batch) -> [Input] {
        open.withLock { open in if open === batch { open = nil } }
        return batch.inputs
    }
}
