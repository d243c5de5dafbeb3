import Protobuf

/// The number of values in each of several buckets of equal width between their minimum and maximum, by default as
/// many as TensorBoard draws. NaN and infinities are excluded from all numbers here: their number is the difference
/// between the number of values given and `count`.
package struct Histogram: Hashable, Sendable {
    /// The least finite value; 0 if there is none.
    package private(set) var minimum = 0.0
    /// The greatest finite value; 0 if there is none.
    package private(set) var maximum = 0.0
    /// The number of finite values.
    package private(set) var count = 0
    package private(set) var sum = 0.0
    package private(set) var sumOfSquares = 0.0
    /// The upper limits of the buckets in ascending order. Each bucket begins at the limit of the previous bucket, the
    /// first at `minimum`; a limit belongs to the next bucket, `maximum` to the last.
    ///
    /// There is one bucket if all values are equal, or if there are none.
    package private(set) var limits: [Double] = []
    /// The number of values in each bucket.
    package private(set) var counts: [Int] = []

    /// Creates a histogram. A `bucketCount` below 1 traps.
    ///
    /// - Parameters:
    ///   - values: The values, which are summed in this order.
    ///   - bucketCount: The number of buckets, unless all values are equal.
    package init(_ values: UnsafeBufferPointer<Float>, bucketCount: Int = 30) {
        precondition(bucketCount > 0, "Histogram: expected at least 1 bucket, received \(bucketCount)")
        summarize(values)
        guard minimum < maximum else {
            limits = [maximum]
            counts = [count]
            return
        }
        // The limits equal numpy.linspace, which TensorBoard's own histograms use.
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

    /// Writes a `HistogramProto` (TensorFlow, `core/framework/histogram.proto`).
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
