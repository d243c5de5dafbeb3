import Console
import Platform
import Runs
import Synchronization

/// The page of a directory of runs. It answers requests; any thread may call it.
package final class RunsPage: Sendable {
    /// The directory of the runs.
    package let root: String
    private let access: PageGuard
    private let files: PageFiles
    /// For the views that look into the models of runs.
    let steps = StepWorker()
    let images = ImageShelf()
    let evaluations = TestAnswers()
    let index: RunIndex
    let trainings = StartedTrainings()
    /// Held while a request changes files.
    let changes = Mutex(())

    /// - Parameters:
    ///   - root: The directory of the runs.
    ///   - access: The guard of the server.
    ///   - files: A directory whose files are the page, for work on it; nil for the files in the program.
    package init(root: String, access: PageGuard, files: String? = nil) {
        self.root = root
        self.access = access
        self.files = PageFiles(directory: files)
        index = RunIndex(root: root)
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
            if request.path == "/" { answer.headers[Self.identityField] = Self.identity(of: root) }
            return request.method == .head ? answer.withoutBody : answer
        } catch {
            return .error(
                PageError(error),
                in: Language(accepted: headers.first { $0.key.lowercased() == "accept-language" }?.value))
        }
    }

    private func answer(_ request: PageRequest) throws -> PageAnswer {
        let isPost = request.method == .post
        switch (isPost, request.path) {
        case (false, "/"): return try files.answer("index.html")
        case (false, let path) where path.hasPrefix("/page/"):
            return try files.answer(String(path.dropFirst(6)))
        case (false, "/draw"): return try drawAnswer(request)
        case (false, "/api/model"): return try modelAnswer(request)
        case (false, "/api/at"): return try stateAnswer(request)
        case (false, "/api/histograms"): return try histogramAnswer(request)
        case (false, "/api/confusion"): return try confusionAnswer(request)
        case (false, "/api/runs"): return list()
        case (false, "/api/run"): return try details(request)
        case (false, "/api/records"): return try records(request)
        case (false, "/api/picture"): return try picture(request)
        case (false, "/api/report"): return try report(request)
        case (false, "/api/events"): return try events(request)
        case (false, "/api/bin"): return try bin()
        case (false, "/api/mistakes"): return try mistakesAnswer(request)
        case (false, "/api/sweep"): return try sweep(request)
        case (false, "/api/forecast"): return try forecast(request)
        case (true, "/api/stop"): return try stop(request)
        case (true, "/api/resume"): return try resume(request)
        case (true, "/api/marks"): return try mark(request)
        case (true, "/api/delete"): return try delete(request)
        case (true, "/api/restore"): return try restore(request)
        case (true, "/api/purge"): return try purge(request)
        default:
            throw PageError(.notFound, .noAddress, ["name": request.path.quotedInAnswer])
        }
    }
}
