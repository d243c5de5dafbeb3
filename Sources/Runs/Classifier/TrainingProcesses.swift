import Console
import Datasets
import NeuralNetworks
import Platform
import Training

/// The processes that train one run together, on one machine or on several. The first has the run's files and the terminal;
/// it sends messages to the others, which ``help(_:_:)``.
package final class TrainingProcesses {
    let connection: any ShardExchange
    private let members: [Member]
    private let lastWords: LastWords?

    /// A process.
    private struct Member: Codable {
        let version: String
        let machine: String
        /// The processor cores that the process may use, as the system lists them, and their number.
        let cores: String
        let coreCount: Int
        /// The number of threads that the command line gives; nil if it does not.
        let threads: Int?
    }

    /// Tells the other processes about this one.
    ///
    /// - Parameters:
    ///   - connection: The connection of the processes.
    ///   - machine: The name of this machine.
    ///   - threads: In the first process, the number of threads of each process; if nil, the cores of a machine are divided
    ///     among the processes that may use the same ones.
    ///   - lastWords: The text that is printed if the others do not answer any more.
    /// - Throws: ``ProcessesError`` if the processes have different versions.
    package init(
        _ connection: any ShardExchange, machine: String, threads: Int? = nil,
        lastWords: LastWords? = nil
    ) throws {
        self.connection = connection
        self.lastWords = lastWords
        members = try connection.gather(
            Member(
                version: PackageVersion.current, machine: machine, cores: UsableCores.list,
                coreCount: UsableCores.count, threads: threads))
        for (process, member) in members.enumerated() where member.version != members[0].version {
            throw ProcessesError(
                "\(name(of: process)) has version \(member.version.printableLine), \(name(of: 0)) has version "
                    + "\(members[0].version.printableLine); install the same version on every machine", .usage
            )
        }
    }

    /// Whether this process has the run's files and the terminal.
    package var isFirst: Bool { connection.process == 0 }

    /// The number of threads of this process.
    package var threads: Int { threads(of: members[connection.process]) }

    private func threads(of member: Member) -> Int {
        if let threads = members[0].threads { return threads }
        let sharing = members.filter { $0.machine == member.machine && $0.cores == member.cores }
        return max(1, member.coreCount / sharing.count)
    }

    /// The names of the machines.
    private var machines: [String] {
        members.reduce(into: []) { if !$0.contains($1.machine) { $0.append($1.machine) } }
    }

    /// Returns the name of a process for people: "process 3 on node2".
    private func name(of process: Int) -> String {
        "process \(process) on \(members[process].machine.printableLine)"
    }

    // MARK: Messages

    /// A message of the first process to the others. Bytes follow some messages.
    private enum Message: Codable {
        /// Read and check the data of a training. The copies of other models follow.
        case prepare(options: String, data: [Receipt.Content], copies: [String])
        /// Train. The state of the trainer follows.
        case train(epochs: Int)
        /// End with an exit status.
        case end(code: Int32)
    }

    /// The answer of another process.
    private struct Answer: Codable {
        /// The error because of which the process cannot train; nil if it is ready.
        var fault: String?
        var code: Int32 = 0
    }

    private func send(_ message: Message) throws {
        _ = connection.broadcast(Array(try JSON.text(message, pretty: false).utf8))
    }

    // MARK: The first process

    /// Lets the others read and check the data of a training.
    ///
    /// - Throws: ``ProcessesError`` if one of them cannot train.
    package func prepare<Task: ClassifierTraining>(_ training: Task, _ data: Task.Data) throws {
        let copies = try training.copies(data)
        try send(
            .prepare(
                options: JSON.text(training.options, pretty: false), data: data.contents,
                copies: copies.map(\.name)))
        for copy in copies { _ = connection.broadcast(copy.bytes) }
        for (process, answer) in try connection.gather(Answer()).enumerated() {
            guard let fault = answer.fault else { continue }
            throw ProcessesError("\(name(of: process)): \(fault)", .ofProcess(answer.code))
        }
    }

    /// Trains together with the others.
    ///
    /// - Parameters:
    ///   - trainer: The trainer, in the state from which training goes on.
    ///   - samples: The training set.
    ///   - batchSize: The number of samples in a step.
    ///   - epochs: The number of epochs to train.
    ///   - run: The run, and the program that resumes it.
    ///   - console: Shows whether distribution pays.
    ///   - fit: Trains. It is called while the trainer is connected.
    package func train(
        _ trainer: Trainer, on samples: some SequenceDataset, batchSize: Int, epochs: Int,
        of run: (directory: RunDirectory, program: String), _ console: Console,
        _ fit: () throws -> Trainer.Ending
    ) throws -> Trainer.Ending {
        lastWords?.begin(run.directory, program: run.program)
        defer { lastWords?.end() }
        try send(.train(epochs: epochs))
        _ = connection.broadcast(try Checkpoint(of: trainer).serialized())
        let estimate = DistributionEstimate(trainer.engine, samples, batchSize: batchSize, connection)
        let neighbours = members.filter { $0.machine == members[0].machine }
        for line in estimate.lines(
            machines: machines.count, threads: threads,
            ofMachine: neighbours.reduce(0) { $0 + threads(of: $1) }, unit: trainer.unit)
        {
            console.print(line)
        }
        // Some launchers kill this process, too, before it can say anything.
        if members.count > 1 {
            console.print(
                "If a process ends unexpectedly, resume with: "
                    + run.directory.commandLine("--resume", of: run.program))
        }
        trainer.connect(connection)
        defer { trainer.disconnect() }
        return try fit()
    }

    /// Tells the others to end.
    package func end(_ status: ExitStatus) {
        // A number can always be written.
        try? send(.end(code: status.code))
    }

    /// A line about the processes: "Processes: 4 on 2 machines (node1, node2) · threads: 2 each".
    var title: String {
        let shown = machines.prefix(4).map(\.printableLine) + (machines.count > 4 ? ["…"] : [])
        let threads = Set(members.map(threads)).sorted()
        let range = threads.count == 1 ? "\(threads[0])" : "\(threads[0]) to \(threads[threads.count - 1])"
        return
            "Processes: \(members.count) on \(TextFormat.count(machines.count, "machine")) "
            + "(\(shown.joined(separator: ", "))) · threads: \(range) each"
    }

    // MARK: The other processes

    /// Does what the first process asks for, until it ends.
    ///
    /// - Parameters:
    ///   - type: The type of the training.
    ///   - callbacks: Callbacks of this process's part, such as ``StopOnSignal``. They may end the whole training.
    /// - Returns: The exit status of the first process.
    /// - Throws: A `DecodingError` for an unknown message.
    package func help<Task: ClassifierTraining>(
        _ type: Task.Type, _ callbacks: [any Callback]
    ) throws -> ExitStatus {
        var ready: (training: Task, data: Task.Data)?
        while true {
            switch try JSON.value(from: connection.broadcast()) as Message {
            case .end(let code): return .ofProcess(code)
            case .prepare(let options, let contents, let names):
                let copies = names.map { RunCopy(name: $0, bytes: connection.broadcast()) }
                var answer = Answer()
                do {
                    ready = try prepared(options, contents, copies)
                } catch {
                    answer.fault = "\(error)"
                    answer.code = ((error as? any ReportedError)?.exitStatus ?? .inputOutput).code
                }
                _ = try connection.gather(answer)
            case .train(let epochs):
                let state = try Checkpoint(bytes: connection.broadcast(), path: name(of: 0))
                guard let (training, data) = ready else {
                    preconditionFailure("help: expected a message about the data before training")
                }
                do {
                    try train(training, data, epochs: epochs, from: state, callbacks)
                } catch is ProcessError {
                    // The first process reports it.
                }
            }
        }
    }

    /// Reads and checks the data of a training.
    private func prepared<Task: ClassifierTraining>(
        _ text: String, _ contents: [Receipt.Content], _ copies: [RunCopy]
    ) throws -> (Task, Task.Data) {
        var options: Task.Options = try JSON.value(from: text)
        options.threads = threads
        let training = Task.helping(options, with: copies)
        let data = try training.data()
        for (expected, found) in zip(contents, data.contents) where expected != found {
            throw ProcessesError(
                "\(data.title) (\(expected.role)): expected the SHA-256 \(expected.sha256) of \(name(of: 0)), found "
                    + "\(found.sha256); copy the same files to every machine", .badData)
        }
        try training.checkMemory(data)
        return (training, data)
    }

    private func train<Task: ClassifierTraining>(
        _ training: Task, _ data: Task.Data, epochs: Int, from state: Checkpoint,
        _ callbacks: [any Callback]
    ) throws {
        let options = training.options
        let trainer = training.trainer(data)
        trainer.gradientNormInterval = options.logEvery > 0 ? options.logEvery : nil
        trainer.restore(state)
        _ = DistributionEstimate(trainer.engine, data.train, batchSize: options.batchSize, connection)
        trainer.connect(connection)
        var callbacks = callbacks
        if let patience = options.earlyStopping { callbacks.append(EarlyStopping(patience: patience)) }
        try trainer.fit(
            data.train, epochs: epochs, batchSize: options.batchSize, validation: data.validation,
            callbacks: callbacks)
    }
}

extension ShardExchange {
    /// Sends a value to all processes and returns the value of each.
    fileprivate func gather<Value: Codable>(_ value: Value) throws -> [Value] {
        try gather(Array(JSON.text(value, pretty: false).utf8)).map { try JSON.value(from: $0) }
    }
}

/// The error that the processes cannot train together.
package struct ProcessesError: ReportedError, Hashable {
    package let description: String
    package let exitStatus: ExitStatus

    init(_ description: String, _ exitStatus: ExitStatus) {
        self.description = description
        self.exitStatus = exitStatus
    }
}
