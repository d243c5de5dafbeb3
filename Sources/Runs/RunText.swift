import Console
import Training

/// The texts of the pages of every kind of run.
package enum RunText: TextKey {
    case running, finished, stopped, failed, damaged, started
    case unreadableFiles
    case curvesOf, bestEpoch, train, validation, test, averagedValidation, epoch
    case noEpochYet, noEpoch
    case configuration, option, value, defaultOptions, chosenOptions, chosenOptionsTable, optionCount,
        allOptions
    case layer, outputShape, parameters, total, input
    case environment, item
    case reproduction, sameWeights, resumption, originalCommand

    package var text: Text {
        switch self {
        case .running: Text("running", ko: "실행 중")
        case .finished: Text("finished", ko: "완료")
        case .stopped: Text("stopped", ko: "중단됨")
        case .failed: Text("failed", ko: "실패")
        case .damaged: Text("damaged", ko: "손상됨")
        case .started: Text("started {time}", ko: "{time} 시작")
        case .unreadableFiles: Text("Files that cannot be read", ko: "읽을 수 없는 파일")
        case .curvesOf: Text("Loss and accuracy of {run}", ko: "{run}의 손실과 정확도")
        case .bestEpoch: Text("best epoch {epoch}", ko: "가장 좋은 에포크 {epoch}")
        case .train: Text("train", ko: "훈련")
        case .validation: Text("validation", ko: "검증")
        case .test: Text("test", ko: "테스트")
        case .averagedValidation: Text("validation, EMA", ko: "검증, EMA")
        case .epoch: Text("epoch", ko: "에포크")
        case .noEpochYet:
            Text("The first epoch is not complete yet.", ko: "첫 에포크가 아직 끝나지 않았습니다.")
        case .noEpoch: Text("No epoch was completed.", ko: "완료된 에포크가 없습니다.")
        case .configuration: Text("Configuration", ko: "설정")
        case .option: Text("Option", ko: "옵션")
        case .value: Text("Value", ko: "값")
        case .defaultOptions:
            Text("All options have their default values.", ko: "모든 옵션이 기본값입니다.")
        case .chosenOptions:
            Text("Options that differ from the defaults:", ko: "기본값과 다른 옵션입니다.")
        case .chosenOptionsTable:
            Text("Options that differ from the defaults", ko: "기본값과 다른 옵션")
        case .optionCount: Text("All {count} options", ko: "옵션 {count}개 모두 보기")
        case .allOptions: Text("All options", ko: "모든 옵션")
        case .layer: Text("Layer", ko: "층")
        case .outputShape: Text("Output shape", ko: "출력 형태")
        case .parameters: Text("Parameters", ko: "파라미터")
        case .total: Text("total", ko: "합계")
        case .input: Text("input {shape}", ko: "입력 {shape}")
        case .environment: Text("Environment", ko: "실행 환경")
        case .item: Text("Item", ko: "항목")
        case .reproduction: Text("How to reproduce", ko: "재현 방법")
        case .sameWeights:
            Text(
                "The same weights, bit for bit, with any number of threads:",
                ko: "다음 명령으로 학습하면 스레드 수와 관계없이 마지막 비트까지 같은 가중치가 됩니다.")
        case .resumption: Text("Resume this run:", ko: "이 실행을 재개하는 명령입니다.")
        case .originalCommand: Text("Original command:", ko: "처음에 실행한 명령입니다.")
        }
    }
}

/// The reasons for the end of a run.
package enum ReasonText: TextKey {
    case earlyStopping, closedTerminal, interrupt, processorTime, signal, timeLimit, requested, diverged
    case neverStarted, killed

    package var text: Text {
        switch self {
        case .earlyStopping: Text("early stopping", ko: "조기 종료")
        case .closedTerminal: Text("closed terminal", ko: "터미널이 닫힘")
        case .interrupt: Text("Ctrl-C", ko: "Ctrl-C로 중단")
        case .processorTime: Text("CPU time limit (ulimit -t)", ko: "CPU 시간 제한(ulimit -t)")
        case .signal: Text("signal {number}", ko: "시그널 {number}")
        case .timeLimit: Text("time limit", ko: "시간 제한")
        case .requested: Text("request from another program", ko: "다른 프로그램의 요청")
        case .diverged:
            Text(
                "loss or gradient not finite at step {step} of epoch {epoch}",
                ko: "손실 또는 기울기가 유한하지 않음(에포크 {epoch}, 스텝 {step})")
        case .neverStarted: Text("ended before it started training", ko: "학습을 시작하기 전에 종료됨")
        case .killed:
            Text(
                "process ended unexpectedly (killed or power loss)",
                ko: "프로세스가 예기치 않게 종료됨(강제 종료 또는 정전)")
        }
    }
}

/// The rows of the table about the machine.
package enum EnvironmentText: TextKey {
    case processor, cores, operatingSystem, version, commit, started, instructionSet

    package var text: Text {
        switch self {
        case .processor: Text("Processor", ko: "프로세서")
        case .cores: Text("Cores", ko: "코어 수")
        case .operatingSystem: Text("Operating system", ko: "운영 체제")
        case .version: Text("Version", ko: "버전")
        case .commit: Text("Commit", ko: "커밋")
        case .started: Text("Started", ko: "시작 시각")
        case .instructionSet: Text("Instruction set", ko: "명령어 집합")
        }
    }
}

/// The titles and units of the metrics that every program has.
package enum MetricText: TextKey {
    case loss, accuracy, perplexity, crossEntropy, squaredError, percent

    package var text: Text {
        switch self {
        case .loss: Text("Loss", ko: "손실")
        case .accuracy: Text("Accuracy", ko: "정확도")
        case .perplexity: Text("Perplexity", ko: "혼란도")
        case .crossEntropy: Text("cross-entropy", ko: "교차 엔트로피")
        case .squaredError: Text("mean squared error", ko: "평균 제곱 오차")
        case .percent: Text("percent", ko: "퍼센트")
        }
    }
}

extension Metric {
    /// Returns the title in a language. Your own metrics have one title for all languages.
    package func title(in language: Language) -> String { language.translated(title, from: MetricText.self) }

    package func unit(in language: Language) -> String { language.translated(unit, from: MetricText.self) }
}

extension RunState {
    package func text(in language: Language) -> String {
        let key: RunText =
            switch self {
            case .running: .running
            case .finished: .finished
            case .stopped: .stopped
            case .failed: .failed
            case .damaged: .damaged
            }
        return language.text(key)
    }
}
