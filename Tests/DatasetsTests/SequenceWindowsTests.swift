import Testing

@testable import Datasets

@Suite("Windows of a table")
struct SequenceWindowsTests {
    /// Creates windows in which feature f of row r is 10 r + f, and the target is -r.
    private static func windows(_ rows: Int, features: Int, length: Int) -> SequenceWindows {
        SequenceWindows(
            features: (0..<features).map { feature in (0..<rows).map { Double(10 * $0 + feature) } },
            target: (0..<rows).map { Double(-$0) },
            dates: (0..<rows).map { CalendarDate(daysSinceEpoch: 18_000 + 3 * $0) }, length: length)
    }

    @Test
    func `431 rows in windows of 5 give 426 windows of 5 x 4, of which 200 train and 226 test`() {
        let windows = Self.windows(431, features: 4, length: 5)
        #expect((windows.count, windows.length, windows.featureCount) == (426, 5, 4))
        let parts = windows.split(train: 200)
        #expect((parts.train.count, parts.test.count) == (200, 226))
        #expect(parts.train[199].targetRow == 204 && parts.test[0].targetRow == 205)
        #expect(parts.test[225].targetRow == 430)
    }

    @Test(
        arguments: [(1, 1, 1), (2, 1, 1), (7, 3, 2), (9, 2, 5), (5, 2, 5)])
    func `a window has the rows before its target`(rows: Int, features: Int, length: Int) {
        let windows = Self.windows(rows, features: features, length: length)
        #expect(windows.count == rows - length)
        for index in 0..<windows.count {
            let window = windows[index]
            let expected = (index..<index + length).flatMap { row in
                (0..<features).map { Float(10 * row + $0) }
            }
            #expect(window.values == expected)
            for step in 0..<length {
                for feature in 0..<features {
                    #expect(window[step, feature] == expected[step * features + feature])
                    #expect(
                        windows.baseAddress[index * windows.windowStride + step * features + feature]
                            == window[step, feature])
                }
            }
            #expect(window.target == Float(-(index + length)) && windows.targets[index] == window.target)
            #expect(window.targetRow == index + length && window.index == index)
            #expect(window.targetDate == CalendarDate(daysSinceEpoch: 18_000 + 3 * (index + length)))
        }
        #expect(
            windows.following
                == (rows - length..<rows).flatMap { row in (0..<features).map { Float(10 * row + $0) } })
    }

    @Test(arguments: [0..<12, 3..<12, 3..<7, 5..<5, 12..<12, 0..<0])
    func `parts are views of the same windows`(range: Range<Int>) {
        let whole = Self.windows(15, features: 2, length: 3)
        let part = whole.windows(range)
        #expect(part.count == range.count && part.firstRow == range.lowerBound)
        for index in 0..<part.count {
            let (window, same) = (part[index], whole[range.lowerBound + index])
            #expect(window.values == same.values && window.target == same.target)
            #expect(window.targetRow == same.targetRow && window.targetDate == same.targetDate)
            #expect(window[2, 1] == same[2, 1] && part.targets[index] == same.target)
        }
        #expect(part.baseAddress == whole.baseAddress + range.lowerBound * 2)
        #expect(part.following == (range.upperBound < 12 ? whole[range.upperBound].values : whole.following))
        if range.count == 4 {
            let inner = part.windows(1..<3)
            #expect(inner.firstRow == 4 && inner[1].values == whole[5].values && inner.count == 2)
        }
    }

    @Test
    func `windows outlive the windows they were cut from`() {
        let window: SequenceWindow = {
            Self.windows(50, features: 2, length: 4).windows(10..<20)[3]
        }()
        #expect(window.values == [130, 131, 140, 141, 150, 151, 160, 161])
        #expect(window.target == -17)
    }

    @Test
    func `a loader divides them into batches`() {
        let windows = Self.windows(431, features: 4, length: 5).split(train: 200).train
        let epoch = DataLoader(windows, batchSize: 20, shuffle: true, seed: 3).epoch(1)
        #expect(epoch.count == 10)
        #expect(epoch.flatMap { $0.map(\.targetRow) }.sorted() == Array(5..<205))
        #expect(epoch[0][0].index == Int(epoch[0].sampleIndices.first!))
    }

    @Test
    func `values are rounded to Float once`() {
        let value = 1228.099976
        let windows = SequenceWindows(
            features: [[value, 0]], target: [0, value],
            dates: [CalendarDate(daysSinceEpoch: 0), CalendarDate(daysSinceEpoch: 1)], length: 1)
        #expect(windows[0].values == [Float(value)] && windows[0].target == Float(value))
    }

    @Test
    func `sizes that do not match and indices out of range trap`() async {
        await #expect(processExitsWith: .failure) { _ = Self.windows(4, features: 1, length: 5) }
        await #expect(processExitsWith: .failure) { _ = Self.windows(4, features: 1, length: 0) }
        await #expect(processExitsWith: .failure) { _ = Self.windows(4, features: 0, length: 2) }
        await #expect(processExitsWith: .failure) { _ = Self.windows(4, features: 1, length: 2)[2] }
        await #expect(processExitsWith: .failure) {
            _ = Self.windows(4, features: 1, length: 2).windows(1..<3)
        }
        await #expect(processExitsWith: .failure) {
            _ = Self.windows(4, features: 1, length: 2).split(train: 3)
        }
        await #expect(processExitsWith: .failure) { _ = Self.windows(4, features: 1, length: 2)[0][2, 0] }
        await #expect(processExitsWith: .failure) {
            let day = CalendarDate(daysSinceEpoch: 0)
            _ = SequenceWindows(features: [[1, 2]], target: [1], dates: [day], length: 1)
        }
        await #expect(processExitsWith: .failure) {
            let day = CalendarDate(daysSinceEpoch: 0)
            _ = SequenceWindows(features: [[1]], target: [1, 2], dates: [day], length: 1)
        }
    }
}
