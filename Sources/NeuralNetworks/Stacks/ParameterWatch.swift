import Platform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Detects changes of parameters, which may be written freely between two calls. After a change, the parameters must be
/// packed again, and earlier forward passes can no longer be run backward.
///
/// If the parameters are constant, only the first check counts as a change. Several threads may make later checks at the
/// same time.
final class ParameterWatch {
    private let parameters: FloatBuffer
    /// The parameters at the last check; nil if they are constant.
    private let seen: FloatBuffer?
    /// The number of changes seen. The first check counts as a change; before it, the number is 0.
    private(set) var changes = 0

    init(_ parameters: FloatBuffer, areConstant: Bool = false) {
        self.parameters = parameters
        seen = areConstant ? nil : FloatBuffer(count: parameters.count)
    }

    /// Whether the parameters are constant.
    var areConstant: Bool { seen == nil }

    /// Returns whether the parameters have changed since the last check; true at the first check.
    func look() -> Bool {
        guard changes == 0 || haveChanged else { return false }
        seen?.base.update(from: parameters.base, count: parameters.count)
        changes += 1
        return true
    }

    private var haveChanged: Bool {
        guard let seen else { return false }
        return memcmp(seen.base, parameters.base, parameters.count * MemoryLayout<Float>.stride) != 0
    }

    /// Traps if the parameters have changed since a forward pass that was made after `changes` changes.
    func check(_ changes: Int) {
        precondition(
            changes == self.changes,
            "backward: after this forward pass the parameters changed and another one was run; run it before")
    }
}
