import Platform

/// An exponential moving average of parameters, updated after each step (Polyak and Juditsky, "Acceleration of
/// stochastic approximation by averaging", 1992): m ← m + (1 - d) (p - m). In step t, counted from 1, d is the smaller
/// of `decay` and (1 + t) / (10 + t), so that the initial parameters soon lose their weight.
package final class WeightAverage {
    /// The largest d, in 0..<1.
    package let decay: Double
    /// The averages in the layout of the parameters; before the first step, the parameters themselves.
    package let values: FloatBuffer

    /// 1 - d in the current step.
    private var share: Float = 0

    package init(of parameters: FloatBuffer, decay: Double) {
        precondition(decay >= 0 && decay < 1, "average: expected a decay of 0..<1, received \(decay)")
        self.decay = decay
        values = parameters.copy()
    }

    /// Begins a step.
    ///
    /// - Parameter step: The number of the step, from 1.
    package func begin(step: Int) {
        share = Float(1 - min(decay, Double(1 + step) / Double(10 + step)))
    }

    /// Updates the averages of a range of parameters.
    package func update(with parameters: FloatBuffer, _ range: Range<Int>) {
        let (base, values) = (parameters.base, values.base)
        for index in range { values[index] += share * (base[index] - values[index]) }
    }

    /// Exchanges the averages and the parameters.
    package func exchange(with parameters: FloatBuffer) {
        for index in 0..<values.count { swap(&values.base[index], &parameters.base[index]) }
    }
}
