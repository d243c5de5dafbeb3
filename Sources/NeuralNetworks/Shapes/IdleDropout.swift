#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension RecurrentStack {
    /// A warning that dropout has no effect, because it acts between layers and there is only one; nil otherwise.
    package var idleDropoutWarning: String? {
        guard dropout > 0, numLayers == 1 else { return nil }
        return "dropout \(dropout) has no effect in a stack of one layer: it stands between layers"
    }

    /// Writes `idleDropoutWarning`, if there is one, to standard error.
    func warnOfIdleDropout() {
        guard let idleDropoutWarning else { return }
        let text = Array("Warning: \(idleDropoutWarning)\n".utf8)
        _ = write(2, text, text.count)
    }
}
