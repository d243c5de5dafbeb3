#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

import Synchronization

/// A signal that asks the program to stop. The first signal only sets a flag, which the training loop checks after each
/// step.
///
/// The user sends SIGINT (Ctrl-C), SIGTERM or SIGHUP (closed terminal); a second one of these ends the process at once.
/// A job scheduler or the system sends SIGUSR1, SIGUSR2, SIGXCPU or a timer's signal to announce the end. These may be
/// repeated: SIGXCPU is sent every second after the limit of CPU time.
///
/// Signals belong to the whole process, so only one value of this type can be installed at a time.
package struct InterruptSignal: Sendable {
    private typealias Handler = (@convention(c) (Int32) -> Void)?

    /// The signals that ask the program to stop.
    package static let requests = [
        SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU, SIGALRM, SIGVTALRM, SIGPROF,
    ]

    /// The signal sent at the limit of processor time.
    package static let processorTime = SIGXCPU

    private let former: [Former]

    /// Installs the handlers. SIGINT and SIGTERM are handled even if the process was started with them ignored, as some
    /// parents do; the other signals stay ignored if they were, as under `nohup`. All of them are unblocked.
    ///
    /// - Parameters:
    ///   - signals: The signals to handle.
    ///   - endsProcess: Whether the first signal ends the process at once, until ``note()`` is called. Use it while
    ///     there is nothing to lose, such as when files are read.
    package static func install(
        _ signals: [Int32] = requests, endsProcess: Bool = false
    ) -> InterruptSignal {
        let wasInstalled = isInstalled.exchange(true, ordering: .acquiringAndReleasing)
        precondition(!wasInstalled, "InterruptSignal: expected none installed, received a second install()")
        firstSignal.store(0, ordering: .relaxed)
        wasAsked.store(false, ordering: .relaxed)
        firstEndsProcess.store(endsProcess, ordering: .relaxed)
        let former = signals.map {
            Former(signal: $0, handler: unsafeBitCast(signal($0, receive), to: Int.self))
        }
        for former in former where former.isIgnored && ![SIGINT, SIGTERM].contains(former.signal) {
            signal(former.signal, SIG_IGN)
        }
        var held = sigset_t()
        sigemptyset(&held)
        for number in signals { sigaddset(&held, number) }
        pthread_sigmask(SIG_UNBLOCK, &held, nil)
        return InterruptSignal(former: former)
    }

    /// Makes the first signal set only the flag from now on.
    package func note() { firstEndsProcess.store(false, ordering: .relaxed) }

    /// Restores the previous signal handlers and clears the received signal.
    package func uninstall() {
        for former in former {
            _ = signal(former.signal, unsafeBitCast(former.handler, to: Handler.self))
        }
        firstSignal.store(0, ordering: .relaxed)
        isInstalled.store(false, ordering: .releasing)
    }

    /// The first signal received since `install`; nil if none was received.
    package var received: Int32? { Self.received }

    /// The first signal received since the last `install`; nil if none was received, or if none is installed.
    package static var received: Int32? {
        let number = firstSignal.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// The previous handler of a signal. It is stored as an address, because SIG_IGN is 1, which a Swift function
    /// pointer never is: an optional around it would read as nil.
    private struct Former: Sendable {
        let signal: Int32
        let handler: Int

        var isIgnored: Bool { handler == unsafeBitCast(SIG_IGN, to: Int.self) }
    }
}

private let isInstalled = Atomic(false)
private let firstSignal = Atomic<Int32>(0)
private let wasAsked = Atomic(false)
private let firstEndsProcess = Atomic(false)

/// Handles a signal. It runs inside the signal handler and may use only lock-free atomics and `_exit`.
private func receive(_ number: Int32) {
    _ = firstSignal.compareExchange(expected: 0, desired: number, ordering: .relaxed)
    let isInsistent = number == SIGINT || number == SIGTERM || number == SIGHUP
    let isAskedAgain = isInsistent && wasAsked.exchange(true, ordering: .relaxed)
    if isAskedAgain || firstEndsProcess.load(ordering: .relaxed) { _exit(ExitStatus.signal(number).code) }
}
