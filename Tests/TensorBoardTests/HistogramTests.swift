import Testing

@testable import TensorBoard

@Suite struct HistogramTests {
    /// The expected limits and counts are computed by `histogram_pb` in the package tensorboard 2.21.0, printed by
    /// `Scripts/event_fixture.py`.
    @Test func `thirty buckets equal TensorBoard's`() {
        let histogram = Histogram([0.5, -1.25, 3, 0.25, 0.25, -0.5, 2.75, .nan, .infinity, 1, 0.125])
        #expect(
            histogram.limits == [
                -1.1083333333333334, -0.9666666666666667, -0.825, -0.6833333333333333, -0.5416666666666667,
                -0.4,
                -0.2583333333333333, -0.1166666666666667, 0.02499999999999991, 0.16666666666666652,
                0.30833333333333335, 0.44999999999999996, 0.5916666666666666, 0.7333333333333334, 0.875,
                1.0166666666666666, 1.1583333333333332, 1.2999999999999998, 1.4416666666666664,
                1.583333333333333,
                1.725, 1.8666666666666667, 2.0083333333333333, 2.15, 2.2916666666666665, 2.433333333333333,
                2.5749999999999997, 2.716666666666667, 2.8583333333333334, 3.0,
            ])
        #expect(
            histogram.counts == [
                1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1,
            ])
        #expect(histogram.minimum == -1.25)
        #expect(histogram.maximum == 3)
        #expect(histogram.count == 9)
        #expect(histogram.sum == 6.125)
        #expect(histogram.sumOfSquares == 19.765625)
    }

    @Test(arguments: [
        [], [Float.nan], [.infinity, -.infinity, .nan],
    ]) func `a histogram may have no finite values`(values: [Float]) {
        let histogram = Histogram(values)
        #expect(histogram.limits == [0])
        #expect(histogram.counts == [0])
        #expect(
            [histogram.minimum, histogram.maximum, histogram.sum, histogram.sumOfSquares] == [0, 0, 0, 0])
        #expect(histogram.count == 0)
    }

    @Test(
        arguments: [
            [-2], [-2, -2, .nan, -2],
        ] as [[Float]]) func `equal values have one bucket`(values: [Float])
    {
        let histogram = Histogram(values)
        let count = values.count(where: \.isFinite)
        #expect(histogram.limits == [-2])
        #expect(histogram.counts == [count])
        #expect(histogram.minimum == -2)
        #expect(histogram.maximum == -2)
        #expect(histogram.sum == Double(-2 * count))
        #expect(histogram.sumOfSquares == Double(4 * count))
    }

    /// The widest range, the narrowest range, and neighbours far from zero.
    @Test(arguments: [
        (-Float.greatestFiniteMagnitude, Float.greatestFiniteMagnitude), (0, .leastNonzeroMagnitude),
        (16_777_214, 16_777_215),
    ]) func `extreme ranges have finite limits`(low: Float, high: Float) {
        let histogram = Histogram([high, low, high])
        #expect(histogram.counts.first == 1)
        #expect(histogram.counts.last == 2)
        #expect(histogram.counts.reduce(0, +) == 3)
        #expect(histogram.limits.last == Double(high))
        #expect(zip(histogram.limits, histogram.limits.dropFirst()).allSatisfy { $0 < $1 })
        #expect(histogram.sumOfSquares.isFinite)
    }

    /// A limit belongs to the bucket above it.
    @Test func `values on limits belong to the bucket above`() {
        #expect(Histogram([0, 1, 2, 3, 4], bucketCount: 4).counts == [1, 1, 1, 2])
    }

    @Test func `zero buckets trap`() async {
        await #expect(processExitsWith: .failure) { _ = Histogram([1], bucketCount: 0) }
    }
}
