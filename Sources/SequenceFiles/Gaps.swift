/// Missing values of sequences.
enum Gaps {
    /// Replaces missing values by linear interpolation between their neighbours in time, at both ends by the nearest
    /// value.
    ///
    /// - Parameters:
    ///   - values: The values of a sequence, [L][D]; NaN for a missing one.
    ///   - channels: D, the number of values of a step.
    /// - Returns: The first channel without a value, from 0; nil if every channel has one.
    static func interpolate(_ values: inout [Float], channels: Int) -> Int? {
        let length = values.count / channels
        for channel in 0..<channels {
            var last: Int?
            for step in 0..<length where !values[step * channels + channel].isNaN {
                let value = values[step * channels + channel]
                let first = last.map { $0 + 1 } ?? 0
                for gap in first..<step {
                    values[gap * channels + channel] =
                        last.map { last in
                            let start = Double(values[last * channels + channel])
                            let share = Double(gap - last) / Double(step - last)
                            return Float(start + (Double(value) - start) * share)
                        } ?? value
                }
                last = step
            }
            guard let last else { return channel }
            for step in (last + 1)..<max(length, last + 1) {
                values[step * channels + channel] = values[last * channels + channel]
            }
        }
        return nil
    }
}
