import Console
import TestSupport
import Testing

@testable import Runs

@Suite struct RunTextTests {
    @Test func `every text is in both languages`() {
        #expect(ReportTexts.problems(in: RunText.self) == [])
        #expect(ReportTexts.problems(in: ReasonText.self) == [])
        #expect(ReportTexts.problems(in: EnvironmentText.self) == [])
        #expect(ReportTexts.problems(in: MetricText.self) == [])
    }

    @Test(arguments: [
        ("early stopping", "조기 종료"), ("Ctrl-C", "Ctrl-C로 중단"), ("signal 15", "시그널 15"),
        (
            "loss or gradient not finite at step 3 of epoch 1", "손실 또는 기울기가 유한하지 않음(에포크 1, 스텝 3)"
        ),
        ("a disk is full", "a disk is full"),
    ])
    func `the reason for the end is translated`(english: String, korean: String) {
        #expect(Language.korean.translated(english, from: ReasonText.self) == korean)
    }

    @Test func `the curves of a Korean report have Korean labels`() throws {
        var metrics = RunMetrics()
        metrics.hasValidation = true
        metrics.hasAverage = true
        metrics.rows = (0..<3).map { epoch in
            RunMetrics.Row(
                epoch: epoch,
                values: [
                    "train_loss": 1 / Double(epoch + 1), "validation_loss": 0.5, "ema_validation_loss": 0.4,
                    "train_accuracy": 90, "validation_accuracy": 91, "ema_validation_accuracy": 92,
                ], seconds: 1)
        }
        let svg = try readXML(RunCurves.chart(metrics, ofRun: "run", language: .korean).svgFile)
        let tables: [any TextKey.Type] = [RunText.self, MetricText.self]
        #expect(ReportTexts.untranslated(svg, tables) == [])
        let texts = svg.all("text").map(\.text)
        for label in ["손실", "정확도", "에포크", "훈련", "검증", "검증, EMA", "교차 엔트로피", "퍼센트"] {
            #expect(texts.contains(label), "\(label)")
        }
    }
}
