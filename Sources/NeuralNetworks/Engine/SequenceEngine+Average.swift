extension SequenceEngine {
    /// Runs `body` with the averaged parameters in place of the parameters; returns nil if there is no average.
    package func withAverage<Value>(_ body: () throws -> Value) rethrows -> Value? {
        guard let average else { return nil }
        func exchange() {
            average.exchange(with: parameters)
            parametersChanged()
        }
        exchange()
        defer { exchange() }
        return try body()
    }
}
