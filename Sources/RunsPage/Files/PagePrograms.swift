import Forecasting
import ImageClassification
import Runs
import SequenceClassification

/// The programs whose runs the page shows. Runs of other programs that use the library are shown, too.
enum PagePrograms {
    static let all: [Program] = [.mnistBiLSTM, .stockForecast, .sequenceClassifier]

    /// Returns the program with a name; nil for a program that uses the library.
    static func named(_ name: String) -> Program? { all.first { $0.name == name } }
}

/// The kind of a run, which determines the views that the page has for it.
enum RunKind: String, Encodable, Sendable {
    case images, sequences, text, forecast, library

    init(_ record: RunRecord) {
        switch record.program {
        case Program.mnistBiLSTM.name: self = .images
        case Program.stockForecast.name: self = .forecast
        case Program.sequenceClassifier.name:
            let isText =
                record.configuration.map { $0["text"] != .null } ?? (record.summary?.sample == .character)
            self = isText ? .text : .sequences
        default: self = .library
        }
    }
}
