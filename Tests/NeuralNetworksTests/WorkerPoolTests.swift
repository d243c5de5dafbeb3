import Foundation
import Synchronization
import TestSupport
import Testing

@testable import NeuralNetworks

@Suite("Worker pool")
struct WorkerPoolTests {
    private func withPool(threads: Int, _ body: (WorkerPool) -> Void) {
        let pool = WorkerPool(threads: threads)
        body(pool)
        pool.stop()
    }

    @Test(arguments: [1, 2, 3, 5])
    func `every task runs once, by a worker that runs no other meanwhile`(threads: Int) {
        withPool(threads: threads) { pool in
            #expect(pool.threads == threads)
            for tasks in [0, 1, 2, 3, 4, 7, 64, 501] {
                let runs = Mutex([Int](repeating: 0, count: tasks))
                let busy = Mutex(Set<Int>())
                let mistakes = Mutex(0)
                pool.run(tasks: tasks) { task, worker in
                    let free = busy.withLock { $0.insert(worker).inserted }
                    if !free || !(0..<threads).contains(worker) { mistakes.withLock { $0 += 1 } }
                    runs.withLock { $0[task] += 1 }
                    _ = busy.withLock { $0.remove(worker) }
                }
                let counts = runs.withLock { $0 }
                #expect(counts.allSatisfy { $0 == 1 }, "\(tasks) tasks")
                #expect(mistakes.withLock { $0 } == 0, "\(tasks) tasks")
            }
        }
    }

    /// Each run reads the results of the previous run, without a lock.
    @Test(arguments: [(1, 5_000), (2, 5_000), (4, 300)])
    func `thousands of consecutive runs are correct`(threads: Int, rounds: Int) {
        let numbers = FloatBuffer(count: 6 * 16)
        withPool(threads: threads) { pool in
            for round in 0..<rounds {
                pool.run(tasks: 6) { task, _ in
                    // The neighbour's number of the previous round.
                    let (from, to) = round.isMultiple(of: 2) ? (0, 8) : (8, 0)
                    numbers.base[task * 16 + to] = numbers.base[(task + 1) % 6 * 16 + from] + 1
                }
            }
        }
        let last = rounds.isMultiple(of: 2) ? 0 : 8
        #expect((0..<6).allSatisfy { numbers.base[$0 * 16 + last] == Float(rounds) })
    }

    @Test
    func `sleeping workers wake up`() {
        withPool(threads: 3) { pool in
            for _ in 0..<10 {
                usleep(3_000)
                let sum = Atomic(0)
                pool.run(tasks: 20) { task, _ in sum.add(task, ordering: .relaxed) }
                #expect(sum.load(ordering: .relaxed) == 190)
            }
        }
    }

    @Test
    func `all workers take part`() {
        withPool(threads: 3) { pool in
            // One bit for each worker.
            let workers = Atomic(0)
            // Each task waits until all three are running, with a limit.
            pool.run(tasks: 3) { _, worker in
                workers.bitwiseOr(1 << worker, ordering: .relaxed)
                for _ in 0..<100_000 where workers.load(ordering: .relaxed) != 0b111 { usleep(100) }
            }
            #expect(workers.load(ordering: .relaxed) == 0b111)
        }
    }

    @Test
    func `a pool may be stopped unused, asleep, and twice`() {
        for threads in 1...4 { withPool(threads: threads) { _ in } }
        withPool(threads: 4) { _ in usleep(3_000) }
        withPool(threads: 2) { pool in
            pool.run(tasks: 3) { _, _ in }
            pool.stop()
        }
    }

    #if os(Linux)
        @Test
        func `if the system starts no more threads, the existing ones do the work`() async {
            await #expect(processExitsWith: .success) {
                let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
                let line = status.split(separator: "\n").first { $0.hasPrefix("VmSize:") }!
                let size = UInt(line.split(separator: " ")[1])! << 10
                // There is room for the stacks of two or three threads.
                ResourceLimit.setAddressSpace(
                    rlim_t(size + UInt(3 * WorkerPool.stackSize + WorkerPool.stackSize / 2)))
                let pool = WorkerPool(threads: 64)
                precondition(pool.threads < 8, "\(pool.threads) threads")
                let sum = Atomic(0)
                pool.run(tasks: 100) { task, _ in sum.add(task, ordering: .relaxed) }
                precondition(sum.load(ordering: .relaxed) == 4950)
                pool.stop()
            }
        }
    #endif
}
