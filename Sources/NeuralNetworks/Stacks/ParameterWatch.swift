#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Notices when parameters, which may be written freely between two calls, are others than before: then what was
/// packed of them has to be packed anew, and earlier forward passes cannot be run backward any more.
final class ParameterWatch {
    private let parameters: FloatBuffer
    private let seen: FloatBuffer
    /// How often they were others; 0 before the first look.
    private(set) var changes = 0

    init(_ parameters: FloatBuffer) {
        self.parameters = parameters
        seen = FloatBuffer(count: parameters.count)
    }

    /// Whether they are others than at the last look, or it is the first.
    func look() -> Bool {
        let bytes = parameters.count * MemoryLayout<Float>.stride
        guard changes == 0 || memcmp(seen.base, parameters.base, bytes) != 0 else { return false }
        seen.base.update(from: parameters.base, count: parameters.count)
        changes += 1
        return true
    }

    /// Stops if a forward pass made after `changes` changes is not the work of the weights that are packed now.
    func check(_ changes: Int) {
        precondition(
            changes == self.changes,
            "backward: after this forward pass the parameters changed and another one was run; run it before")
    }
}
