import Platform
import Runs

/// The page of a directory of runs. It answers requests; any thread may call it.
package final class RunsPage: Sendable {
    /// The directory of the runs.
    package let root: String
    private let access: PageGuard

    package init(root: String, access: PageGuard) {
        self.root = root
        self.access = access
    }

    /// Answers a request. Every error is an answer, too.
    package func answer(method: String, target: String, headers: [String: String], body: [UInt8])
        -> PageAnswer
    {
        do {
            let request = try PageRequest(method: method, target: target, headers: headers, body: body)
            try access.check(request)
            var answer = try answer(request)
            if let cookie = access.cookie(for: request) { answer.headers["Set-Cookie"] = cookie }
            return request.method == .head ? answer.withoutBody : answer
        } catch {
            return .error(PageError(error))
        }
    }

    private func answer(_ request: PageRequest) throws -> PageAnswer {
        let isPost = request.method == .post
        switch (isPost, request.path) {
        case (false, "/"): return try PageFiles.answer("index.html")
        case (false, let path) where path.hasPrefix("/page/"):
            return try PageFiles.answer(String(path.dropFirst(6)))
        default:
            throw PageError(.notFound, "\(request.path.quotedInAnswer): the page has no such address")
        }
    }
}
