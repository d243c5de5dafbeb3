import CProcessor
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Threads that stay and wait for work. A training step is well under a millisecond, so they spin for a
/// while between two steps before they sleep; starting and joining costs less than a microsecond.
///
/// Which thread runs a task is left to chance. Results must not depend on it: a task writes only what is
/// its own, and whoever called adds up in the order of the tasks.
package final class WorkerPool: @unchecked Sendable {  // `job` changes only while all workers wait
    /// `worker` is below `threads`, and no two tasks run with the same one at a time.
    package typealias Work = (_ task: Int, _ worker: Int) -> Void

    package let threads: Int

    private let generation = Atomic<Int>(0)
    private let nextTask = Atomic<Int>(0)
    private let running = Atomic<Int>(0)
    private let sleeping = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    private var job: Work?
    private var taskCount = 0
    private var handles: [pthread_t] = []
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wakeUp = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// Rounds of waiting, some ten microseconds, before a thread begins to offer its core to others, and before
    /// it goes to sleep, a millisecond or so. To be woken up takes long, compared with a step.
    private static let patience = (pausing: 1000, yielding: 3000)

    /// The calling thread is one of `threads`.
    package init(threads: Int) {
        precondition(threads > 0, "a pool of \(threads) threads")
        self.threads = threads
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wakeUp, nil)
        for worker in 1..<max(threads, 1) { handles.append(start(worker)) }
    }

    /// Ends the threads. The pool runs nothing after this. Each thread keeps the pool alive: its owner must stop
    /// it, or both stay until the process ends.
    package func stop() {
        guard !handles.isEmpty else { return }
        stopping.store(true, ordering: .sequentiallyConsistent)
        announce()
        for handle in handles { pthread_join(handle, nil) }
        handles = []
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(wakeUp)
        mutex.deallocate()
        wakeUp.deallocate()
    }

    /// Runs `work` once for each task and returns when all are done.
    package func run(tasks: Int, _ work: Work) {
        withoutActuallyEscaping(work) { run($0, tasks: tasks) }
    }

    /// The same for work that the caller keeps from run to run: nothing is allocated.
    package func run(_ work: @escaping Work, tasks: Int) {
        guard threads > 1, tasks > 1 else {
            for task in 0..<tasks { work(task, 0) }
            return
        }
        precondition(!handles.isEmpty, "a WorkerPool that was stopped runs nothing")
        job = work
        taskCount = tasks
        nextTask.store(0, ordering: .relaxed)
        running.store(threads - 1, ordering: .relaxed)
        announce()
        self.work(as: 0)
        var rounds = 0
        while running.load(ordering: .acquiring) > 0 { wait(&rounds) }
        job = nil
    }

    private func announce() {
        generation.add(1, ordering: .sequentiallyConsistent)
        if sleeping.load(ordering: .sequentiallyConsistent) > 0 {
            pthread_mutex_lock(mutex)
            pthread_cond_broadcast(wakeUp)
            pthread_mutex_unlock(mutex)
        }
    }

    private func work(as worker: Int) {
        while true {
            let task = nextTask.add(1, ordering: .relaxed).oldValue
            if task >= taskCount { return }
            job?(task, worker)
        }
    }

    private func wait(_ rounds: inout Int) {
        rounds += 1
        if rounds < Self.patience.pausing { processor_pause() } else { sched_yield() }
    }

    private func live(as worker: Int) {
        var seen = 0
        while true {
            awaitGeneration(after: seen)
            seen += 1
            if stopping.load(ordering: .sequentiallyConsistent) { return }
            work(as: worker)
            running.subtract(1, ordering: .releasing)
        }
    }

    private func awaitGeneration(after seen: Int) {
        var rounds = 0
        while rounds < Self.patience.yielding {
            if generation.load(ordering: .acquiring) != seen { return }
            wait(&rounds)
        }
        pthread_mutex_lock(mutex)
        sleeping.add(1, ordering: .sequentiallyConsistent)
        while generation.load(ordering: .sequentiallyConsistent) == seen { pthread_cond_wait(wakeUp, mutex) }
        sleeping.subtract(1, ordering: .relaxed)
        pthread_mutex_unlock(mutex)
    }

    private func start(_ worker: Int) -> pthread_t {
        final class Birth {
            let pool: WorkerPool
            let worker: Int
            init(_ pool: WorkerPool, _ worker: Int) {
                self.pool = pool
                self.worker = worker
            }
        }
        let birth = Unmanaged.passRetained(Birth(self, worker))
        #if canImport(Darwin)
            var handle: pthread_t?
            let code = pthread_create(
                &handle, nil,
                {
                    run($0); return nil
                }, birth.toOpaque())
        #else
            var handle = pthread_t()
            let code = pthread_create(
                &handle, nil,
                {
                    run($0!); return nil
                }, birth.toOpaque())
        #endif
        func run(_ pointer: UnsafeMutableRawPointer) {
            let birth = Unmanaged<Birth>.fromOpaque(pointer).takeRetainedValue()
            birth.pool.live(as: birth.worker)
        }
        precondition(code == 0, "no thread could be started: error \(code)")
        #if canImport(Darwin)
            return handle!
        #else
            return handle
        #endif
    }
}
