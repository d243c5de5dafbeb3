import Console
import Platform

/// A request that cannot be answered, with the status of the answer and a message for people.
package struct PageError: Error, Hashable, Sendable {
    package enum Status: Int, Sendable {
        case badRequest = 400
        case noToken = 401
        case foreign = 403
        case notFound = 404
        case methodNotAllowed = 405
        case conflict = 409
        case tooLarge = 413
        case failed = 500
        case busy = 503

        /// The name, RFC 9110.
        package var reason: String {
            switch self {
            case .badRequest: "Bad Request"
            case .noToken: "Unauthorized"
            case .foreign: "Forbidden"
            case .notFound: "Not Found"
            case .methodNotAllowed: "Method Not Allowed"
            case .conflict: "Conflict"
            case .tooLarge: "Content Too Large"
            case .failed: "Internal Server Error"
            case .busy: "Service Unavailable"
            }
        }
    }

    package let status: Status
    private let text: PageText
    private let values: [String: String]
    private let count: Int?

    /// - Parameters:
    ///   - status: The status of the answer.
    ///   - text: The message.
    ///   - values: The values of the message's placeholders.
    ///   - count: The number that selects the singular or the plural.
    package init(_ status: Status, _ text: PageText, _ values: [String: String] = [:], count: Int? = nil) {
        (self.status, self.text, self.values, self.count) = (status, text, values, count)
    }

    /// An error of the rooms below in its own words.
    package init(_ status: Status, _ error: some Error) {
        self.init(status, .other, ["error": "\(error)"])
    }

    /// Describes any error of the rooms below.
    package init(_ error: any Error) {
        self = error as? PageError ?? PageError(.failed, .other, ["error": "\(error)"])
    }

    package func message(in language: Language = .english) -> String {
        language.text(text, values, count: count)
    }
}

extension String {
    /// The text in quotes, short and without invisible characters, for the message of an answer.
    var quotedInAnswer: String { printableLine.cut(atMost: 80).quoted }
}
