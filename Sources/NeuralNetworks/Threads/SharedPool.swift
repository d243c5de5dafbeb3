import Platform
import Synchronization

/// The threads of layers. All layers that were created with the same number of threads share one pool, because a model
/// computes one layer at a time.
///
/// The threads are started when a batch first has work for more than one of them, and end with the last layer.
final class SharedPool: @unchecked Sendable {  // `pool` changes only while `isBusy` is held
    /// The number of threads that was asked for.
    let threads: Int
    private let isBusy = Atomic<Bool>(false)
    private var pool: WorkerPool?

    private struct Reference {
        weak var pool: SharedPool?
    }

    private static let lock = Lock()
    nonisolated(unsafe) private static var pools: [Int: Reference] = [:]  // `lock` guards it

    /// Returns the pool of a number of threads, one of which is the calling thread. Fewer than 1 trap.
    static func of(threads: Int) -> SharedPool {
        precondition(threads > 0, "threads: expected at least 1, received \(threads)")
        return lock.withLock {
            if let pool = pools[threads]?.pool { return pool }
            let pool = SharedPool(threads: threads)
            pools[threads] = Reference(pool: pool)
            return pool
        }
    }

    private init(threads: Int) { self.threads = threads }

    deinit { pool?.stop() }

    /// Runs `work` once for each task, in any order, and returns when all tasks are done. If the pool is busy with the
    /// work of another thread, the calling thread does its work alone.
    func run(tasks: Int, _ work: (_ task: Int) -> Void) {
        guard threads > 1, tasks > 1,
            isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
        else {
            for task in 0..<tasks { work(task) }
            return
        }
        defer { isBusy.store(false, ordering: .releasing) }
        let pool = pool ?? WorkerPool(threads: threads)
        self.pool = pool
        pool.run(tasks: tasks) { task, _ in work(task) }
    }
}
