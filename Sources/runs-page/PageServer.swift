import Dispatch
import FlyingFox
import FlyingSocks
import Foundation
import RunsPage
import Synchronization

/// The HTTP server of a page, which only this machine can reach.
struct PageServer {
    /// The port; 0 for any free one.
    let port: UInt16
    /// Returns the page at a port.
    let page: @Sendable (_ port: Int) -> RunsPage

    /// Serves until an error.
    ///
    /// - Parameter began: Called with the page's address when the server accepts connections.
    func run(began: @escaping (String) -> Void) throws {
        let handler = LateHandler()
        let server = HTTPServer(
            address: try .inet(ip4: "127.0.0.1", port: port), logger: .disabled, handler: handler)
        let failure = Mutex<(any Error)?>(nil)
        let (began, ended) = (UncheckedCall(began), DispatchSemaphore(value: 0))
        Task {
            do {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await server.run() }
                    try await server.waitUntilListening()
                    if case .ip4(let host, let port) = await server.listeningAddress {
                        handler.set(page(Int(port)))
                        began.call("http://\(host):\(port)/")
                    }
                    try await group.waitForAll()
                }
            } catch {
                failure.withLock { $0 = error }
            }
            ended.signal()
        }
        ended.wait()
        if let error = failure.withLock({ $0 }) { throw error }
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

    func set(_ page: RunsPage) { handler.withLock { $0 = PageHandler(page: page) } }

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard let handler = handler.withLock({ $0 }) else {
            return HTTPResponse(statusCode: .serviceUnavailable)
        }
        return try await handler.handleRequest(request)
    }
}
