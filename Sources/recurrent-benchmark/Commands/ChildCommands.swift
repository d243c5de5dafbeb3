import ArgumentParser
import Commands
import Console
import Datasets
import Platform

/// Prints a line after the first optimizer step and ends. The parent process measures the time.
struct FirstStepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "first-step", abstract: "Load the data, train one step, say so.", shouldDisplay: false)

    @OptionGroup var common: CommonArguments

    func run() throws {
        try explained { console in
            let images = try MNIST(directory: common.data).train()
            let session = TrainingSession(ModelSetup(threads: common.threads), on: images)
            _ = try session.step()
            console.print(
                "first step after \(CurrentProcess.secondsSinceStart.map(\.description) ?? "?") s")
        }
    }
}

/// Prints the peak memory of training in bytes. It is a property of the whole process, so it needs a separate one.
struct PeakMemoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peak-memory", abstract: "Train, evaluate both sets, print the peak of memory in bytes.",
        shouldDisplay: false)

    @OptionGroup var common: CommonArguments

    @Option(help: "Steps to train; the default is an epoch.")
    var steps: Int?

    func run() throws {
        try explained { console in
            let mnist = try MNIST(directory: common.data)
            let images = try mnist.train()
            let session = TrainingSession(ModelSetup(threads: common.threads), on: images)
            for _ in 0..<(steps ?? session.stepsPerEpoch) { _ = try session.step() }
            _ = session.evaluate(images)
            _ = session.evaluate(try mnist.test())
            console.print("\(CurrentProcess.peakResidentBytes)")
        }
    }
}
