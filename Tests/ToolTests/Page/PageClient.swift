import Foundation
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

extension Tool {
    static let pagePath = products.appending(path: "runs-page").path
}

/// A browser of a page, for tests.
struct PageClient {
    /// The address that the program prints, "http://127.0.0.1:8128/".
    let address: String

    /// Finds the address in a line of output.
    init(in line: String) throws {
        address = String(
            try #require(line.firstMatch(of: /http:\/\/127\.0\.0\.1:[0-9]+\//), "\(line)").output)
    }

    private final class Answer: @unchecked Sendable {
        var status: Int?
        var text = ""
        var headers: [String: String] = [:]
    }

    /// Sends a request and waits for the answer; nil if nobody answers.
    func request(_ path: String, post body: String? = nil) throws -> (
        status: Int, text: String, headers: [String: String]
    )? {
        var request = URLRequest(url: try #require(URL(string: address + path)), timeoutInterval: 20)
        if let body {
            request.httpMethod = "POST"
            request.httpBody = Data(body.utf8)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.setValue("1", forHTTPHeaderField: "X-Runs-Page")
        }
        let (answer, done) = (Answer(), DispatchSemaphore(value: 0))
        let session = URLSession(configuration: .ephemeral)
        session.dataTask(with: request) { data, response, _ in
            if let response = response as? HTTPURLResponse {
                answer.status = response.statusCode
                answer.text = String(decoding: data ?? Data(), as: UTF8.self)
                for (name, value) in response.allHeaderFields { answer.headers["\(name)"] = "\(value)" }
            }
            done.signal()
        }.resume()
        done.wait()
        session.invalidateAndCancel()
        return answer.status.map { ($0, answer.text, answer.headers) }
    }
}
