#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension RecurrentStack {
    /// What to tell a user whose dropout does nothing: it stands between layers, and there is only one.
    public var idleDropoutWarning: String? {
        guard dropout > 0, numLayers == 1 else { return nil }
        return "dropout \(dropout) has no effect in a stack of one layer: it stands between layers"
    }

    /// Says so on standard error.
    func warnOfIdleDropout() {
        guard let idleDropoutWarning else { return }
        let text = Array("Warning: \(idleDropoutWarning)\n".utf8)
        _ = write(2, text, text.count)
    }
}
