#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

import Synchronization

/// A monotonic clock that does not advance while this process is stopped (Ctrl-Z, SIGSTOP) or the machine sleeps. It
/// measures training time, speed, the remaining time and the time limit.
///
/// The system does not notify a process when it is stopped, only when it continues (SIGCONT). Then the time since the
/// last reading of the clock is split: as much of it as the thread's processor time has grown counts as work, the rest
/// as the stop. Only the time that the thread waited for other threads is counted wrongly.
package enum RunningClock {
    @Sendable package static func seconds() -> Double {
        _ = installed
        var looks = 0
        while true {
            let before = stopped.load(ordering: .sequentiallyConsistent)
            let now = nanoseconds(monotonic)
            // A stop between the two readings would be counted in only one of them.
            guard stopped.load(ordering: .sequentiallyConsistent) == before else { continue }
            let gap = now - lastReading.load(ordering: .relaxed)
            if gap >= 500_000_000, looks < 10, 2 * work < gap {
                // The process was perhaps stopped, and another thread is about to run the signal handler.
                looks += 1
                POSIX.sleep(seconds: 0.001)
                continue
            }
            if gap >= 10_000_000 { note(now) }
            return Double(now - before) * 1e-9
        }
    }

    /// The processor time of the thread since the clock was last read; 0 if another thread read it.
    private static var work: Int {
        thread == lastThread.load(ordering: .relaxed)
            ? max(0, nanoseconds(CLOCK_THREAD_CPUTIME_ID) - lastWork.load(ordering: .relaxed)) : 0
    }

    /// Records a reading of the clock. Reading the thread's processor time costs a system call, so it is not done at
    /// each step.
    private static func note(_ now: Int) {
        lastThread.store(thread, ordering: .relaxed)
        lastWork.store(nanoseconds(CLOCK_THREAD_CPUTIME_ID), ordering: .relaxed)
        lastReading.store(now, ordering: .relaxed)
    }

    /// Whether SIGCONT is handled here: false if the program that uses this library has its own handler.
    private static let installed: Bool = {
        // Everything that the handler uses is initialised before it is installed.
        note(nanoseconds(monotonic))
        stopped.store(0, ordering: .sequentiallyConsistent)
        var former = sigaction()
        guard sigaction(SIGCONT, nil, &former) == 0, isDefault(former) else { return false }
        var action = sigaction()
        #if canImport(Darwin)
            action.__sigaction_u.__sa_handler = continued
        #else
            action.__sigaction_handler.sa_handler = continued
        #endif
        action.sa_flags = Int32(SA_RESTART)
        return sigaction(SIGCONT, &action, nil) == 0
    }()

    private static func isDefault(_ action: sigaction) -> Bool {
        #if canImport(Darwin)
            let handler = action.__sigaction_u.__sa_handler
        #else
            let handler = action.__sigaction_handler.sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_DFL, to: Int.self)
    }

    /// Handles SIGCONT. It runs inside the signal handler and may use only lock-free atomics and clocks.
    private static let continued: @convention(c) (Int32) -> Void = { _ in
        let now = nanoseconds(monotonic)
        let gap = now - lastReading.load(ordering: .relaxed) - work
        if gap > 0 { stopped.add(gap, ordering: .sequentiallyConsistent) }
        note(now)
    }

    private static var thread: UInt {
        #if canImport(Glibc)
            pthread_self()
        #else
            UInt(bitPattern: pthread_self())
        #endif
    }

    /// The system's clock that does not advance while the machine sleeps.
    private static var monotonic: clockid_t {
        #if canImport(Darwin)
            CLOCK_UPTIME_RAW
        #else
            CLOCK_MONOTONIC
        #endif
    }

    private static func nanoseconds(_ clock: clockid_t) -> Int {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
    }
}

/// The total time for which the process was stopped so far, in nanoseconds.
private let stopped = Atomic(0)
/// The time of the last reading, the processor time of the thread that read the clock, and that thread.
private let lastReading = Atomic(0)
private let lastWork = Atomic(0)
private let lastThread = Atomic<UInt>(0)
