import Foundation
import TestSupport
import Testing

@testable import Platform

/// The tests run in separate processes, which can be stopped.
@Suite("The clock of training")
struct RunningClockTests {
    @Test func `the clock is never set back and advances like the system's`() {
        let start = (RunningClock.seconds(), POSIX.monotonicSeconds())
        var last = start.0
        while POSIX.monotonicSeconds() - start.1 < 0.1 {
            let now = RunningClock.seconds()
            #expect(now >= last)
            last = now
        }
        #expect(RunningClock.seconds() - start.0 > 0.09)
    }

    #if os(Linux)
        /// A training step may be long, and the work before a stop counts. It is done on the thread that receives the
        /// signal, as in the tools.
        @Test func `the work before a stop counts`() async {
            await #expect(processExitsWith: .success) {
                func work() -> Double {
                    var time = timespec()
                    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
                    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
                }
                // A thread of a pool may block all signals.
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGCONT)
                pthread_sigmask(SIG_UNBLOCK, &signals, nil)
                let start = (RunningClock.seconds(), work())
                while work() - start.1 < 0.3 {}
                pthread_kill(pthread_self(), SIGCONT)
                let counted = RunningClock.seconds() - start.0
                try #require(counted > 0.28, "\(counted)")
                // Time spent waiting or stopped does not count.
                POSIX.sleep(seconds: 0.3)
                pthread_kill(pthread_self(), SIGCONT)
                let waited = RunningClock.seconds() - start.0 - counted
                try #require(waited < 0.1, "\(waited)")
            }
        }
    #endif

    @Test func `a program that handles SIGCONT keeps its handler`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGCONT) { _ in }
            let former = signal(SIGCONT, SIG_DFL)
            signal(SIGCONT, former)
            _ = RunningClock.seconds()
            let now = signal(SIGCONT, SIG_DFL)
            try #require(
                unsafeBitCast(now, to: Int.self) == unsafeBitCast(former, to: Int.self))
        }
    }
}
