import KernelInterface

/// Workspaces and gradients of earlier passes, for reuse: allocating memory takes longer than a small pass.
final class WorkspaceShelf: @unchecked Sendable {  // `lock` guards the spares
    private let lock = Lock()
    private var spares: [StackWorkspace] = []
    private var spareGradients: [OutputGradients] = []
    private let packed: PackedStack
    private let stack: RecurrentStack
    private let kernels: any KernelSet

    init(_ packed: PackedStack, stack: RecurrentStack, kernels: any KernelSet) {
        self.packed = packed
        self.stack = stack
        self.kernels = kernels
    }

    /// Returns a workspace, which is the caller's until it is given back.
    func take(steps: Int, for purpose: StackWorkspace.Purpose) -> StackWorkspace {
        let spare = lock.withLock { () -> StackWorkspace? in
            // Workspaces of another length are not needed, and there could be many of them.
            spares.removeAll { $0.steps != steps }
            return spares.firstIndex { $0.purpose == purpose }.map { spares.remove(at: $0) }
        }
        return spare ?? StackWorkspace(packed, stack: stack, steps: steps, kernels: kernels, for: purpose)
    }

    func give(_ workspaces: [StackWorkspace]) {
        lock.withLock { spares += workspaces }
    }

    /// Calls `body` with gradients that nobody else uses meanwhile.
    func withGradients(steps: Int, _ body: (OutputGradients) -> Void) {
        let spare = lock.withLock { () -> OutputGradients? in
            spareGradients.removeAll { $0.steps != steps }
            return spareGradients.popLast()
        }
        let gradients = spare ?? OutputGradients(stack, steps: steps)
        body(gradients)
        lock.withLock { spareGradients.append(gradients) }
    }
}
