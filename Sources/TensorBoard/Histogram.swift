/// How often numbers fall into each of some buckets of equal width from their minimum to their maximum, as
/// many as TensorBoard draws. Not-a-number and infinities are left out of everything here: a difference
/// between `count` and the number of values given tells how many they were.
package struct Histogram: Hashable, Sendable {
    /// Of the finite values; 0 without any.
    package private(set) var minimum = 0.0
    /// Of the finite values; 0 without any.
    package private(set) var maximum = 0.0
    /// How many values are finite.
    package private(set) var count = 0
    package private(set) var sum = 0.0
    package private(set) var sumOfSquares = 0.0
    /// The upper limit of each bucket, ascending. A bucket begins where the one before it ends, the first at
    /// `minimum`; the limit itself belongs to the next bucket, `maximum` to the last.
    ///
    /// Values that are all the same make one bucket, and so do none.
    package private(set) var limits: [Double] = []
    /// How many values are in each bucket.
    package private(set) var counts: [Int] = []

    /// - Parameters:
    ///   - values: in any order; their sum is taken in this order.
    ///   - bucketCount: how many buckets values that differ are put into.
    package init(_ values: UnsafeBufferPointer<Float>, bucketCount: Int = 30) {
        precondition(bucketCount > 0, "Histogram: expected at least 1 bucket, received \(bucketCount)")
        summarize(values)
        guard minimum < maximum else {
            limits = [maximum]
            counts = [count]
            return
        }
        // As numpy.linspace has them, with which TensorBoard's own histograms are made.
        let width = (maximum - minimum) / Double(bucketCount)
        limits = (1..<bucketCount).map { minimum + Double($0) * width } + [maximum]
        counts = [Int](repeating: 0, count: bucketCount)
        fill(values, width: width)
    }

    package init(_ values: [Float], bucketCount: Int = 30) {
        self = values.withUnsafeBufferPointer { Histogram($0, bucketCount: bucketCount) }
    }

    private mutating func summarize(_ values: UnsafeBufferPointer<Float>) {
        var (least, greatest) = (Double.infinity, -Double.infinity)
        var index = 0
        while index < values.count {
            let value = Double(values[index])
            if value.isFinite {
                if value < least { least = value }
                if value > greatest { greatest = value }
                count &+= 1
                sum += value
                sumOfSquares += value * value
            }
            index &+= 1
        }
        if count > 0 { (minimum, maximum) = (least, greatest) }
    }

    private mutating func fill(_ values: UnsafeBufferPointer<Float>, width: Double) {
        let (minimum, last) = (minimum, counts.count - 1)
        counts.withUnsafeMutableBufferPointer { counts in
            var index = 0
            while index < values.count {
                let value = Double(values[index])
                if value.isFinite {
                    let bucket = Int((value - minimum) / width)
                    counts[bucket < last ? bucket : last] &+= 1
                }
                index &+= 1
            }
        }
    }

    /// `HistogramProto` (TensorFlow, `core/framework/histogram.proto`).
    func write(_ message: inout ProtobufWriter) {
        message.double(1, unlessZero: minimum)
        message.double(2, unlessZero: maximum)
        message.double(3, unlessZero: Double(count))
        message.double(4, unlessZero: sum)
        message.double(5, unlessZero: sumOfSquares)
        message.doubles(6, limits)
        message.doubles(7, counts.map(Double.init))
    }
}
