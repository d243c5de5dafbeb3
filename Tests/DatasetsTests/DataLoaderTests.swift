import Testing

@testable import Datasets

/// Samples whose value is their index plus a constant.
private struct Numbers: Dataset {
    let count: Int
    subscript(index: Int) -> Int { index + 1000 }
}

extension DataLoader {
    fileprivate func order(_ epoch: Int) -> [Int32] { self.epoch(epoch).flatMap(\.sampleIndices) }
}

@Suite struct DataLoaderTests {
    @Test func `without shuffling the order is the data set's`() {
        let loader = DataLoader(Numbers(count: 10), batchSize: 4)
        #expect(
            loader.epoch(0).map(Array.init) == [
                [1000, 1001, 1002, 1003], [1004, 1005, 1006, 1007], [1008, 1009],
            ])
        #expect(loader.epoch(7).map { Array($0.sampleIndices) } == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]])
    }

    @Test(arguments: [
        (10, 4, false, [4, 4, 2]), (10, 4, true, [4, 4]), (8, 4, false, [4, 4]), (8, 4, true, [4, 4]),
        (3, 4, false, [3]), (3, 4, true, []), (0, 4, false, []), (0, 4, true, []), (3, 1, false, [1, 1, 1]),
        (3, .max, false, [3]),
    ]) func `all batches but the last are full`(count: Int, batchSize: Int, dropLast: Bool, sizes: [Int]) {
        for shuffle in [false, true] {
            let loader = DataLoader(
                Numbers(count: count), batchSize: batchSize, shuffle: shuffle, dropLast: dropLast)
            #expect(loader.epoch(0).map(\.count) == sizes)
            #expect(loader.batchCount == sizes.count)
            #expect(loader.epoch(1).count == sizes.count)
        }
    }

    @Test(arguments: [0, 1, 2, 3, 100, 1009]) func `an epoch is a permutation of the samples`(count: Int) {
        let loader = DataLoader(Numbers(count: count), batchSize: 16, shuffle: true, seed: 5)
        for epoch in 0..<3 {
            #expect(loader.order(epoch).sorted() == Array(0..<Int32(count)))
        }
    }

    /// The expected numbers were computed by a separate program, in another language, from the description of
    /// `DataLoader`.
    @Test func `the order is the documented one`() {
        let loader = DataLoader(Numbers(count: 20), batchSize: 6, shuffle: true, seed: 42)
        #expect(loader.order(0) == [15, 17, 2, 3, 7, 13, 14, 12, 1, 4, 11, 8, 16, 10, 18, 5, 19, 0, 9, 6])
        #expect(loader.order(3) == [14, 4, 2, 12, 8, 10, 19, 7, 13, 11, 5, 15, 17, 9, 18, 3, 6, 0, 16, 1])
        let whole = DataLoader(Numbers(count: 60_000), batchSize: 128, shuffle: true)
        #expect(whole.order(0).prefix(8) == [58934, 45392, 11704, 5242, 34362, 26916, 16388, 44993])
    }

    @Test func `the order depends only on the seed and the epoch`() {
        let loader = DataLoader(Numbers(count: 100), batchSize: 8, shuffle: true, seed: 1)
        let again = DataLoader(Numbers(count: 100), batchSize: 33, shuffle: true, seed: 1)
        let other = DataLoader(Numbers(count: 100), batchSize: 8, shuffle: true, seed: 2)
        let third = loader.order(3)
        #expect(again.order(3) == third)
        #expect(other.order(3) != third)
        #expect(loader.order(2) != third)
        #expect(loader.order(3) == third)
        #expect(Array(loader.epoch(0).map { Array($0.sampleIndices) }.joined()) == loader.order(0))
    }

    @Test func `a batch contains the samples of its indices`() {
        let loader = DataLoader(Numbers(count: 100), batchSize: 8, shuffle: true, seed: 9)
        for batch in loader.epoch(4) {
            #expect(Array(batch) == batch.sampleIndices.map { Int($0) + 1000 })
            #expect(batch.indices == 0..<batch.count)
        }
        let epoch = loader.epoch(4)
        #expect(Array(epoch[12]) == Array(epoch.dropFirst(12).first!))
        #expect(epoch[12].count == 4)
    }

    #if compiler(>=6.2)
        @Test func `invalid arguments trap`() async {
            await #expect(processExitsWith: .failure) { _ = DataLoader(Numbers(count: 1), batchSize: 0) }
            await #expect(processExitsWith: .failure) {
                _ = DataLoader(Numbers(count: 1), batchSize: 1).epoch(-1)
            }
            await #expect(processExitsWith: .failure) {
                _ = DataLoader(Numbers(count: 1), batchSize: 1).epoch(0)[1]
            }
        }
    #endif
}
