import Console
import Datasets
import Platform
import Prices

/// The data of a forecast training: the rows, the scaled windows and their split.
package struct ForecastData {
    let history: PriceHistory
    let preparation: ForecastPreparation
    let windows: SequenceWindows
    let train: SequenceWindows
    /// A text that identifies the data.
    let fingerprint: String
    /// Sentences about the columns that the scaler treats as constant.
    private let constantNotes: [String]
    private let options: ForecastTraining.Options

    /// - Throws: `DatasetError`.
    init(_ options: ForecastTraining.Options) throws(DatasetError) {
        self.options = options
        history = try options.history()
        let rows = options.sequenceLength + options.trainWindows
        try history.require(
            rows: rows,
            for: "\(options.trainWindows) windows of \(options.sequenceLength) days to train on",
            remedy: options.remedy(forRows: history.count))
        let fitted = options.scaleOn == .all ? history : history.rows(0..<rows)
        constantNotes = options.constantNotes(fitted)
        preparation = ForecastPreparation(
            features: options.features, target: options.target, sequenceLength: options.sequenceLength,
            scaler: options.scaler, fitting: fitted, trainedUpTo: history.dates[rows - 1])
        fingerprint = Self.fingerprint(history, preparation.columns)
        windows = preparation.windows(of: history)
        train = windows.windows(0..<options.trainWindows)
    }

    private static func fingerprint(_ history: PriceHistory, _ columns: [String]) -> String {
        var digest = SHA256()
        for column in columns {
            for value in history[column] {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { digest.update($0) }
            }
        }
        return
            "\(history.count) rows from \(history.dates[0]) to \(history.dates[history.count - 1]), SHA-256 "
            + digest.hexDigest.prefix(16)
    }

    /// The description of the data, a sentence each.
    var description: [String] {
        let (first, last) = (history.dates[0], history.dates[history.count - 1])
        let test = windows.count - train.count
        let testFrom = test > 0 ? " from \(history.dates[windows.count - test + windows.length])" : ""
        var lines = [
            "\(history.path), \(TextFormat.grouped(history.count)) rows from \(first) to \(last): "
                + "\(TextFormat.list(preparation.features)) to forecast the next \(preparation.target)",
            "\(TextFormat.count(windows.count, "window")) of \(TextFormat.count(windows.length, "row")): the first "
                + "\(TextFormat.grouped(train.count)) to train on, \(TextFormat.grouped(test)) to test on\(testFrom)",
        ]
        if let skipped = history.skipped { lines.append("\(skipped)") }
        return lines
    }

    /// Sentences about ambiguities in the file, jumps of prices, and constant columns.
    var notes: [String] { history.notes + history.jumpNotes + constantNotes }

    /// The description of the scaling.
    var scaling: String {
        let scaler = options.scaler == .minMax ? "min-max" : "standard"
        switch options.scaleOn {
        case .train:
            return
                "\(scaler), fitted to the \(TextFormat.grouped(train.count + train.length)) rows that training sees"
        case .all:
            return
                "\(scaler), fitted to all \(TextFormat.grouped(history.count)) rows, those to test on included: "
                + "this looks into the future, as the tutorials do, and may make test errors look smaller than they are"
        }
    }
}

extension ForecastData {
    /// The notice that the RNN cannot forecast values outside the range of its sigmoid; nil if there are none.
    var sigmoidNotice: String? {
        // Scaled values are compared, because an end of the range converted back to prices may differ from the price by
        // rounding.
        let outside = (0..<windows.count).count { !(0...1).contains(windows[$0].target) }
        guard outside > 0 else { return nil }
        func text(_ value: Double) -> String { TextFormat.significant(value, digits: 6) }
        return
            "The RNN ends in a sigmoid, which forecasts no \(preparation.target) below \(text(preparation.floor)) or above "
            + "\(text(preparation.ceiling)); \(TextFormat.grouped(outside)) of \(TextFormat.grouped(windows.count)) days are out of "
            + "its reach; --no-sigmoid leaves the sigmoid out"
    }
}
