import Console

/// The texts of the report of a sweep, and of its tables in a terminal.
package enum SweepText: TextKey {
    case kind, entriesDone, noWinner, testAccuracyOneSeed, testAccuracy
    case validationAccuracyOneSeed, validationAccuracy
    case settings, seeds, entries, diverged, trainingTime
    case gap, test, winner, plan
    case bestRun, checkpoint, evaluateWinner, classifyPictures, classifySequences, writeText
    case trainWinner, trainWinnerOnSequences, trainWinnerOnText
    case allEntries, planned, testLegend, oneSeed, allSeeds
    case seedColumn, testAccuracyColumn, testLossColumn, testMetric
    case settingColumn, entryColumn, validationAccuracyColumn, validationLossColumn, trainAccuracyColumn
    case evaluatedEpochColumn, standardErrorColumn, validationMetric, trainMetric
    case someDiverged, divergedCell
    case gapColumn, intervalColumn, probabilityColumn, correctedColumn, interval
    case legend, gapLegend
    case unfinished, divergedAlone, divergedAll, accuracyAlone, winnerIs
    case testAlone, testAloneSeeds, testOfWinner, testOfWinnerSeeds
    case oneSeedDoubt, doubt, doubtFewSeeds, untested
    case paused, seedsTogether, evidenceColumn, boundColumn, evidenceLegend
    case racing, settled, unsettled
    case computedBefore, checkedAgain
    case chart, chartOfBest, chartAxis, chartSeed, chartMean

    package var text: Text {
        switch self {
        case .kind: Text("Sweep", ko: "스윕")
        case .entriesDone: Text("{done} of {count} entries done", ko: "{count}개 항목 중 {done}개 완료")
        case .noWinner: Text("No winner yet.", ko: "아직 가장 좋은 설정이 정해지지 않았습니다.")
        case .testAccuracyOneSeed:
            Text("test accuracy of the winner, one seed", ko: "가장 좋은 설정의 테스트 정확도, 시드 1개")
        case .testAccuracy:
            Text(
                "test accuracy of the winner, mean ± standard deviation over {seeds} seeds",
                ko: "가장 좋은 설정의 테스트 정확도, 시드 {seeds}개의 평균 ± 표준편차")
        case .validationAccuracyOneSeed:
            Text("validation accuracy of the winner, one seed", ko: "가장 좋은 설정의 검증 정확도, 시드 1개")
        case .validationAccuracy:
            Text(
                "validation accuracy of the winner, mean ± standard deviation over {seeds} seeds",
                ko: "가장 좋은 설정의 검증 정확도, 시드 {seeds}개의 평균 ± 표준편차")
        case .settings: Text("Settings", ko: "설정")
        case .seeds: Text("Seeds", ko: "시드")
        case .entries: Text("Entries", ko: "항목")
        case .diverged: Text("Diverged", ko: "발산")
        case .trainingTime: Text("Total training time", ko: "총 학습 시간")
        case .gap: Text("Gap to best", ko: "가장 좋은 설정과의 차이")
        case .test: Text("Test", ko: "테스트")
        case .winner: Text("Winner", ko: "가장 좋은 설정")
        case .plan: Text("Plan", ko: "계획")
        case .bestRun:
            Text(
                "Best run of the winner: seed {seed}, validation accuracy {accuracy} %",
                ko: "가장 좋은 설정의 가장 좋은 실행: 시드 {seed}, 검증 정확도 {accuracy} %")
        case .checkpoint: Text("{run}. Its checkpoint:", ko: "{run}. 체크포인트:")
        case .evaluateWinner: Text("Evaluate it", ko: "평가")
        case .classifyPictures: Text("Classify pictures", ko: "사진 분류")
        case .classifySequences: Text("Classify sequences", ko: "시퀀스 분류")
        case .writeText: Text("Write text", ko: "글 쓰기")
        case .trainWinner:
            Text("Train the winning setting on all training images", ko: "가장 좋은 설정으로 훈련 이미지 전체를 학습")
        case .trainWinnerOnSequences:
            Text("Train the winning setting on all training sequences", ko: "가장 좋은 설정으로 훈련 시퀀스 전체를 학습")
        case .trainWinnerOnText:
            Text("Train the winning setting on the whole training text", ko: "가장 좋은 설정으로 훈련 텍스트 전체를 학습")

        case .allEntries: Text("All {count} entries", ko: "항목 {count}개 모두 보기")
        case .planned:
            Text(
                "Each entry is trained on one thread with these options, the options of its setting, and its seed:",
                ko: "각 항목은 다음 옵션과 그 설정의 옵션, 그 시드로 스레드 하나에서 학습합니다.")
        case .testLegend:
            Text(
                "The weights of each seed's best epoch, evaluated on the test set. The test set was read after all entries "
                    + "were done, and only for the winner: it was not used for model selection.",
                ko: "시드마다 가장 좋은 에포크의 가중치를 테스트 데이터로 평가한 결과입니다. 테스트 데이터는 모든 항목이 끝난 뒤 가장 "
                    + "좋은 설정에만 사용했으며, 모델을 고르는 데에는 쓰지 않았습니다.")
        case .oneSeed: Text("One seed", ko: "시드 1개")
        case .allSeeds: Text("All {count} seeds", ko: "시드 {count}개 모두 보기")
        case .seedColumn: Text("Seed", ko: "시드")
        case .testAccuracyColumn: Text("Test acc % ± std. error", ko: "테스트 정확도 % ± 표준 오차")
        case .testLossColumn: Text("Test loss", ko: "테스트 손실")
        case .testMetric: Text("Test {metric}", ko: "테스트 {metric}")
        case .settingColumn: Text("Setting", ko: "설정")
        case .entryColumn: Text("Entry", ko: "항목")
        case .validationAccuracyColumn: Text("Val acc %", ko: "검증 정확도 %")
        case .validationLossColumn: Text("Val loss", ko: "검증 손실")
        case .trainAccuracyColumn: Text("Train acc %", ko: "훈련 정확도 %")
        case .evaluatedEpochColumn: Text("Evaluated epoch", ko: "평가한 에포크")
        case .standardErrorColumn: Text("Std. error", ko: "표준 오차")
        case .validationMetric: Text("Val {metric}", ko: "검증 {metric}")
        case .trainMetric: Text("Train {metric}", ko: "훈련 {metric}")
        case .someDiverged: Text("{done}/{seeds}, {diverged} diverged", ko: "{done}/{seeds}, {diverged}개 발산")
        case .divergedCell: Text("diverged", ko: "발산")
        case .gapColumn: Text("Gap to best (points)", ko: "가장 좋은 설정과의 차이(%p)")
        case .intervalColumn: Text("95 % interval", ko: "95 % 신뢰 구간")
        case .probabilityColumn: Text("p", ko: "p값")
        case .correctedColumn: Text("p (Holm)", ko: "p값(Holm)")
        case .interval: Text("{low} to {high}", ko: "{low} ~ {high}")
        case .legend:
            Text(
                "Validation accuracy and loss after the epoch with the lowest validation loss of each run: mean ± standard "
                    + "deviation over the seeds. Std. error: standard error of the mean accuracy. The best setting has the highest "
                    + "mean accuracy; ties are broken by the lower mean loss.",
                ko: "각 학습에서 검증 손실이 가장 낮은 에포크의 검증 정확도와 검증 손실이며, 시드에 대한 평균 ± 표준편차입니다. 표준 오차는 "
                    + "평균 정확도의 표준 오차입니다. 가장 좋은 설정은 평균 정확도가 가장 높은 설정이고, 정확도가 같으면 평균 손실이 낮은 설정입니다.")
        case .gapLegend:
            Text(
                "Gap in validation accuracy to the best setting over the same seeds, in percentage points: mean, 95 % "
                    + "confidence interval, and p-value of a two-sided paired t-test, uncorrected and corrected for {count} "
                    + "tests (Holm). The best setting was selected by the same scores, which biases the gaps upwards: a p-value "
                    + "near 0.05 is no evidence.",
                one:
                    "Gap in validation accuracy to the best setting over the same seeds, in percentage points: mean, 95 % "
                    + "confidence interval, and p-value of a two-sided paired t-test, uncorrected and corrected for {count} "
                    + "test (Holm). The best setting was selected by the same scores, which biases the gaps upwards: a p-value "
                    + "near 0.05 is no evidence.",
                ko: "같은 시드로 비교한 가장 좋은 설정과의 검증 정확도 차이(퍼센트포인트)입니다. 평균과 95 % 신뢰 구간, 양측 대응표본 "
                    + "t검정의 p값을 보정하지 않은 값과 검정 {count}개에 대해 보정한 값(Holm)으로 보여 줍니다. 가장 좋은 설정도 같은 점수로 "
                    + "골랐으므로 차이가 실제보다 크게 나타납니다. p값이 0.05에 가까우면 증거가 되지 않습니다.")
        case .unfinished:
            Text(
                "{done} of {count} entries are done; the winner is selected when all are done.",
                ko: "{count}개 항목 중 {done}개가 끝났습니다. 가장 좋은 설정은 모든 항목이 끝나면 정해집니다.")
        case .divergedAlone:
            Text(
                "An entry diverged; there is no winner. Lower learning rates may help.",
                ko: "발산한 항목이 있어 가장 좋은 설정이 없습니다. 학습률을 낮추면 나아질 수 있습니다.")
        case .divergedAll:
            Text(
                "Each setting has an entry that diverged; there is no winner. Lower learning rates may help.",
                ko: "모든 설정에 발산한 항목이 있어 가장 좋은 설정이 없습니다. 학습률을 낮추면 나아질 수 있습니다.")
        case .accuracyAlone: Text("Validation accuracy: {accuracy} %.", ko: "검증 정확도: {accuracy} %.")
        case .winnerIs:
            Text(
                "Winner by mean validation accuracy: {setting}, {accuracy} %.",
                ko: "평균 검증 정확도가 가장 높은 설정: {setting}, {accuracy} %.")
        case .testAlone: Text("Test accuracy: {accuracy} %.", ko: "테스트 정확도: {accuracy} %.")
        case .testAloneSeeds:
            Text(
                "Test accuracy: {accuracy} %, mean ± standard deviation over {seeds} seeds.",
                ko: "테스트 정확도: {accuracy} %, 시드 {seeds}개의 평균 ± 표준편차.")
        case .testOfWinner:
            Text(
                "Test accuracy, evaluated for the winner only: {accuracy} %.",
                ko: "가장 좋은 설정만 평가한 테스트 정확도: {accuracy} %.")
        case .testOfWinnerSeeds:
            Text(
                "Test accuracy, evaluated for the winner only: {accuracy} %, mean ± standard deviation over {seeds} seeds.",
                ko: "가장 좋은 설정만 평가한 테스트 정확도: {accuracy} %, 시드 {seeds}개의 평균 ± 표준편차.")
        case .oneSeedDoubt:
            Text(
                "One seed is too few for a significance test.",
                ko: "시드 하나로는 유의성을 검정할 수 없습니다.")
        case .doubt:
            Text(
                "Its lead over {count} other settings is not statistically significant (p ≥ 0.05).",
                one: "Its lead over {count} other setting is not statistically significant (p ≥ 0.05).",
                ko: "다른 설정 {count}개와의 차이는 통계적으로 유의하지 않습니다(p ≥ 0.05).")
        case .doubtFewSeeds:
            Text(
                "Its lead over {count} other settings is not statistically significant (p ≥ 0.05; only {seeds} seeds).",
                one:
                    "Its lead over {count} other setting is not statistically significant (p ≥ 0.05; only {seeds} seeds).",
                ko: "다른 설정 {count}개와의 차이는 통계적으로 유의하지 않습니다(p ≥ 0.05, 시드가 {seeds}개뿐임).")
        case .untested:
            Text(
                "Its lead over {count} other settings was not tested: fewer than two seeds finished, or all seeds have the "
                    + "same gap.",
                one:
                    "Its lead over {count} other setting was not tested: fewer than two seeds finished, or all seeds have "
                    + "the same gap.",
                ko: "다른 설정 {count}개와의 차이는 검정하지 않았습니다. 끝난 시드가 두 개보다 적거나 모든 시드의 차이가 같습니다.")
        case .paused: Text("{done}, paused", ko: "{done}, 일시 중지")
        case .seedsTogether: Text("Seeds", ko: "시드")
        case .evidenceColumn: Text("E-value", ko: "e값")
        case .boundColumn: Text("p at most", ko: "p값 상한")
        case .evidenceLegend:
            Text(
                "Gap in validation accuracy to the best setting over the same seeds, in percentage points. E-value: the evidence "
                    + "that another setting is better, the largest so far. p at most: {count} settings / e-value, which holds "
                    + "after any number of looks, if the differences between two settings are symmetric about their mean.",
                ko: "같은 시드로 비교한 가장 좋은 설정과의 검증 정확도 차이(퍼센트포인트)입니다. e값은 더 나은 설정이 있다는 증거의 크기이며, "
                    + "지금까지의 최댓값입니다. p값 상한은 설정 수 {count} / e값이며, 두 설정의 차이가 평균을 중심으로 대칭이면 몇 번을 "
                    + "확인해도 성립합니다.")
        case .racing:
            Text(
                "After {looks} of at most {seeds} seeds, {left} of {count} settings are in doubt.",
                ko: "최대 {seeds}개 시드 중 {looks}개로 비교한 결과, 설정 {count}개 중 {left}개가 아직 확실하지 않습니다.")
        case .settled:
            Text(
                "Settled after {looks} of at most {seeds} seeds: {setting}, {accuracy} %. Each paused setting is worse than another one; the "
                    + "probability of any error in this is at most {until}.",
                ko:
                    "최대 {seeds}개 시드 중 {looks}개로 결정: {setting}, {accuracy} %. 일시 중지한 설정은 모두 다른 설정보다 나쁘며, 이 판단이 하나라도 틀릴 "
                    + "확률은 최대 {until}입니다.")
        case .unsettled:
            Text(
                "Not settled with all seeds of --seeds ({looks}): {left} of {count} settings are in doubt. Among them, "
                    + "{setting} has the highest mean validation accuracy, {accuracy} %. A new sweep with more --seeds looks "
                    + "up the entries of this one.",
                ko: "--seeds의 시드({looks}개)를 모두 사용했지만 결정되지 않음: 설정 {count}개 중 {left}개가 아직 확실하지 않습니다. 그중 "
                    + "평균 검증 정확도는 {setting}이(가) {accuracy} %로 가장 높습니다. --seeds를 늘린 새 스윕은 이 스윕의 항목을 다시 "
                    + "학습하지 않고 찾아 씁니다.")
        case .computedBefore:
            Text(
                "Computed before: {count} of {done} entries, on {days}, trajectory version {trajectory}. They were looked up "
                    + "by their options and data, and not trained for this sweep.",
                ko: "이전에 계산한 항목: {done}개 중 {count}개({days}, 궤적 버전 {trajectory}). 옵션과 데이터로 찾은 결과이며, 이 스윕에서 "
                    + "학습하지 않았습니다.")
        case .checkedAgain:
            Text(
                "Trained again and equal to the last bit: {count} entries computed before.",
                one: "Trained again and equal to the last bit: {count} entry computed before.",
                ko: "이전에 계산했지만 다시 학습하여 마지막 비트까지 같음을 확인한 항목: {count}개.")
        case .chart: Text("Validation accuracy of each seed", ko: "시드별 검증 정확도")
        case .chartOfBest:
            Text(
                "Validation accuracy of each seed, best {count} settings", ko: "시드별 검증 정확도, 가장 좋은 설정 {count}개"
            )
        case .chartAxis: Text("validation accuracy, %", ko: "검증 정확도, %")
        case .chartSeed: Text("one seed", ko: "시드 하나")
        case .chartMean: Text("mean", ko: "평균")
        }
    }
}

/// The titles of settings other than options.
enum SweepTitle: TextKey {
    case asGiven

    var text: Text { Text("as given", ko: "지정한 그대로") }
}
