import Console
import Runs
import TestSupport
import Testing
import Training

@testable import Pictures
@testable import Sweeps

@Suite struct KoreanSweepTests {
    private static let tables: [any TextKey.Type] = [
        SweepText.self, SweepTitle.self, RunText.self, ChartText.self, TimeText.self,
    ]

    @Test func `every text is in both languages`() {
        #expect(ReportTexts.problems(in: SweepText.self, names: ["{low} to {high}"]) == [])
        #expect(ReportTexts.problems(in: SweepTitle.self) == [])
    }

    private func result(_ accuracy: Double?) -> SweepResult {
        var summary = RunSummary()
        (summary.epochs, summary.scoredEpoch, summary.trainingSeconds) = (4, 3, 1.5)
        (summary["accuracy", .train], summary["loss", .train]) = (99, 0.25)
        (summary["accuracy", .validation], summary["loss", .validation]) = (accuracy, 0.5)
        return SweepResult(summary, run: RunDirectory(path: "runs/a"), diverged: accuracy == nil)
    }

    /// Returns the page of a sweep with a row of accuracies for each seed, and of an unfinished one for none.
    private func page(_ rows: [[Double?]], settings: Int, isFinished: Bool = true) throws -> ReadElement {
        let values = (0..<settings).map { "v\($0)" }.joined(separator: ",")
        let plan = try SweepPlan(
            base: [], axes: settings == 1 ? [] : [SweepAxis("kind=\(values)")],
            seeds: SweepSeeds("0-\(rows.count - 1)"))
        var all: [SweepResult?] = rows.joined().map { result($0) }
        if !isFinished { all[0] = nil }
        let results = SweepResults(plan, all)
        let test = results.winner.map { winner in
            SweepTest(
                setting: winner,
                scores: rows.indices.map {
                    .init(
                        entry: $0, seed: UInt64($0), accuracy: 90, standardError: 1, loss: 0.5, metrics: nil)
                })
        }
        let sweep = SweepDirectory(path: "runs/sweeps/kinds")
        return try readXML(
            SweepPage(
                name: "kinds", program: "mnist-bilstm", language: .korean, results: results, test: test,
                winner: SweepWinner(sweep, results)
            ).html.htmlDocument)
    }

    @Test(
        arguments: [
            [[90, 92, 91], [91, 94, 92], [92, 93, 96]], [[90, 92, 91]], [[90], [91]], [[90]], [[nil], [91]],
            [[90, nil, 91], [91, 94, 92]], [[nil, nil], [nil, 90]], [[90, 91], [91, 92]],
            [[90, 90], [91, 97], [92, 91], [93, 92], [94, 95]],
        ] as [[[Double?]]])
    func `a report is Korean`(rows: [[Double?]]) throws {
        for isFinished in [true, false] {
            let page = try self.page(rows, settings: rows[0].count, isFinished: isFinished)
            #expect(page.attributes["lang"] == "ko")
            #expect(ReportTexts.untranslated(page, Self.tables) == [])
        }
    }

    @Test func `labels and sentences of a Korean report`() throws {
        let page = try self.page([[90, 92, 91], [91, 94, 92], [92, 93, 96]], settings: 3)
        #expect(
            page.all("h2").map(\.text) == [
                "설정", "시드", "가장 좋은 설정과의 차이", "테스트", "가장 좋은 설정", "항목", "계획",
            ])
        let texts = page.all.map(\.text)
        for text in [
            "9개 항목 중 9개 완료", "검증 정확도 %", "가장 좋은 설정의 테스트 정확도, 시드 3개의 평균 ± 표준편차", "평가:",
        ] {
            #expect(texts.contains(text), "\(text)")
        }
    }
}
