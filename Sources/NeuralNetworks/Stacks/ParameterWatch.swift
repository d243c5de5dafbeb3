#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Detects changes of parameters, which may be written freely between two calls. After a change, the parameters must be
/// packed again, and earlier forward passes can no longer be run backward.
final class ParameterWatch {
    private let parameters: FloatBuffer
    private let seen: FloatBuffer
    /// The number of changes seen. The first check counts as a change; before it, the number is 0.
    private(set) var changes = 0

    init(_ parameters: FloatBuffer) {
        self.parameters = parameters
        seen = FloatBuffer(count: parameters.count)
    }

    /// Returns whether the parameters have changed since the last check; true at the first check.
    func look() -> Bool {
        let bytes = parameters.count * MemoryLayout<Float>.stride
        guard changes == 0 || memcmp(seen.base, parameters.base, bytes) != 0 else { return false }
        seen.base.update(from: parameters.base, count: parameters.count)
        changes += 1
        return true
    }

    /// Traps if the parameters have changed since a forward pass that was made after `changes` changes.
    func check(_ changes: Int) {
        precondition(
            changes == self.changes,
            "backward: after this forward pass the parameters changed and another one was run; run it before")
    }
}
