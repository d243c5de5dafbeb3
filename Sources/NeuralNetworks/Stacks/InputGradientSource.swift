/// The gradient of the input of a pass that was run backward. It is computed when it is first read: a first layer, which
/// reads data, does not need it. Until then it keeps the workspaces of the pass.
final class InputGradientSource: LaneSource, @unchecked Sendable {  // `lock` guards the variables
    private let lock = Lock()
    private var workspaces: [StackWorkspace]
    private var found: LaneBlock?
    private let order: LaneOrder
    private let places: LanePlaces
    private let shelf: WorkspaceShelf
    private let pool: SharedPool

    init(
        _ workspaces: [StackWorkspace], order: LaneOrder, places: LanePlaces, shelf: WorkspaceShelf,
        pool: SharedPool
    ) {
        self.workspaces = workspaces
        self.order = order
        self.places = places
        self.shelf = shelf
        self.pool = pool
    }

    deinit { shelf.give(workspaces) }

    /// The gradient. Any thread may read it.
    var block: LaneBlock {
        lock.withLock {
            if let found { return found }
            let block = LaneBlock(order, places)
            pool.run(tasks: workspaces.count) { workspaces[$0].computeInputGradient(into: block[$0]) }
            shelf.give(workspaces)
            workspaces = []
            found = block
            return block
        }
    }
}
