import Dispatch
import FlyingFox
import FlyingSocks
import Foundation
import RunsPage

/// Passes the requests of the HTTP server to the page, and sends its answers.
struct PageHandler: HTTPHandler {
    let page: RunsPage

    /// Answers read files, so they are computed outside the threads that serve all connections.
    private static let queue = DispatchQueue(label: "runs-page.answers", attributes: .concurrent)

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        let body = try await Self.body(of: request)
        let (method, target) = (request.method.rawValue, request.target.rawValue)
        let headers = Dictionary(
            request.headers.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first })
        let answer = await withCheckedContinuation { continuation in
            Self.queue.async {
                continuation.resume(
                    returning: page.answer(method: method, target: target, headers: headers, body: body))
            }
        }
        return Self.response(answer)
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

    private static func response(_ answer: PageAnswer) -> HTTPResponse {
        let headers = HTTPHeaders(
            Dictionary(
                answer.headers.map { (HTTPHeader($0.key), $0.value) }, uniquingKeysWith: { first, _ in first }
            ))
        let status = HTTPStatusCode(answer.status, phrase: answer.reason)
        switch answer.body {
        case .bytes(let bytes):
            return HTTPResponse(statusCode: status, headers: headers, body: Data(bytes))
        case .events(let source):
            return HTTPResponse(
                statusCode: status, headers: headers, body: HTTPBodySequence(from: EventBytes(source: source))
            )
        }
    }
}

/// The bytes of an event stream, as the HTTP server sends them: each event at once.
private struct EventBytes: AsyncBufferedSequence {
    typealias Element = UInt8

    let source: any EventSource

    func makeAsyncIterator() -> Iterator { Iterator(source: source) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        let source: any EventSource
        private var rest: ArraySlice<UInt8> = []

        init(source: any EventSource) { self.source = source }

        mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

        mutating func nextBuffer(suggested count: Int) async throws -> ArraySlice<UInt8>? {
            if rest.isEmpty {
                guard let bytes = await source.next() else { return nil }
                rest = bytes[...]
            }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
    }
}
