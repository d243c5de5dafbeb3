import Foundation
import Testing

@testable import Platform

/// The tests run one at a time, because signals belong to the whole process.
@Suite(.serialized) struct InterruptSignalTests {
    @Test func `the first signal is noted`() {
        let interrupt = InterruptSignal.install([SIGUSR1, SIGUSR2])
        #expect(interrupt.received == nil)
        kill(getpid(), SIGUSR2)
        waitForSignal(interrupt)
        #expect(interrupt.received == SIGUSR2)
        interrupt.uninstall()
        #expect(interrupt.received == nil)
    }

    @Test func `the handlers can be installed again`() {
        for _ in 0..<3 {
            let interrupt = InterruptSignal.install([SIGUSR1])
            #expect(interrupt.received == nil)
            kill(getpid(), SIGUSR1)
            waitForSignal(interrupt)
            #expect(interrupt.received == SIGUSR1)
            interrupt.uninstall()
        }
    }

    @Test func `the previous handler is restored`() {
        let former = signal(SIGUSR1, SIG_IGN)
        InterruptSignal.install([SIGUSR1]).uninstall()
        let restored = signal(SIGUSR1, former)
        #expect(unsafeBitCast(restored, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self))
    }

    @Test func `the first signal ends the process until noting begins`() async {
        await #expect(processExitsWith: .exitCode(143)) {
            _ = InterruptSignal.install(endsProcess: true)
            kill(getpid(), SIGTERM)
            sleep(10)
        }
        await #expect(processExitsWith: .success) {
            let interrupt = InterruptSignal.install(endsProcess: true)
            interrupt.note()
            kill(getpid(), SIGTERM)
            waitForSignal(interrupt)
            precondition(interrupt.received == SIGTERM)
        }
    }

    /// Foundation's `Process` on Linux starts its children with SIGINT and SIGTERM blocked.
    @Test func `signals blocked by the parent are received`() async {
        await #expect(processExitsWith: .exitCode(143)) {
            var held = sigset_t()
            sigemptyset(&held)
            sigaddset(&held, SIGTERM)
            pthread_sigmask(SIG_BLOCK, &held, nil)
            let interrupt = InterruptSignal.install()
            // The signal is sent to this thread, because another one may block it.
            pthread_kill(pthread_self(), SIGTERM)
            waitForSignal(interrupt)
            try #require(interrupt.received == SIGTERM)
            pthread_kill(pthread_self(), SIGTERM)
            sleep(10)
        }
    }

    @Test func `a closed terminal asks the program to stop unless nohup ignores it`() async {
        await #expect(processExitsWith: .success) {
            var interrupt = InterruptSignal.install()
            kill(getpid(), SIGHUP)
            waitForSignal(interrupt)
            precondition(interrupt.received == SIGHUP)
            interrupt.uninstall()
            signal(SIGHUP, SIG_IGN)
            interrupt = InterruptSignal.install()
            kill(getpid(), SIGHUP)
            usleep(50_000)
            precondition(interrupt.received == nil)
        }
    }

    @Test func `the exit status contains the signal`() {
        #expect(ExitStatus.signal(SIGHUP).code == 129)
        #expect(ExitStatus.signal(SIGINT).code == 130)
        #expect(ExitStatus.signal(SIGTERM).code == 143)
    }

    @Test func `a second interrupt ends the process`() async {
        await #expect(processExitsWith: .exitCode(130)) {
            let interrupt = InterruptSignal.install()
            kill(getpid(), SIGTERM)
            waitForSignal(interrupt)
            try #require(interrupt.received == SIGTERM)
            kill(getpid(), SIGINT)
            sleep(10)
        }
    }

    // An exit test captures values since Swift 6.3.
    #if compiler(>=6.3)
        /// The signals may be repeated, also before a SIGTERM: there is time for a step and its checkpoint.
        @Test(arguments: [SIGUSR1, SIGUSR2, SIGXCPU, SIGALRM, SIGVTALRM, SIGPROF])
        func `a signal that announces the end is noted and ends nothing at once`(number: Int32) async {
            await #expect(processExitsWith: .exitCode(143)) { [number] in
                let interrupt = InterruptSignal.install()
                for _ in 0..<3 {
                    kill(getpid(), number)
                    waitForSignal(interrupt)
                    usleep(10_000)
                }
                kill(getpid(), SIGTERM)
                usleep(50_000)
                try #require(interrupt.received == number)
                kill(getpid(), SIGTERM)
                sleep(10)
            }
            await #expect(processExitsWith: .success) { [number] in
                signal(number, SIG_IGN)
                let interrupt = InterruptSignal.install()
                kill(getpid(), number)
                usleep(50_000)
                precondition(interrupt.received == nil)
            }
        }
    #endif

    @Test func `a second termination ends the process`() async {
        await #expect(processExitsWith: .exitCode(143)) {
            let interrupt = InterruptSignal.install()
            kill(getpid(), SIGTERM)
            waitForSignal(interrupt)
            kill(getpid(), SIGTERM)
            sleep(10)
        }
    }

    @Test func `installing twice traps`() async {
        await #expect(processExitsWith: .failure) {
            _ = InterruptSignal.install([SIGUSR1])
            _ = InterruptSignal.install([SIGUSR2])
        }
    }
}

/// Waits until the signal is noted. It may be delivered to another thread, slightly later.
private func waitForSignal(_ interrupt: InterruptSignal) {
    for _ in 0..<2000 where interrupt.received == nil { usleep(1000) }
}
