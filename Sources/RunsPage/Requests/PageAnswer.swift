import Console
import Platform

/// The answer to a request.
package struct PageAnswer: Sendable {
    package enum Body: Sendable {
        case bytes([UInt8])
        /// A stream that the server sends until the browser leaves.
        case events(any EventSource)
    }

    package var status: Int
    /// The fields of the header by their names.
    package var headers: [String: String]
    package var body: Body

    private init(status: Int, contentType: String, headers: [String: String] = [:], body: Body) {
        self.status = status
        self.headers = Self.safeguards.merging(headers) { _, own in own }
        self.headers["Content-Type"] = contentType
        self.body = body
    }

    package static func json(_ value: some Encodable, status: Int = 200) throws -> PageAnswer {
        PageAnswer(
            status: status, contentType: "application/json",
            body: .bytes(Array(try JSON.text(value, pretty: false).utf8)))
    }

    /// The answer of a text that is JSON already.
    static func json(text: String, status: Int = 200) -> PageAnswer {
        PageAnswer(status: status, contentType: "application/json", body: .bytes(Array(text.utf8)))
    }

    package static func content(
        _ bytes: [UInt8], type: String, headers: [String: String] = [:], status: Int = 200
    ) -> PageAnswer {
        PageAnswer(status: status, contentType: type, headers: headers, body: .bytes(bytes))
    }

    package static func events(_ source: any EventSource) -> PageAnswer {
        PageAnswer(status: 200, contentType: "text/event-stream", body: .events(source))
    }

    /// - Parameter language: The language of the message.
    package static func error(_ error: PageError, in language: Language = .english) -> PageAnswer {
        struct Content: Encodable { let error: String }
        let text =
            (try? JSON.text(Content(error: error.message(in: language).printable), pretty: false)) ?? "{}"
        return PageAnswer(
            status: error.status.rawValue, contentType: "application/json", body: .bytes(Array(text.utf8)))
    }

    /// The name of the status, RFC 9110.
    package var reason: String {
        if status == 202 { return "Accepted" }
        return PageError.Status(rawValue: status)?.reason ?? "OK"
    }

    /// The content without the body, for HEAD.
    package var withoutBody: PageAnswer {
        var answer = self
        answer.body = .bytes([])
        return answer
    }

    /// Fields of every answer. The policy lets the page load its own files and nothing else, and no text of a run's files
    /// is executed.
    private static let safeguards = [
        "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Content-Security-Policy": [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
            "connect-src 'self'", "frame-src 'self'", "base-uri 'none'", "form-action 'none'",
            "frame-ancestors 'self'",
        ].joined(separator: "; "),
    ]
}

/// The source of an event stream. One connection reads it, from one task at a time.
package protocol EventSource: Sendable {
    /// Waits for something to send and returns it, in the format of `text/event-stream`; nil at the end.
    func next() async -> [UInt8]?
}
