import Platform

/// The samples of a forecasting network: all windows of `length` consecutive rows of a table. The target of a window is
/// the value of one column in the row after it. Window w has the rows w ..< w + length, and its target is from row w +
/// length, so n rows make n − length windows.
///
/// The rows are in memory once, as `Float` of shape [row, feature]. Windows overlap: each has the shape [step, feature]
/// and begins one row after the previous window, so making, splitting and shuffling them copies nothing.
public struct SequenceWindows: Dataset {
    /// The number of windows.
    public let count: Int
    /// The number of time steps of a window.
    public let length: Int
    /// The number of features of a time step.
    public let featureCount: Int
    /// The row of the table at which the first window begins.
    package let firstRow: Int

    /// The features of all rows of the table, of shape [row, feature].
    private let rows: ByteStorage
    /// The target column of all rows of the table, of shape [row].
    private let target: ByteStorage
    private let dates: [CalendarDate]

    /// Creates the windows of a table, whose columns are copied. Sizes that do not match trap.
    ///
    /// - Parameters:
    ///   - features: The columns of a window, at least one, each with a value for each row. Nothing is scaled here.
    ///   - target: The column to forecast, with a value for each row.
    ///   - dates: The date of each row.
    ///   - length: The number of time steps of a window, from 1 to the number of rows.
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

    /// Returns some of the windows, in the same memory. A range outside 0 ..< count traps.
    public func windows(_ range: Range<Int>) -> SequenceWindows {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count,
            "windows: expected places in 0..<\(count), received \(range)")
        return SequenceWindows(self, range)
    }

    /// Returns the first `train` windows as the training set and the others as the test set. A number outside
    /// 0 ... count traps.
    public func split(train: Int) -> (train: SequenceWindows, test: SequenceWindows) {
        precondition(train >= 0 && train <= count, "train: expected 0 to \(count) windows, received \(train)")
        return (windows(0..<train), windows(train..<count))
    }

    /// The window at `index`. An index outside 0 ..< count traps.
    public subscript(index: Int) -> SequenceWindow {
        precondition(index >= 0 && index < count, "window: expected 0 to \(count - 1), received \(index)")
        return SequenceWindow(source: self, index: index)
    }

    /// The values of the window after the last, of shape [step, feature]. If these are all windows of a table, these
    /// are its last rows, and the target is in the future.
    public var following: [Float] { values(at: count) }

    /// Returns the row of the table that contains the target of a window.
    func targetRow(_ index: Int) -> Int { firstRow + index + length }

    func targetDate(_ index: Int) -> CalendarDate { dates[targetRow(index)] }

    package func values(at index: Int) -> [Float] {
        withExtendedLifetime(rows) {
            Array(
                UnsafeBufferPointer(start: baseAddress + index * windowStride, count: length * featureCount))
        }
    }
}

/// Addresses for loops that read the memory directly. They are valid while the windows are alive.
extension SequenceWindows {
    /// The address of the first value of the first window. A window is of shape [step, feature], without gaps.
    package var baseAddress: UnsafePointer<Float> {
        rows.elements(of: Float.self).baseAddress! + firstRow * featureCount
    }

    /// The number of values from the beginning of one window to the beginning of the next.
    package var windowStride: Int { featureCount }

    /// The address of the targets, of shape [window].
    package var targets: UnsafePointer<Float> {
        target.elements(of: Float.self).baseAddress! + firstRow + length
    }
}

/// One window of ``SequenceWindows`` with its target: a view that keeps the rows alive and copies nothing.
public struct SequenceWindow: Sendable {
    package let source: SequenceWindows
    /// The index of the window among all windows.
    package let index: Int

    /// A copy of the values, of shape [step, feature].
    public var values: [Float] { source.values(at: index) }

    /// The value of the target column in the row after the window.
    public var target: Float { withExtendedLifetime(source) { source.targets[index] } }

    /// The row of the table that contains the target.
    package var targetRow: Int { source.targetRow(index) }

    /// The date of the row that contains the target.
    public var targetDate: CalendarDate { source.targetDate(index) }

    /// The value of a feature in a time step, both from 0. A place outside the window traps.
    package subscript(step: Int, feature: Int) -> Float {
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
    /// Allocates memory for `floatCount` numbers, which `fill` writes.
    convenience init(floatCount: Int, fill: (UnsafeMutableBufferPointer<Float>) -> Void) {
        self.init(byteCount: floatCount * MemoryLayout<Float>.stride)!
        fill(bytes.bindMemory(to: Float.self))
    }
}
