import CProcessor
import Platform
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A pool of threads. A training step takes well under a millisecond, so the threads spin for a while between two steps
/// before they sleep. Starting and joining takes less than a microsecond.
///
/// Any thread may run any task, and results must not depend on which one: a task writes only to its own memory, and the
/// caller sums results in the order of the tasks.
package final class WorkerPool: @unchecked Sendable {  // `job` changes only while all workers wait
    /// A task. `worker` is below `threads`, and no two tasks with the same worker run at the same time.
    package typealias Work = (_ task: Int, _ worker: Int) -> Void

    /// The number of threads, including the caller's. It is less than requested if the system cannot start them all.
    package var threads: Int { handles.count + 1 }

    private let generation = Atomic<Int>(0)
    private let nextTask = Atomic<Int>(0)
    private let running = Atomic<Int>(0)
    private let sleeping = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)
    private var job: Work?
    private var taskCount = 0
    private var handles: [pthread_t] = []
    private var isStopped = false
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let wakeUp = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    /// The rounds of waiting after which a thread yields its core (after some ten microseconds) and after which it
    /// sleeps (after about a millisecond). Waking up takes long compared with a step.
    private static let patience = (pausing: 1000, yielding: 3000)

    /// The stack of a thread in bytes. Tasks call few functions; the system's default, often 8 MiB, would count against
    /// a limit of the address space.
    package static let stackSize = 1 << 20

    /// Creates a pool of `threads` threads, one of which is the calling thread. Fewer than 1 trap. If the system does
    /// not start that many, the pool has the threads that were started.
    package init(threads: Int) {
        precondition(threads > 0, "a pool of \(threads) threads")
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(wakeUp, nil)
        for worker in 1..<max(threads, 1) {
            guard let handle = start(worker) else { break }
            handles.append(handle)
        }
    }

    /// Ends the threads; the pool cannot be used after this. Each thread keeps the pool alive: unless its owner stops
    /// it, both stay until the process ends.
    package func stop() {
        guard !handles.isEmpty else { return }
        stopping.store(true, ordering: .sequentiallyConsistent)
        announce()
        for handle in handles { pthread_join(handle, nil) }
        handles = []
        isStopped = true
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(wakeUp)
        mutex.deallocate()
        wakeUp.deallocate()
    }

    /// Runs `work` once for each task and returns when all tasks are done.
    package func run(tasks: Int, _ work: Work) {
        withoutActuallyEscaping(work) { run($0, tasks: tasks) }
    }

    /// Runs `work` like `run(tasks:_:)`, without an allocation, because the caller keeps the closure.
    package func run(_ work: @escaping Work, tasks: Int) {
        precondition(!isStopped, "a WorkerPool that was stopped runs nothing")
        guard threads > 1, tasks > 1 else {
            for task in 0..<tasks { work(task, 0) }
            return
        }
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

    /// Starts a thread; nil if the system refuses because of too little memory or too many threads.
    private func start(_ worker: Int) -> pthread_t? {
        final class Birth {
            let pool: WorkerPool
            let worker: Int
            init(_ pool: WorkerPool, _ worker: Int) {
                self.pool = pool
                self.worker = worker
            }
        }
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, Self.stackSize)
        defer { pthread_attr_destroy(&attributes) }
        let birth = Unmanaged.passRetained(Birth(self, worker))
        // The argument is optional except on Darwin.
        func run(_ pointer: UnsafeMutableRawPointer?) {
            let birth = Unmanaged<Birth>.fromOpaque(pointer!).takeRetainedValue()
            birth.pool.live(as: birth.worker)
        }
        // A number in Glibc, a pointer elsewhere.
        #if canImport(Glibc)
            var handle = pthread_t()
        #else
            var handle: pthread_t?
        #endif
        let code = pthread_create(
            &handle, &attributes,
            {
                run($0); return nil
            }, birth.toOpaque())
        guard code == 0 else {
            birth.release()
            return nil
        }
        return handle
    }
}
