import Console

/// The texts of charts.
package enum ChartText: TextKey {
    case noData
    case lineChart, lineChartOf, lineChartOver
    case noPoints, points
    case predictedClass, trueClass, cell
    case colourKey, pointAtCell
    case confusionMatrix, frequentErrors, frequentError

    package var text: Text {
        switch self {
        case .noData: Text("no data", ko: "데이터 없음")
        case .lineChart: Text("Line chart {title}.", ko: "선 그래프: {title}.")
        case .lineChartOf: Text("Line chart {title}, {axis}.", ko: "선 그래프: {title}. 축은 {axis}.")
        case .lineChartOver:
            Text("Line chart {title}, {y} over {x}.", ko: "선 그래프: {title}. 세로축은 {y}, 가로축은 {x}.")
        case .noPoints: Text("{name}: no points.", ko: "{name}: 점 없음.")
        case .points:
            Text(
                "{name}: {first} at first, {last} at last, within {low} to {high}, points: {count}.",
                ko: "{name}: 처음 {first}, 마지막 {last}, 범위 {low}~{high}, 점 {count}개.")
        case .predictedClass: Text("predicted class", ko: "예측 클래스")
        case .trueClass: Text("true class", ko: "정답 클래스")
        case .cell:
            Text("true {row}, predicted {column}: {count}", ko: "정답 {row}, 예측 {column}: {count}")
        case .colourKey:
            Text("Colour: logarithm of the count. Empty: 0.", ko: "색: 개수의 로그. 빈칸: 0.")
        case .pointAtCell:
            Text("Point at a cell to see its count.", ko: "칸을 가리키면 개수가 표시됩니다.")
        case .confusionMatrix:
            Text(
                "Confusion matrix of {classes} classes, rows true, columns predicted: {right} of {total} correct.",
                ko: "클래스 {classes}개의 혼동 행렬. 행은 정답, 열은 예측이며 {total}개 중 {right}개가 맞았습니다.")
        case .frequentErrors:
            Text("Most frequent errors: {errors}.", ko: "가장 많은 오류: {errors}.")
        case .frequentError:
            Text("{row} as {column}: {count}", ko: "정답 {row}, 예측 {column}: {count}개")
        }
    }
}
