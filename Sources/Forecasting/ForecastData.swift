import Console
import Datasets
import Platform
import Prices
import Runs

/// The data of a forecast training: the rows, the scaled windows and their split.
package struct ForecastData {
    let history: PriceHistory
    let preparation: ForecastPreparation
    let windows: SequenceWindows
    let train: SequenceWindows
    /// A text that identifies the data.
    let fingerprint: String
    /// The SHA-256 of the values that the networks read, for receipts.
    let contents: [Receipt.Content]
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
            for: "\(options.trainWindows) training windows of \(options.sequenceLength) days",
            remedy: options.remedy(forRows: history.count))
        let fitted = options.scaleOn == .all ? history : history.rows(0..<rows)
        constantNotes = options.constantNotes(fitted)
        preparation = ForecastPreparation(
            features: options.features, target: options.target, sequenceLength: options.sequenceLength,
            scaler: options.scaler, fitting: fitted, trainedUpTo: history.dates[rows - 1])
        let sha256 = Self.sha256(history, preparation.columns)
        contents = [Receipt.Content("prices", sha256: sha256)]
        fingerprint =
            "\(history.count) rows from \(history.dates[0]) to \(history.dates[history.count - 1]), SHA-256 "
            + sha256.prefix(16)
        windows = preparation.windows(of: history)
        train = windows.windows(0..<options.trainWindows)
    }

    /// Returns the SHA-256 of columns, one after the other, each value as a little-endian `Double`.
    private static func sha256(_ history: PriceHistory, _ columns: [String]) -> String {
        var digest = SHA256()
        for column in columns {
            for value in history[column] {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { digest.update($0) }
            }
        }
        return digest.hexDigest
    }

    /// The description of the data, a sentence each.
    var description: [String] {
        func text(_ key: ForecastDataText, _ values: [String: String], count: Int? = nil) -> String {
            Language.english.text(key, values, count: count)
        }
        func count(_ key: ForecastDataText, _ count: Int) -> String {
            text(key, ["count": TextFormat.grouped(count)], count: count)
        }
        let test = windows.count - train.count
        let split = [
            "windows": count(.windowCount, windows.count), "rows": count(.rowCount, windows.length),
            "train": TextFormat.grouped(train.count), "test": TextFormat.grouped(test),
        ]
        var lines = [
            text(
                .rows,
                [
                    "path": history.path, "count": TextFormat.grouped(history.count),
                    "first": "\(history.dates[0])", "last": "\(history.dates[history.count - 1])",
                    "list": TextFormat.list(preparation.features), "target": preparation.target,
                ]),
            test > 0
                ? text(
                    .windowsFrom,
                    split.merging(["date": "\(history.dates[train.count + windows.length])"]) { $1 })
                : text(.windowsOnly, split),
        ]
        if let skipped = history.skipped { lines.append("\(skipped)") }
        return lines
    }

    /// Sentences about ambiguities in the file, jumps of prices, and constant columns.
    var notes: [String] { history.notes + history.jumpNotes + constantNotes }

    /// The description of the scaling.
    var scaling: String {
        let english = Language.english
        let isOfTraining = options.scaleOn == .train
        let count = isOfTraining ? train.count + train.length : history.count
        return english.text(
            isOfTraining ? ForecastDataText.scaledOnTraining : .scaledOnAll,
            [
                "scaler": english.text(options.scaler == .minMax ? ForecastDataText.minMax : .standard),
                "count": TextFormat.grouped(count),
            ])
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
            "The RNN ends in a sigmoid, so it forecasts no \(preparation.target) below \(text(preparation.floor)) or above "
            + "\(text(preparation.ceiling)); \(TextFormat.grouped(outside)) of \(TextFormat.grouped(windows.count)) days are out of "
            + "its reach; --no-sigmoid removes the sigmoid"
    }
}
