import Dispatch
import FlyingFox
import FlyingSocks
import Foundation
import RunsPage

/// Passes the requests of the HTTP server to the page, and sends its answers.
struct PageHandler: HTTPHandler {
    let page: RunsPage
    let watch: ConnectionWatch
    let idle: IdleWatch

    /// Answers read files, so they are computed outside the threads that serve all connections.
    private static let queue = DispatchQueue(label: "runs-page.answers", attributes: .concurrent)

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        idle.use()
        let body = try await Self.body(of: request)
        watch.noteProgress(of: request.remoteAddress)
        let (method, target) = (request.method.rawValue, request.target.rawValue)
        let headers = Dictionary(
            request.headers.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first })
        let answer = await withCheckedContinuation { continuation in
            Self.queue.async {
                continuation.resume(
                    returning: page.answer(method: method, target: target, headers: headers, body: body))
            }
        }
        let isWhole = body.count <= PageRequest.longestBody
        return response(answer, to: request, closes: !isWhole)
    }

    /// Returns the content of a request, or one byte more than the page accepts.
    private static func body(of request: HTTPRequest) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in request.bodySequence {
            bytes += part.prefix(PageRequest.longestBody + 1 - bytes.count)
            if bytes.count > PageRequest.longestBody { break }
        }
        return bytes
    }

    /// - Parameter closes: Whether the connection is closed after the answer, because the request was not read to its end.
    private func response(_ answer: PageAnswer, to request: HTTPRequest, closes: Bool) -> HTTPResponse {
        var headers = HTTPHeaders(
            Dictionary(
                answer.headers.map { (HTTPHeader($0.key), $0.value) }, uniquingKeysWith: { first, _ in first }
            ))
        if closes { headers[.connection] = "close" }
        let status = HTTPStatusCode(answer.status, phrase: answer.reason)
        let address = request.remoteAddress
        let progress: @Sendable () -> Void = {
            idle.use()
            watch.noteProgress(of: address)
        }
        switch answer.body {
        case .bytes(let bytes) where bytes.count <= Parts.size:
            return HTTPResponse(statusCode: status, headers: headers, body: Data(bytes))
        case .bytes(let bytes):
            let parts = PageBytes(source: Parts(bytes), progress: progress)
            return HTTPResponse(
                statusCode: status, headers: headers, body: HTTPBodySequence(from: parts, count: bytes.count))
        case .events(let source):
            let events = PageBytes(source: source, progress: progress)
            return HTTPResponse(statusCode: status, headers: headers, body: HTTPBodySequence(from: events))
        }
    }
}

/// The bytes of an answer, as the HTTP server sends them: each part at once.
private struct PageBytes: AsyncBufferedSequence {
    typealias Element = UInt8

    let source: any EventSource
    /// Called when the connection asks for the next part, having sent the one before.
    let progress: @Sendable () -> Void

    func makeAsyncIterator() -> Iterator { Iterator(source: source, progress: progress) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        let source: any EventSource
        let progress: @Sendable () -> Void
        private var rest: ArraySlice<UInt8> = []

        init(source: any EventSource, progress: @escaping @Sendable () -> Void) {
            (self.source, self.progress) = (source, progress)
        }

        mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

        mutating func nextBuffer(suggested count: Int) async throws -> ArraySlice<UInt8>? {
            progress()
            if rest.isEmpty {
                guard let bytes = await source.next() else { return nil }
                rest = bytes[...]
            }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
    }
}

/// A long content in parts, so that the watch can distinguish a slow connection from one that stands still.
private actor Parts: EventSource {
    static let size = 64 << 10

    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    func next() -> [UInt8]? {
        guard !rest.isEmpty else { return nil }
        defer { rest = rest.dropFirst(Self.size) }
        return Array(rest.prefix(Self.size))
    }
}
