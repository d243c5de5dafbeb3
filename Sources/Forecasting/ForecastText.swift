import Console

/// The texts of the report of a forecast, and of its scores in a terminal.
package enum ForecastText: TextKey {
    case kind, forecastTarget, models, seeds, trainingDays, testDays, daysAheadNumber, trainingTime
    case networksTrained, networksTrainedOf, epochs, epochsEach
    case noForecastYet, rmse, lowestRMSE
    case forecasts, forecastsCaption, seedsCaption, aheadCaption, nothingForecastYet, nothingForecast
    case scores, model, trainScores, testScores, train, test, ahead
    case heading, headingOfSeeds, direction, scoreLegend
    case lastValue, lastValueAtBeginning, noChange, lastValueInSentence, noChangeInSentence, lastValueSaying,
        noChangeSaying
    case daysAhead, aheadOf, aheadOfSeeds, day, allDays, allDaysAhead
    case training, lossCaption
    case data, days, number, first, last
    case layersOf
    case trainingLoss, trainingLossOf, trainingLossOfSeeds, epoch, lossAxis
    case forecastsTitle, forecastsTitleOfSeeds, actual, testFrom, aheadRule, aheadFrom, daysOfTrading,
        daysOfTradingFrom
    case rule, isForecast, isChange, moves, keeps
    case noTestDays, noModel, notFinite, oneSeed
    case atLeastAsGood, better, atLeastAsGoodAsAll, betterThanAll
    case modelBetter, modelLowest, othersBetter, othersNotBetter
    case nearBaseline, nearBest

    package var text: Text {
        switch self {
        case .kind: Text("Forecast", ko: "예측")
        case .forecastTarget: Text("Forecast", ko: "예측 대상")
        case .models: Text("Models", ko: "모델")
        case .seeds: Text("Seeds", ko: "시드 수")
        case .trainingDays: Text("Training days", ko: "훈련 일수")
        case .testDays: Text("Test days", ko: "테스트 일수")
        case .daysAheadNumber: Text("Days ahead", ko: "미래 예측 일수")
        case .trainingTime: Text("Training time", ko: "학습 시간")
        case .networksTrained:
            Text("{count} networks trained", one: "{count} network trained", ko: "신경망 {count}개 학습 완료")
        case .networksTrainedOf:
            Text(
                "{done} of {count} networks trained", one: "{done} of {count} network trained",
                ko: "신경망 {count}개 중 {done}개 학습 완료")
        case .epochs: Text("{count} epochs", one: "{count} epoch", ko: "{count}에포크")
        case .epochsEach: Text("{count} epochs each", one: "{count} epoch each", ko: "각 {count}에포크")
        case .noForecastYet: Text("No forecast of test days yet.", ko: "아직 테스트 데이터의 예측이 없습니다.")
        case .rmse:
            Text(
                "RMSE of the {model} on the test days; of {baseline} {value}",
                ko: "테스트 데이터에서 {model}의 RMSE. {baseline} 예측의 RMSE는 {value}")
        case .lowestRMSE:
            Text(
                "RMSE of the {model}, the lowest, on the test days; of {baseline} {value}",
                ko: "테스트 데이터에서 RMSE가 가장 낮은 {model}의 RMSE. {baseline} 예측의 RMSE는 {value}")
        case .forecasts: Text("Actual and forecast", ko: "실제 값과 예측")
        case .forecastsCaption:
            Text(
                "Each day is forecast from the actual values of the days before it; a forecast that only repeats the last "
                    + "value also runs close to the actual line, one day late.",
                ko: "하루의 값은 그 앞 날들의 실제 값으로 예측합니다. 마지막 값을 되풀이하기만 하는 예측도 하루 늦게 실제 값의 선을 바짝 "
                    + "따라갑니다.")
        case .seedsCaption:
            Text(
                "Lines: mean over the seeds. Bands: lowest to highest seed.",
                ko: "선은 시드의 평균이고, 띠는 가장 낮은 시드부터 가장 높은 시드까지의 범위입니다.")
        case .aheadCaption:
            Text(
                "Days ahead are forecast from earlier forecasts.",
                ko: "마지막 날 이후는 그 앞 날들의 예측으로 예측합니다.")
        case .nothingForecastYet:
            Text("Nothing is forecast before the networks are trained.", ko: "신경망의 학습이 끝나야 예측합니다.")
        case .nothingForecast: Text("Nothing was forecast.", ko: "예측이 없습니다.")
        case .scores: Text("Scores", ko: "점수")
        case .model: Text("Model", ko: "모델")
        case .trainScores: Text("Train scores", ko: "훈련 데이터의 점수")
        case .testScores: Text("Test scores", ko: "테스트 데이터의 점수")
        case .train: Text("Train", ko: "훈련")
        case .test: Text("Test", ko: "테스트")
        case .ahead: Text("Ahead", ko: "미래 예측")
        case .heading:
            Text(
                "{split}: {days} days, errors in units of {target} (MSE: squared)",
                one: "{split}: {days} day, errors in units of {target} (MSE: squared)",
                ko: "{split}: {days}일, 오차의 단위는 {target}의 단위(MSE는 제곱)")
        case .headingOfSeeds:
            Text(
                "{split}: {days} days, errors in units of {target} (MSE: squared), mean ± standard deviation over {seeds} "
                    + "seeds",
                one:
                    "{split}: {days} day, errors in units of {target} (MSE: squared), mean ± standard deviation over "
                    + "{seeds} seeds",
                ko: "{split}: {days}일, 오차의 단위는 {target}의 단위(MSE는 제곱), 시드 {seeds}개의 평균 ± 표준편차")
        case .direction: Text("Direction %", ko: "방향 %")
        case .scoreLegend:
            Text(
                "MSE: mean squared error. RMSE: its square root. MAE: mean absolute error. Direction: the percentage of the "
                    + "days on which the target rises or falls for which the forecast does the same. {baseline}: the forecast "
                    + "that {saying}.",
                ko: "MSE는 평균 제곱 오차, RMSE는 그 제곱근, MAE는 평균 절대 오차입니다. 방향은 목푯값이 오르거나 내린 날 가운데 예측의 "
                    + "방향도 같은 날의 비율(%)입니다. {baseline}: “{saying}”는 예측입니다.")
        case .lastValue: Text("Last value", ko: "마지막 값")
        case .lastValueAtBeginning: Text("The last value", ko: "마지막 값")
        case .noChange: Text("No change", ko: "변화 없음")
        case .lastValueInSentence: Text("the last value", ko: "마지막 값")
        case .noChangeInSentence: Text("no change", ko: "변화 없음")
        case .lastValueSaying: Text("tomorrow is like today", ko: "내일은 오늘과 같다")
        case .noChangeSaying: Text("nothing changes", ko: "아무것도 변하지 않는다")
        case .daysAhead: Text("Days ahead", ko: "미래 예측")
        case .aheadOf:
            Text(
                "{target}, each day forecast from the forecasts before it.",
                ko: "{target}. 각 날은 그 앞 날들의 예측으로 예측합니다.")
        case .aheadOfSeeds:
            Text(
                "{target}, each day forecast from the forecasts before it: mean over the seeds (lowest…highest).",
                ko: "{target}. 각 날은 그 앞 날들의 예측으로 예측합니다. 시드의 평균(가장 낮은 값…가장 높은 값)입니다.")
        case .day: Text("Day", ko: "날짜")
        case .allDays: Text("All {count} days", ko: "{count}일 모두 보기")
        case .allDaysAhead: Text("All days ahead", ko: "모든 미래 예측")
        case .training: Text("Training", ko: "학습")
        case .lossCaption:
            Text(
                "The first epoch is 0. The loss of an epoch is the mean over its batches, each before its weight update.",
                ko: "첫 에포크의 번호는 0입니다. 에포크의 손실은 각 배치에서 가중치를 갱신하기 전에 계산한 손실의 평균입니다.")
        case .data: Text("Data", ko: "데이터")
        case .days: Text("Days", ko: "구간")
        case .number: Text("Number", ko: "일수")
        case .first: Text("First", ko: "첫날")
        case .last: Text("Last", ko: "마지막 날")
        case .layersOf: Text("{model}: layers", ko: "{model}: 층")
        case .trainingLoss: Text("Training loss", ko: "훈련 손실")
        case .trainingLossOf: Text("Training loss of the {model}", ko: "{model}의 훈련 손실")
        case .trainingLossOfSeeds:
            Text("Training loss, mean and range of {seeds} seeds", ko: "훈련 손실, 시드 {seeds}개의 평균과 범위")
        case .epoch: Text("epoch", ko: "에포크")
        case .lossAxis: Text("mean squared error of scaled values", ko: "스케일링된 값의 평균 제곱 오차")
        case .forecastsTitle: Text("Forecasts", ko: "예측")
        case .forecastsTitleOfSeeds:
            Text("Forecasts, mean and range of {seeds} seeds", ko: "예측, 시드 {seeds}개의 평균과 범위")
        case .actual: Text("actual", ko: "실제 값")
        case .testFrom: Text("test from {date}", ko: "{date}부터 테스트")
        case .aheadRule: Text("ahead", ko: "미래 예측")
        case .aheadFrom: Text("ahead from {date}", ko: "{date}부터 미래 예측")
        case .daysOfTrading: Text("days of trading", ko: "거래일")
        case .daysOfTradingFrom:
            Text("days of trading from {first} to {last}", ko: "거래일, {first}부터 {last}까지")
        case .rule: Text("On the days after the last, {rules}.", ko: "마지막 날 이후의 열은 다음과 같이 채웁니다. {rules}.")
        case .isForecast:
            Text(
                "{list} are the forecast of {target}", one: "{list} is the forecast of {target}",
                ko: "{list}: {target}의 예측")
        case .isChange:
            Text(
                "{list} are the relative change from one forecast of {target} to the next",
                one: "{list} is the relative change from one forecast of {target} to the next",
                ko: "{list}: {target}의 한 예측에서 다음 예측까지의 상대 변화")
        case .moves:
            Text(
                "{list} move by the forecast of {target}", one: "{list} moves by the forecast of {target}",
                ko: "{list}: {target}의 예측만큼 변화")
        case .keeps:
            Text("{list} keep their last values", one: "{list} keeps its last value", ko: "{list}: 마지막 값 유지")
        case .noTestDays:
            Text(
                "Without test days, the quality of these forecasts is unknown.",
                ko: "테스트 데이터가 없어 예측이 얼마나 정확한지 알 수 없습니다.")
        case .noModel:
            Text("There is no model to compare with {baseline}.", ko: "{baseline} 예측과 비교할 모델이 없습니다.")
        case .notFinite: Text("Forecasts of {list} are not finite numbers.", ko: "{list}의 예측이 유한한 수가 아닙니다.")
        case .oneSeed:
            Text(
                "One seed is not enough to tell whether this is chance.",
                ko: "시드 하나로는 이 결과가 우연인지 알 수 없습니다.")
        case .atLeastAsGood:
            Text(
                "{baseline} is at least as good as {model} on the test days (RMSE {value} against {rmse}): this network "
                    + "does not forecast better than \"{saying}\".",
                ko: "테스트 데이터에서 {baseline} 예측이 {model}만큼 정확합니다(RMSE {value} 대 {rmse}). 이 신경망의 예측은 "
                    + "“{saying}”는 예측보다 낫지 않습니다.")
        case .better:
            Text(
                "{baseline} is better than {model} on the test days (RMSE {value} against {rmse}): this network does not "
                    + "forecast better than \"{saying}\".",
                ko: "테스트 데이터에서 {baseline} 예측이 {model}보다 정확합니다(RMSE {value} 대 {rmse}). 이 신경망의 예측은 "
                    + "“{saying}”는 예측보다 낫지 않습니다.")
        case .atLeastAsGoodAsAll:
            Text(
                "{baseline} is at least as good as every model on the test days (RMSE {value} against {rmse} of the best, "
                    + "{model}): these networks do not forecast better than \"{saying}\".",
                ko: "테스트 데이터에서 {baseline} 예측이 모든 모델만큼 정확하거나 더 정확합니다(RMSE {value}, 가장 좋은 모델 {model} {rmse}). "
                    + "이 신경망들의 예측은 “{saying}”는 예측보다 낫지 않습니다.")
        case .betterThanAll:
            Text(
                "{baseline} is better than every model on the test days (RMSE {value} against {rmse} of the best, "
                    + "{model}): these networks do not forecast better than \"{saying}\".",
                ko: "테스트 데이터에서 {baseline} 예측이 모든 모델보다 정확합니다(RMSE {value}, 가장 좋은 모델 {model} {rmse}). 이 신경망들의 "
                    + "예측은 “{saying}”는 예측보다 낫지 않습니다.")
        case .modelBetter:
            Text(
                "{model} is better than {baseline} on the test days (RMSE {rmse} against {value}).",
                ko: "테스트 데이터에서 {model}의 예측이 {baseline} 예측보다 정확합니다(RMSE {rmse} 대 {value}).")
        case .modelLowest:
            Text(
                "{model} has the lowest RMSE on the test days: {rmse}, against {value} for {baseline}.",
                ko: "테스트 데이터에서 RMSE가 가장 낮은 모델은 {model}입니다. RMSE는 {rmse}, {baseline} 예측의 RMSE는 {value}입니다.")
        case .othersBetter:
            Text(
                "{list} also beat it.", one: "{list} also beats it.", ko: "{list}의 예측도 이 기준보다 정확합니다.")
        case .othersNotBetter:
            Text(
                "{list} do not beat it.", one: "{list} does not beat it.",
                ko: "{list}의 예측은 이 기준보다 정확하지 않습니다.")
        case .nearBaseline:
            Text(
                "{list} differ from {baseline} by less than the standard deviation over the seeds; this may be chance.",
                one:
                    "{list} differs from {baseline} by less than the standard deviation over the seeds; this may be "
                    + "chance.",
                ko: "{list}의 RMSE와 {baseline} 예측의 RMSE는 시드에 따른 표준편차보다 적게 차이 납니다. 우연일 수 있습니다.")
        case .nearBest:
            Text(
                "{model} is better than {list} by less than the standard deviation over the seeds; this may be chance.",
                ko: "{model}의 RMSE가 {list}의 RMSE보다 낮지만 그 차이가 시드에 따른 표준편차보다 작습니다. 우연일 수 있습니다.")
        }
    }
}

/// The abbreviated names of the months.
enum MonthText: Int, TextKey {
    case january = 1
    case february, march, april, may, june, july, august, september, october, november, december

    var text: Text {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return Text(names[rawValue - 1], ko: "\(rawValue)월")
    }
}

/// The labels of dates.
enum DateText: TextKey {
    case dayOfMonth, monthOfYear, year, whole

    var text: Text {
        switch self {
        case .dayOfMonth: Text("{day} {month}", ko: "{month} {day}일")
        case .monthOfYear: Text("{month} {year}", ko: "{year}년 {month}")
        case .year: Text("{year}", ko: "{year}년")
        case .whole:
            Text("{day}\u{A0}{month}\u{A0}{year}", ko: "{year}년\u{A0}{month}\u{A0}{day}일")
        }
    }
}

/// The sentences about the data that a run stores in English, and that reports translate.
package enum ForecastDataText: TextKey {
    case scaled, rows, windowsFrom, windowsOnly, windowCount, rowCount
    case minMax, standard, scaledOnTraining, scaledOnAll
    case constant, constants, constantTarget, narrow
    case jump, moreJumps, dayOnLine

    package var text: Text {
        switch self {
        case .scaled: Text("Scaled {scaling}", ko: "스케일링: {scaling}")
        case .rows:
            Text(
                "{path}, {count} rows from {first} to {last}: {list} to forecast the next {target}",
                ko: "{path}, {first}부터 {last}까지 {count}행. 입력: {list}. 예측 대상: 다음 행의 {target}")
        case .windowsFrom:
            Text(
                "{windows} of {rows}: the first {train} for training, {test} for testing from {date}",
                ko: "{windows}(각 {rows}): 처음 {train}개는 훈련 데이터, {date}부터 {test}개는 테스트 데이터")
        case .windowsOnly:
            Text(
                "{windows} of {rows}: the first {train} for training, {test} for testing",
                ko: "{windows}(각 {rows}): 처음 {train}개는 훈련 데이터, {test}개는 테스트 데이터")
        case .windowCount: Text("{count} windows", one: "{count} window", ko: "윈도우 {count}개")
        case .rowCount: Text("{count} rows", one: "{count} row", ko: "{count}행")
        case .minMax: Text("min-max", ko: "최소-최대")
        case .standard: Text("standard", ko: "표준화")
        case .scaledOnTraining:
            Text(
                "{scaler}, fitted to the {count} rows of the training set",
                ko: "{scaler}, 훈련 데이터의 {count}행에 맞춤")
        case .scaledOnAll:
            Text(
                "{scaler}, fitted to all {count} rows, including the test set (look-ahead bias, data leakage); test errors "
                    + "may look smaller than they are",
                ko: "{scaler}, 테스트 데이터를 포함한 {count}행 전체에 맞춤(미래 참조 편향, 데이터 누수). 테스트 오차가 실제보다 작아 보일 수 "
                    + "있습니다.")
        case .constant:
            Text(
                "{column} is the same in all {count} rows that the scaler is fitted to; the networks cannot learn from it.",
                ko: "스케일러를 맞춘 {count}행 모두에서 {column} 열의 값이 같습니다. 신경망은 이 열에서 배울 수 없습니다.")
        case .constants:
            Text(
                "{list} are the same in all {count} rows that the scaler is fitted to; the networks cannot learn from them.",
                ko: "스케일러를 맞춘 {count}행 모두에서 다음 열의 값이 같습니다: {list}. 신경망은 이 열들에서 배울 수 없습니다.")
        case .constantTarget:
            Text(
                "{column} is the same in all {count} rows that the scaler is fitted to; forecasts of it are meaningless.",
                ko: "스케일러를 맞춘 {count}행 모두에서 {column} 열의 값이 같습니다. 이 열의 예측은 의미가 없습니다.")
        case .narrow:
            Text(
                "{list}: less than {limit} between the least and the greatest number, which min-max scaling treats as "
                    + "constant; forecasts are meaningless. Give --scaler standard, or a file with larger numbers.",
                ko: "{list}: 가장 작은 수와 가장 큰 수의 차이가 {limit}보다 작아 최소-최대 스케일링이 상수로 다룹니다. 예측은 의미가 없습니다. "
                    + "--scaler standard를 지정하거나 수가 더 큰 파일을 쓰세요.")
        case .jump:
            Text(
                "{column} jumps from {former} on {formerDay} to {price} on {day}, {factor} times the price before: a split, "
                    + "or an error in the file?",
                ko: "{column} 열이 {formerDay}의 {former}에서 {day}의 {price}로 바뀌었습니다(이전 가격의 {factor}배). 주식 분할이거나 "
                    + "파일의 오류일 수 있습니다.")
        case .moreJumps:
            Text(
                "{count} more jumps of prices.", one: "{count} more jump of prices.",
                ko: "가격이 급변한 곳이 {count}곳 더 있습니다.")
        case .dayOnLine: Text("{day} (line {line})", ko: "{day}({line}번째 줄)")
        }
    }
}
