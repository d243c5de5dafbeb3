/// An exponential moving average of parameters, taken after each step (Polyak and Juditsky, "Acceleration of stochastic
/// approximation by averaging", 1992): m += (1 - d) (p - m), where d is, in step t from 1 on, the smaller of `decay` and
/// (1 + t) / (10 + t), so that the first parameters are soon forgotten.
package final class WeightAverage {
    /// Share of the past, of 0..<1.
    package let decay: Double
    /// As the parameters lie; these themselves before the first step.
    package let values: FloatBuffer

    /// Share of the present in the step that runs.
    private var share: Float = 0

    init(of parameters: FloatBuffer, decay: Double) {
        precondition(decay >= 0 && decay < 1, "average: expected a decay of 0..<1, received \(decay)")
        self.decay = decay
        values = parameters.copy()
    }

    /// - Parameter step: from 1 on.
    func begin(step: Int) {
        share = Float(1 - min(decay, Double(1 + step) / Double(10 + step)))
    }

    func update(with parameters: FloatBuffer, _ range: Range<Int>) {
        let (base, values) = (parameters.base, values.base)
        for index in range { values[index] += share * (base[index] - values[index]) }
    }

    /// Swaps the average with the parameters.
    func exchange(with parameters: FloatBuffer) {
        for index in 0..<values.count { swap(&values.base[index], &parameters.base[index]) }
    }
}
