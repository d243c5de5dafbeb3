import Console
import DigitPage
import ImageClassification
import Platform
import Runs

/// Drawing for a run's own weights: `/draw` and `/api/model`.
extension RunsPage {
    /// Returns the page of `export --to html` with the newest checkpoint, for a frame of the page.
    func drawAnswer(_ request: PageRequest) throws -> PageAnswer {
        try Self.explained {
            let page = try digitPage(in: request)
            return .content(
                Array(try page.html.utf8), type: "text/html; charset=utf-8",
                headers: ["Content-Security-Policy": DigitPage.policy + "; frame-ancestors 'self'"])
        }
    }

    /// Returns the weights of a checkpoint as the script of that page takes them: `page.replace(data)`.
    func modelAnswer(_ request: PageRequest) throws -> PageAnswer {
        try Self.explained {
            .content(Array(try digitPage(in: request).data.utf8), type: "application/json")
        }
    }

    private func digitPage(in request: PageRequest) throws -> DigitPage {
        guard let choice = CheckpointChoice(rawValue: request["checkpoint"] ?? "last") else {
            throw PageError(
                .badRequest, .choice,
                [
                    "name": "checkpoint", "choices": "last, best",
                    "found": (request["checkpoint"] ?? "").quotedInAnswer,
                ])
        }
        guard let language = Language(rawValue: request["language"] ?? "en") else {
            throw PageError(
                .badRequest, .choice,
                [
                    "name": "language", "choices": "en, ko",
                    "found": (request["language"] ?? "").quotedInAnswer,
                ])
        }
        let model = try imageModel(of: run(request).directory, choice: choice)
        var page = try DigitPage(model, language: language)
        page.step = model.checkpoint.stepCount
        return page
    }
}
