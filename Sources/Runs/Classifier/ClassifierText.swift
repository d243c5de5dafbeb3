import Console

/// The texts of the report of a run of a classifier, whatever its samples are.
package enum ClassifierText: TextKey {
    case kind, epochsOf, epochs
    case notEvaluated, notEvaluatedYet, testAccuracy
    case testLoss, validationAccuracy, averagedTestAccuracy, averagedValidationAccuracy, trainAccuracy
    case balancedAccuracy, macroF1
    case testMetric, validationMetric, trainMetric
    case evaluatedWeights, afterEpoch, bestEpoch, epochAndLoss, trainingTime
    case curves, curvesCaption, averageCaption
    case bestValidation, bestValidationAccuracy, bestTraining, bestTrainingAccuracy
    case confusionMatrix
    case classes, classColumn, precision, recall, f1, mean
    case worstErrors, errors
    case model

    package var text: Text {
        switch self {
        case .kind: Text("Training run", ko: "학습 실행")
        case .epochsOf:
            Text(
                "{done} of {wanted} epochs", one: "{done} of {wanted} epoch",
                ko: "{wanted}에포크 중 {done}에포크 완료")
        case .epochs: Text("{done} epochs", ko: "{done}에포크 완료")
        case .notEvaluated:
            Text("Not evaluated on the test set.", ko: "테스트 데이터로 평가하지 않았습니다.")
        case .notEvaluatedYet:
            Text("Not evaluated on the test set yet.", ko: "아직 테스트 데이터로 평가하지 않았습니다.")
        case .testAccuracy: Text("test accuracy ± standard error", ko: "테스트 정확도 ± 표준 오차")
        case .testLoss: Text("Test loss", ko: "테스트 손실")
        case .validationAccuracy: Text("Validation accuracy", ko: "검증 정확도")
        case .averagedTestAccuracy: Text("EMA test accuracy", ko: "EMA 테스트 정확도")
        case .averagedValidationAccuracy: Text("EMA validation accuracy", ko: "EMA 검증 정확도")
        case .trainAccuracy: Text("Train accuracy", ko: "훈련 정확도")
        case .balancedAccuracy: Text("Balanced accuracy", ko: "균형 정확도")
        case .macroF1: Text("Macro F1", ko: "매크로 F1")
        case .testMetric: Text("Test {metric}", ko: "테스트 {metric}")
        case .validationMetric: Text("Validation {metric}", ko: "검증 {metric}")
        case .trainMetric: Text("Train {metric}", ko: "훈련 {metric}")
        case .evaluatedWeights: Text("Evaluated weights", ko: "평가한 가중치")
        case .afterEpoch: Text("after epoch {epoch}", ko: "에포크 {epoch} 종료 시점")
        case .bestEpoch: Text("Best epoch", ko: "가장 좋은 에포크")
        case .epochAndLoss: Text("{epoch}, loss {loss}", ko: "{epoch}, 손실 {loss}")
        case .trainingTime: Text("Training time", ko: "학습 시간")
        case .curves: Text("Curves", ko: "학습 곡선")
        case .curvesCaption:
            Text(
                "The first epoch is 0. Training loss and accuracy are running averages over the epoch: each batch is evaluated "
                    + "before its weight update, so the weights at the end of an early epoch are better than its figures.",
                ko: "첫 에포크의 번호는 0입니다. 훈련 손실과 훈련 정확도는 에포크 동안의 평균입니다. 배치마다 가중치를 갱신하기 "
                    + "전에 평가하므로, 초반에는 에포크가 끝난 시점의 가중치가 이 수치보다 좋습니다.")
        case .averageCaption:
            Text(
                "EMA: the exponential moving average of the weights (--ema).",
                ko: "EMA는 가중치의 지수 이동 평균입니다(--ema).")
        case .bestValidation:
            Text(
                "Epoch {epoch} has the lowest validation loss, {loss}.",
                ko: "검증 손실이 가장 낮은 에포크는 {epoch}이며, 손실은 {loss}입니다.")
        case .bestValidationAccuracy:
            Text(
                "Epoch {epoch} has the lowest validation loss, {loss}, with an accuracy of {accuracy}.",
                ko: "검증 손실이 가장 낮은 에포크는 {epoch}이며, 손실은 {loss}, 정확도는 {accuracy}입니다.")
        case .bestTraining:
            Text(
                "Epoch {epoch} has the lowest training loss, {loss}.",
                ko: "훈련 손실이 가장 낮은 에포크는 {epoch}이며, 손실은 {loss}입니다.")
        case .bestTrainingAccuracy:
            Text(
                "Epoch {epoch} has the lowest training loss, {loss}, with an accuracy of {accuracy}.",
                ko: "훈련 손실이 가장 낮은 에포크는 {epoch}이며, 손실은 {loss}, 정확도는 {accuracy}입니다.")
        case .confusionMatrix: Text("Confusion matrix", ko: "혼동 행렬")
        case .classes: Text("Classes", ko: "클래스별 점수")
        case .classColumn: Text("Class", ko: "클래스")
        case .precision: Text("Precision %", ko: "정밀도 %")
        case .recall: Text("Recall %", ko: "재현율 %")
        case .f1: Text("F1 %", ko: "F1 %")
        case .mean: Text("mean", ko: "평균")
        case .worstErrors: Text("Worst errors", ko: "손실이 가장 큰 오류")
        case .errors:
            Text(
                "{shown} of {count} errors, the highest loss first: true class → predicted class, and the probability of "
                    + "the prediction.",
                ko: "오류 {count}개 가운데 {shown}개를 손실이 큰 순서로 보여 줍니다. 차례로 정답 클래스 → 예측 클래스, 예측한 확률입니다.")
        case .model: Text("Model", ko: "모델")
        }
    }
}
