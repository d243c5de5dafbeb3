import ArgumentParser
import Commands
import Datasets
import Forecasting
import ImageClassification
import NeuralNetworks
import Platform

/// The options of every command.
struct CommonArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("The directory of the four MNIST files, packed or not.", valueName: "directory"))
    var data = ImageTraining.Options().data

    @Option(help: "Threads that compute; the default is the cores this process may use.")
    var threads = UsableCores.count

    mutating func validate() throws {
        try check("--threads", threads, 1...1024)
        let used = UsableCores.threads(of: threads)
        if let notice = UsableCores.notice(asked: threads, used: used) { try warn([notice]) }
        threads = used
    }
}

extension ForecastModel: ExpressibleByArgument {}
extension InstructionSet: ExpressibleByArgument {}
