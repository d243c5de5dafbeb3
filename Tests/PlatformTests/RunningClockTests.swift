import Foundation
import TestSupport
import Testing

@testable import Platform

/// In processes of their own, which can be stopped.
@Suite("The clock of training")
struct RunningClockTests {
    @Test func `is never set back, and goes on like the system's`() {
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
        /// A step of training may be long: what was done of it before the stop counts. On the thread that receives the
        /// signal, as a tool trains.
        @Test func `counts the work before a stop`() async {
            await #expect(processExitsWith: .success) {
                func work() -> Double {
                    var time = timespec()
                    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
                    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
                }
                // A thread of a pool may hold all signals back.
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGCONT)
                pthread_sigmask(SIG_UNBLOCK, &signals, nil)
                let start = (RunningClock.seconds(), work())
                while work() - start.1 < 0.3 {}
                pthread_kill(pthread_self(), SIGCONT)
                let counted = RunningClock.seconds() - start.0
                try #require(counted > 0.28, "\(counted)")
                // Waiting, be it in a stop, does not.
                POSIX.sleep(seconds: 0.3)
                pthread_kill(pthread_self(), SIGCONT)
                let waited = RunningClock.seconds() - start.0 - counted
                try #require(waited < 0.1, "\(waited)")
            }
        }
    #endif

    @Test func `leaves SIGCONT to a program that handles it`() async {
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
