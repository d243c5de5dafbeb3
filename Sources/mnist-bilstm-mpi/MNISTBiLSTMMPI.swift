import ArgumentParser
import Commands
import ImageClassification
import ImageCommands
import Platform
import Runs
import Training

@main
struct MNISTBiLSTMMPI: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mnist-bilstm-mpi",
        abstract: "Train one model on several machines by MPI.",
        discussion: """
            Example: mpirun -np 4 mnist-bilstm-mpi --hidden-size 256 --batch-size 512

            The options are those of mnist-bilstm train. Any number of processes and threads trains the same weights, bit \
            for bit, as mnist-bilstm, and mnist-bilstm evaluates, verifies and resumes the run. The first process reads and \
            writes the run's files. All processes read the images, so every machine needs a copy of them. --threads is the \
            number of threads of each process.

            Exit codes: as of mnist-bilstm train, and 69 if the program was built without MPI.
            """,
        version: PackageVersion.current)

    @OptionGroup var train: Train

    static func main() {
        let watch = WaitingWatch()
        do {
            let connection = try MPIConnection(watch)
            watch.begin(isFirst: connection.process == 0)
            let status = connection.process == 0 ? lead(connection, watch) : try help(connection)
            connection.end()
            CurrentProcess.end(status)
        } catch MPIError.missing {
            // The help needs no MPI.
            CurrentProcess.end(
                statusWithPlainErrors { command in
                    guard command is Self else { return try command.run() }
                    try explained { throw MPIError.missing }
                })
        } catch {
            POSIX.writeToStandardError("Error: \("\(error)".printable)\n")
            CurrentProcess.end((error as? any ReportedError)?.exitStatus ?? .unavailable)
        }
    }

    /// Does what the command line says, with the help of the other processes.
    private static func lead(_ connection: MPIConnection, _ watch: WaitingWatch) -> ExitStatus {
        var processes: TrainingProcesses?
        var hasMet = false
        /// Meets the other processes.
        func meet(threads: Int? = nil) throws -> TrainingProcesses {
            hasMet = true
            let met = try TrainingProcesses(
                connection, machine: connection.machine, threads: threads, lastWords: watch.lastWords)
            processes = met
            return met
        }
        let status = statusWithPlainErrors { command in
            guard let command = command as? Self else { return try command.run() }
            try explained { try command.train.train(with: meet(threads: command.train.threads)) }
        }
        // The others wait, also if the command line was wrong or asked for help.
        if !hasMet { _ = try? meet() }
        processes?.end(status)
        return status
    }

    private static func help(_ connection: MPIConnection) throws -> ExitStatus {
        let signal = InterruptSignal.install()
        let processes: TrainingProcesses
        do {
            processes = try TrainingProcesses(connection, machine: connection.machine)
        } catch let error as ProcessesError {
            // The first process reports it.
            return error.exitStatus
        }
        return try processes.help(ImageTraining.self, [StopOnSignal(signal)])
    }
}
