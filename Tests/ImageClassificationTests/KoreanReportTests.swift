import Console
import Platform
import RunSamples
import TestSupport
import Testing

@testable import ImageClassification
@testable import Pictures
@testable import Runs

@Suite struct KoreanReportTests {
    private static let tables: [any TextKey.Type] = [
        ClassifierText.self, ImageText.self, RunText.self, ReasonText.self, EnvironmentText.self,
        MetricText.self,
        ChartText.self, TimeText.self,
    ]

    @Test func `every text is in both languages`() {
        #expect(ReportTexts.problems(in: ClassifierText.self, names: ["F1 %"]) == [])
    }

    private func page(_ sample: SampleRun) throws -> ReadElement {
        try readXML(ImageRunReport(run: sample.run, language: .korean).html)
    }

    @Test func `the report of a finished run is Korean`() throws {
        let page = try self.page(SampleRun.finished())
        #expect(page.attributes["lang"] == "ko")
        #expect(ReportTexts.untranslated(page, Self.tables) == [])
        #expect(
            page.all("h2").map(\.text) == [
                "학습 곡선", "혼동 행렬", "클래스별 점수", "손실이 가장 큰 오류", "설정", "모델", "실행 환경", "재현 방법",
            ])
        #expect(page.all("img")[0].attributes["alt"] == "테스트 이미지 14: 정답 8, 예측 zero, 98.7\u{A0}%")
        let texts = page.all.map(\.text)
        for text in [
            "완료", "5에포크 중 5에포크 완료 · 2026-01-31 23:59:59 UTC 시작", "테스트 정확도 ± 표준 오차, 이미지 16장", "6.0초",
            "테스트 이미지 16장", "에포크 3 종료 시점",
        ] {
            #expect(texts.contains(text), "\(text)")
        }
    }

    @Test(arguments: RunState.allCases) func `every stage has a Korean report`(state: RunState) throws {
        let sample = try SampleRun()
        try sample.configure { $0.ema = 0.9 }
        var summary = SampleRun.summary(state == .damaged ? .stopped : state)
        summary.reason = state == .stopped ? "time limit" : nil
        try summary.write(to: sample.run)
        if state == .damaged { try AtomicFile.write("{]", to: sample.run.summary) }
        if state == .stopped || state == .finished { try sample.addMetrics() }
        let lock = state == .running ? try RunDirectory.Lock(sample.run) : nil
        let page = try withExtendedLifetime(lock) { try self.page(sample) }
        #expect(ReportTexts.untranslated(page, Self.tables) == [])
        #expect(page.all(class: "badge").map(\.text) == [state.text(in: .korean)])
    }

    @Test func `without a language a report is English`() throws {
        let sample = try SampleRun.finished()
        #expect(
            ImageRunReport(run: sample.run).html == ImageRunReport(run: sample.run, language: .english).html)
        #expect(ImageRunReport(run: sample.run).html.contains("<html lang=\"en\">"))
    }
}
