/// Every run of `length` rows of a table, each with the value that a target column has in the row after it: what a
/// network that forecasts learns from. Window w holds the rows w ..< w + length, its target is row w + length;
/// n rows give n − length windows.
///
/// The rows lie in memory once, [row][feature] as `Float`. As windows overlap, a window of [step][feature] begins one
/// row after the one before it: `windowStride` is `featureCount`, and nothing is copied to make, split or shuffle them.
public struct SequenceWindows: Dataset {
    /// The number of windows.
    public let count: Int
    /// The steps of a window.
    public let length: Int
    /// The values of a step.
    public let featureCount: Int
    /// The row of the table in which the first window begins.
    public let firstRow: Int

    /// [row][feature], all rows of the table.
    private let rows: ByteStorage
    /// [row], all rows of the table.
    private let target: ByteStorage
    private let dates: [CalendarDate]

    /// Copies columns into rows. Sizes that do not fit together trap.
    ///
    /// - Parameters:
    ///   - features: An array for each feature, one value for each row; scaled, if they are to be.
    ///   - target: One value for each row.
    ///   - dates: One for each row.
    ///   - length: The steps of a window, at least 1 and at most as many as there are rows.
    public init(features: [[Double]], target: [Double], dates: [CalendarDate], length: Int) {
        let rowCount = dates.count
        precondition(!features.isEmpty, "features: expected at least one column, received none")
        for (index, column) in features.enumerated() {
            precondition(
                column.count == rowCount,
                "feature \(index): expected \(rowCount) values as there are dates, received \(column.count)")
        }
        precondition(
            target.count == rowCount,
            "target: expected \(rowCount) values as there are dates, received \(target.count)")
        precondition(
            length >= 1 && length <= rowCount,
            "length: expected 1 to \(rowCount) as there are rows, received \(length)")
        rows = ByteStorage(floatCount: rowCount * features.count) { values in
            for (feature, column) in features.enumerated() {
                for (row, value) in column.enumerated() {
                    values[row * features.count + feature] = Float(value)
                }
            }
        }
        self.target = ByteStorage(floatCount: rowCount) { values in
            for (row, value) in target.enumerated() { values[row] = Float(value) }
        }
        self.dates = dates
        self.length = length
        featureCount = features.count
        firstRow = 0
        count = rowCount - length
    }

    private init(_ windows: SequenceWindows, _ range: Range<Int>) {
        (rows, target, dates) = (windows.rows, windows.target, windows.dates)
        (length, featureCount) = (windows.length, windows.featureCount)
        firstRow = windows.firstRow + range.lowerBound
        count = range.count
    }

    /// Some of the windows, in the same memory. Places that there are not trap.
    public func windows(_ range: Range<Int>) -> SequenceWindows {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count,
            "windows: expected places in 0..<\(count), received \(range)")
        return SequenceWindows(self, range)
    }

    /// The first windows to train on, the others to test on. More than there are trap.
    public func split(train: Int) -> (train: SequenceWindows, test: SequenceWindows) {
        precondition(train >= 0 && train <= count, "train: expected 0 to \(count) windows, received \(train)")
        return (windows(0..<train), windows(train..<count))
    }

    public subscript(index: Int) -> SequenceWindow {
        precondition(index >= 0 && index < count, "window: expected 0 to \(count - 1), received \(index)")
        return SequenceWindow(source: self, index: index)
    }

    /// The window after the last: the newest rows, whose target is not known if these are all windows of a table.
    /// [step][feature].
    public var following: [Float] { values(at: count) }

    /// The row of the table that is the target of a window.
    func targetRow(_ index: Int) -> Int { firstRow + index + length }

    func targetDate(_ index: Int) -> CalendarDate { dates[targetRow(index)] }

    package func values(at index: Int) -> [Float] {
        withExtendedLifetime(rows) {
            Array(
                UnsafeBufferPointer(start: baseAddress + index * windowStride, count: length * featureCount))
        }
    }
}

/// For loops that read the memory itself. The addresses are good as long as the windows are kept alive.
extension SequenceWindows {
    /// The first value of the first window; a window is [step][feature] without gaps.
    public var baseAddress: UnsafePointer<Float> {
        rows.elements(of: Float.self).baseAddress! + firstRow * featureCount
    }

    /// How many values after the beginning of a window the next one begins.
    public var windowStride: Int { featureCount }

    /// The targets, [window].
    public var targets: UnsafePointer<Float> {
        target.elements(of: Float.self).baseAddress! + firstRow + length
    }
}

/// One window, its target, and where that is: a view that keeps the rows alive and copies nothing.
public struct SequenceWindow: Sendable {
    package let source: SequenceWindows
    /// The place of the window among the others.
    public let index: Int

    /// A copy of the values, [step][feature].
    public var values: [Float] { source.values(at: index) }

    public var target: Float { withExtendedLifetime(source) { source.targets[index] } }

    /// The row of the table that the target is from.
    public var targetRow: Int { source.targetRow(index) }

    public var targetDate: CalendarDate { source.targetDate(index) }

    public subscript(step: Int, feature: Int) -> Float {
        precondition(
            step >= 0 && step < source.length && feature >= 0 && feature < source.featureCount,
            "value: expected a place in \(source.length) x \(source.featureCount), received (\(step), \(feature))"
        )
        return withExtendedLifetime(source) {
            source.baseAddress[index * source.windowStride + step * source.featureCount + feature]
        }
    }
}

extension ByteStorage {
    /// Memory for numbers, written by `fill`.
    fileprivate convenience init(floatCount: Int, fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
        self.init(byteCount: floatCount * MemoryLayout<Float>.stride)!
        fill(bytes.bindMemory(to: Float.self))
    }
}
