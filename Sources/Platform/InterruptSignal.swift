#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

import Synchronization

/// The request to stop that a signal makes. The first signal is only noted, for the training loop to see after its step.
///
/// A person asks with Ctrl-C (SIGINT), SIGTERM or a closed terminal (SIGHUP); if one of these follows another, the process
/// ends at once. A job scheduler or the system announces an end with SIGUSR1, SIGUSR2, SIGXCPU or the signal of a timer,
/// as often as it likes: SIGXCPU comes every second after the limit of CPU time.
///
/// Signals belong to the whole process, so only one of these can be installed at a time.
package struct InterruptSignal: Sendable {
    private typealias Handler = (@convention(c) (Int32) -> Void)?

    /// The signals that are requests to stop.
    package static let requests = [
        SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU, SIGALRM, SIGVTALRM, SIGPROF,
    ]

    /// The signal that announces the limit of processor time.
    package static let processorTime = SIGXCPU

    private let former: [Former]

    /// Begins to note the signals. SIGINT and SIGTERM are noted even if the process was told to ignore them, as some
    /// parents start their children so; the others stay ignored if they were, as by `nohup`. None stays held back.
    ///
    /// - Parameters:
    ///   - signals: The signals to note.
    ///   - endsProcess: Whether the first signal ends the process at once, until ``note()``: while nothing is begun that
    ///     could be lost, such as when files are read.
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

    /// From now on the first signal is only noted.
    package func note() { firstEndsProcess.store(false, ordering: .relaxed) }

    /// Gives the signals back to whoever handled them before and forgets the one received.
    package func uninstall() {
        for former in former {
            _ = signal(former.signal, unsafeBitCast(former.handler, to: Handler.self))
        }
        firstSignal.store(0, ordering: .relaxed)
        isInstalled.store(false, ordering: .releasing)
    }

    /// The first signal received since `install`; nil if none was.
    package var received: Int32? {
        let number = firstSignal.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// What handled a signal before. Kept as an address, because SIG_IGN is 1, which a Swift function
    /// never is: around it, an optional would be taken for nil.
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

/// Runs inside the signal: lock-free atomics and `_exit` are all it may touch.
private func receive(_ number: Int32) {
    _ = firstSignal.compareExchange(expected: 0, desired: number, ordering: .relaxed)
    let isInsistent = number == SIGINT || number == SIGTERM || number == SIGHUP
    let isAskedAgain = isInsistent && wasAsked.exchange(true, ordering: .relaxed)
    if isAskedAgain || firstEndsProcess.load(ordering: .relaxed) { _exit(ExitStatus.signal(number).code) }
}
