import Dispatch
import FlyingFox
import FlyingSocks
import Foundation
import Platform
import RunsPage
import Synchronization

/// The HTTP server of a page.
struct PageServer {
    let address: PageAddress
    /// The directory of the runs.
    let root: String
    /// A directory with the files of the page, for work on them; nil for those in the program.
    let files: String?
    /// Learns when the page is used.
    let idle: IdleWatch

    /// Serves until a signal ends the process, or an error.
    ///
    /// - Parameter began: Called with the page's address when the server accepts connections.
    /// - Throws: ``PageServerError`` if the address cannot be used.
    func run(began: @escaping (String) -> Void) throws {
        ConnectionWatch.raiseLimitOfFiles()
        let ends = EndSignals()
        defer { withExtendedLifetime(ends) {} }
        let failure = Mutex<(any Error)?>(nil)
        let (began, ended) = (UncheckedCall(began), DispatchSemaphore(value: 0))
        Task {
            do {
                var used: PageAddress?
                while true {
                    try await serve(used ?? address, ends) { address in
                        // A server that begins again says nothing.
                        if used == nil { began.call(address.text) }
                        used = address
                    }
                    guard used != nil else { break }
                    // The system refused a connection, for example because too many files were open.
                    try await Task.sleep(for: .milliseconds(200))
                }
            } catch {
                failure.withLock { $0 = error }
            }
            ended.signal()
        }
        ended.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Serves until an error. After the server began to listen, an error is no failure.
    private func serve(
        _ address: PageAddress, _ ends: EndSignals, began: (PageAddress) -> Void
    ) async throws {
        let handler = LateHandler()
        let server = try address.server(handler)
        let hasBegun = Atomic(false)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run() }
                // An error of the server does not end the waiting, so the first of the two to end counts.
                group.addTask { try await server.waitUntilListening(timeout: 10) }
                try await group.next()
                let port: UInt16
                switch await server.listeningAddress {
                case .ip4(_, let found), .ip6(_, let found): port = found
                default: port = address.port
                }
                let used = address.with(port: port)
                let page = RunsPage(root: root, access: used.access, files: files)
                ends.finish = { page.finishChanges() }
                handler.set(PageHandler(page: page, watch: ConnectionWatch(), idle: idle))
                page.prepare()
                hasBegun.store(true, ordering: .relaxed)
                began(used)
                try await group.waitForAll()
            }
        } catch {
            if !hasBegun.load(ordering: .relaxed) { throw PageServerError(error, address) }
        }
    }
}

/// The error that a server cannot listen at its address.
struct PageServerError: ReportedError {
    let description: String
    let exitStatus: ExitStatus

    init(_ error: any Error, _ address: PageAddress) {
        let place = "\(address.host ?? PageAddress.loopback), port \(address.port)"
        if case SocketError.failed(_, let code, let message) = error {
            switch code {
            case EADDRINUSE:
                description =
                    "\(place): another program uses this port; choose another with --port, or 0 for any free one"
                exitStatus = .inUse
            case EADDRNOTAVAIL:
                description = "\(place): this machine does not have this address; give --host one of its own"
                exitStatus = .usage
            case EACCES:
                description =
                    "\(place): only the system's administrator may use this port; choose another with --port"
                exitStatus = .usage
            default:
                description = "\(place): cannot listen: \(message)"
                exitStatus = .inputOutput
            }
        } else {
            description = "\(place): cannot listen: \(error.localizedDescription)"
            exitStatus = .inputOutput
        }
    }
}

/// Ends the process with the status 0 at SIGINT, SIGTERM and SIGHUP, after a change that a page asked for is done.
private final class EndSignals: Sendable {
    /// Set once; they live as long as the object.
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]
    private let work = Mutex<(@Sendable () -> Void)?>(nil)

    /// Waits for changes of files; nil if there can be none.
    var finish: (@Sendable () -> Void)? {
        get { work.withLock { $0 } }
        set { work.withLock { $0 = newValue } }
    }

    init() {
        let queue = DispatchQueue(label: "runs-page.signals")
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            return DispatchSource.makeSignalSource(signal: number, queue: queue)
        }
        for source in sources {
            source.setEventHandler { [weak self] in
                self?.finish?()
                _exit(0)
            }
            source.activate()
        }
    }
}

/// A function that one thread calls, while the thread that made it waits.
private struct UncheckedCall: @unchecked Sendable {
    let call: (String) -> Void

    init(_ call: @escaping (String) -> Void) { self.call = call }
}

/// The handler of a server whose page depends on the port that the system chooses.
private final class LateHandler: HTTPHandler {
    private let handler = Mutex<PageHandler?>(nil)

    func set(_ page: PageHandler) { handler.withLock { $0 = page } }

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let handler = handler.withLock({ $0 }) else {
            return HTTPResponse(statusCode: .serviceUnavailable)
        }
        return try await handler.handleRequest(request)
    }
}
