/// A parameter of a model with its numbers.
typealias NamedParameter = (name: String, shape: [Int], values: ArraySlice<Float>)

/// The answer of `/api/histograms`: the distribution of the numbers of each parameter.
struct HistogramContent: Encodable {
    static let bins = 64

    struct Parameter: Encodable, Equatable {
        let name: String
        let shape: [Int]
        let min: Double
        let max: Double
        let mean: Double
        /// The standard deviation of all numbers.
        let deviation: Double
        /// [64] How many numbers there are in parts of equal width between the edges.
        let counts: [Int]
        /// The minimum and the maximum; a little apart if all numbers are equal.
        let edges: [Double]
        /// How many numbers are NaN or infinite, and not counted.
        let notFinite: Int

        init(_ name: String, shape: [Int], _ values: some Collection<Float>) {
            (self.name, self.shape) = (name, shape)
            let numbers = values.filter(\.isFinite).map(Double.init)
            notFinite = values.count - numbers.count
            let low = numbers.min() ?? 0
            let high = numbers.max() ?? 0
            (min, max) = (low, high)
            let count = Double(Swift.max(1, numbers.count))
            let mean = numbers.reduce(0, +) / count
            self.mean = mean
            deviation = (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
            let width = low < high ? high - low : Swift.max(1, low.magnitude) * 1e-6
            let start = low < high ? low : low - width / 2
            edges = [start, start + width]
            var counts = [Int](repeating: 0, count: HistogramContent.bins)
            for number in numbers {
                let bin = Int((number - start) / width * Double(HistogramContent.bins))
                counts[Swift.min(bin, HistogramContent.bins - 1)] += 1
            }
            self.counts = counts
        }
    }

    let step: Int
    let parameters: [Parameter]

    init(step: Int, _ parameters: [NamedParameter]) {
        self.step = step
        self.parameters = parameters.map { Parameter($0.name, shape: $0.shape, $0.values) }
    }
}
