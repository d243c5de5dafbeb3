import Console

/// The messages of answers that are errors. Each says what was expected and found, or what can be done.
package enum PageText: TextKey {
    /// An error of another room, which has its own words.
    case other
    // Requests.
    case method, longTarget, longBody, path, escape, encoding, controlCharacter, noAddress, noFile
    case host, origin, site, token, fields, body, number, noNumber, choice, noRun, unknownRun, notRun, notID,
        notSweepID
    case unknownSweep, tooManyStreams, tooManyWatched
    // Files of a run.
    case tooLarge, missingFile, picture, mismatch, noForecasts, noMistakes, otherImage, noEvaluatedWeights
    // Marks.
    case marksFile, removed, tagCount, tag, tagTwice, longNote, noteCharacter
    // The bin.
    case runCount, noRoot, creating, ofSweep, running, longName, nameTaken, binNameTaken, notInBin, emptyBin
    // Stopping and resuming.
    case notRunning, alreadyResumed, isRunning, library, unknownProgram, sweepEntry, notBuilt, epochs,
        refused, endedAtOnce
    case earlyStopping
    // Steps.
    case tooManySteps, noTestSet, largeModel, noCheckpoint, noCheckpointYet, notImages, notRepeatable, noStep
    case otherData, data, notReproduced, changedOptions, otherVersion

    package var text: Text { request ?? file ?? change ?? step ?? Text("{error}", ko: "{error}") }

    private var request: Text? {
        switch self {
        case .method:
            Text(
                "method: expected GET, HEAD or POST, found {found}",
                ko: "메서드: GET, HEAD, POST만 가능합니다. 받은 값: {found}")
        case .longTarget:
            Text(
                "path: expected at most {limit} bytes, found {found}",
                ko: "경로: {limit}바이트 이하여야 합니다. 받은 길이: {found}바이트")
        case .longBody:
            Text(
                "body: expected at most {limit} bytes, found {found}",
                ko: "본문: {limit}바이트 이하여야 합니다. 받은 길이: {found}바이트")
        case .path:
            Text(
                "path: expected a path without empty parts and dots, found {found}",
                ko: "경로: 빈 부분과 점만 있는 부분이 없어야 합니다. 받은 값: {found}")
        case .escape:
            Text(
                "path: expected two hexadecimal digits after each %",
                ko: "경로: % 뒤에는 16진수 숫자 두 개가 있어야 합니다")
        case .encoding: Text("path: expected UTF-8", ko: "경로: UTF-8이어야 합니다")
        case .controlCharacter:
            Text("path: expected no control characters", ko: "경로: 제어 문자를 쓸 수 없습니다")
        case .noAddress: Text("{name}: the page has no such address", ko: "{name}: 이 페이지에 없는 주소입니다")
        case .noFile: Text("{name}: the page has no such file", ko: "{name}: 이 페이지에 없는 파일입니다")
        case .host:
            Text(
                "host: expected this server's address, found {found}",
                ko: "host: 이 서버의 주소여야 합니다. 받은 값: {found}")
        case .origin:
            Text(
                "origin: expected this page, found {found}", ko: "origin: 이 페이지여야 합니다. 받은 값: {found}")
        case .site:
            Text(
                "site: expected a request of this page, found one of another website",
                ko: "site: 이 페이지의 요청이 아니라 다른 웹사이트의 요청입니다")
        case .token:
            Text(
                "token: open the address with the token that the program printed",
                ko: "token: 프로그램이 출력한, 토큰이 있는 주소를 여세요")
        case .fields:
            Text(
                "expected JSON of this page, with the field X-Runs-Page",
                ko: "이 페이지가 보낸 JSON과 X-Runs-Page 필드가 있어야 합니다")
        case .body: Text("body: {reason}", ko: "본문: {reason}")
        case .number:
            Text(
                "{name}: expected a number of {low} to {high}, found {found}",
                ko: "{name}: {low}에서 {high}까지의 수여야 합니다. 받은 값: {found}")
        case .noNumber:
            Text(
                "{name}: expected a number of {low} to {high}, found none",
                ko: "{name}: {low}에서 {high}까지의 수가 있어야 합니다")
        case .choice:
            Text(
                "{name}: expected {choices}, found {found}", ko: "{name}: 가능한 값은 {choices}입니다. 받은 값: {found}")
        case .noRun:
            Text("id: expected the name of a run, found none", ko: "id: 실행의 이름이 있어야 합니다")
        case .notID:
            Text(
                "id: expected the name of a run, found {found}",
                ko: "id: 실행의 이름이어야 합니다. 받은 값: {found}")
        case .notSweepID:
            Text(
                "id: expected sweeps/ and the name of a sweep, found {found}",
                ko: "id: sweeps/와 스윕의 이름이어야 합니다. 받은 값: {found}")
        case .unknownRun: Text("{run}: no such run in {root}", ko: "{run}: {root}에 없는 실행입니다")
        case .notRun: Text("{run}: no run in {root}", ko: "{run}: {root}에 있지만 실행이 아닙니다")
        case .unknownSweep: Text("{run}: no sweep in {root}", ko: "{run}: {root}에 없는 스윕입니다")
        case .tooManyStreams:
            Text(
                "events: expected at most {limit} open pages; close one of them",
                ko: "페이지를 {limit}개까지 열 수 있습니다. 하나를 닫으세요")
        case .tooManyWatched:
            Text(
                "run: expected at most {limit}, found {found}",
                ko: "run: 실행은 {limit}개까지 가능합니다. 받은 수: {found}")
        default: nil
        }
    }

    private var file: Text? {
        switch self {
        case .tooLarge:
            Text(
                "{path}: expected at most {limit} bytes, found {found}",
                ko: "{path}: {limit}바이트 이하여야 합니다. 파일의 크기: {found}바이트")
        case .missingFile: Text("{name}: the run has no such file", ko: "{name}: 실행에 없는 파일입니다")
        case .picture:
            Text("name: expected {choices}, found {found}", ko: "name: 가능한 값은 {choices}입니다. 받은 값: {found}")
        case .mismatch: Text("{path}: {reason}", ko: "{path}: {reason}")
        case .noForecasts:
            Text(
                "{run}: no forecasts; a forecast run has them when its first network is trained",
                ko: "{run}: 예측이 없습니다. 예측 실행은 첫 신경망의 학습이 끝나면 예측을 저장합니다")
        case .noMistakes:
            Text(
                "{run}: no mistakes; a run has them when it is finished and was evaluated",
                ko: "{run}: 틀린 예가 없습니다. 실행이 끝나고 평가되면 저장됩니다")
        case .otherImage:
            Text(
                "image {index} of the test set is not a {label}, as it was when the run was evaluated; put the original files back",
                ko: "테스트 데이터의 {index}번 이미지가 평가할 때와 달리 {label}이(가) 아닙니다. 원래 파일을 되돌려 놓으세요")
        case .noEvaluatedWeights:
            Text(
                "the weights of the evaluation are not among the run's checkpoints any more",
                ko: "평가에 쓴 가중치의 체크포인트가 더 이상 없습니다")
        case .marksFile:
            Text(
                "{problem}; correct or remove this file, which has the marks",
                ko: "{problem}. 태그와 메모가 있는 이 파일을 고치거나 지우세요")
        case .removed: Text("{run}: the run was removed", ko: "{run}: 실행이 지워졌습니다")
        case .tagCount:
            Text(
                "tags: expected at most {limit}, found {found}",
                ko: "태그: {limit}개까지 가능합니다. 받은 수: {found}")
        case .tag:
            Text(
                "tags: expected 1 to {limit} characters without line ends and spaces at the ends, found {found}",
                ko: "태그: 줄 바꿈과 앞뒤 공백 없이 1자에서 {limit}자까지 가능합니다. 받은 값: {found}")
        case .tagTwice:
            Text("tags: expected each tag once, found one again", ko: "태그: 같은 태그가 두 번 있습니다")
        case .longNote:
            Text(
                "note: expected at most {limit} characters, found {found}",
                ko: "메모: {limit}자까지 가능합니다. 받은 길이: {found}자")
        case .noteCharacter:
            Text(
                "note: expected no control characters except line ends, found one",
                ko: "메모: 줄 바꿈 외의 제어 문자는 쓸 수 없습니다")
        default: nil
        }
    }

    private var change: Text? {
        switch self {
        case .runCount:
            Text("expected 1 to {limit} runs, found {found}", ko: "실행은 1개에서 {limit}개까지 가능합니다. 받은 수: {found}")
        case .noRoot: Text("{root}: no such directory", ko: "{root}: 없는 디렉터리입니다")
        case .creating:
            Text(
                "{path}: another process is creating a run; try again",
                ko: "{path}: 다른 프로세스가 실행을 만들고 있습니다. 다시 시도하세요")
        case .ofSweep:
            Text(
                "{run}: a run of a sweep belongs to it and cannot be deleted alone",
                ko: "{run}: 스윕에 속한 실행이므로 따로 지울 수 없습니다")
        case .running: Text("{run} is running; stop it first", ko: "{run}: 실행 중입니다. 먼저 중단하세요")
        case .longName:
            Text(
                "{run}: the name is too long for the bin; rename the directory",
                ko: "{run}: 휴지통에 넣기에는 이름이 너무 깁니다. 디렉터리의 이름을 바꾸세요")
        case .nameTaken:
            Text(
                "{run}: the directory of runs has this name again; rename that directory, then restore",
                ko: "{run}: 같은 이름의 디렉터리가 이미 있습니다. 그 디렉터리의 이름을 바꾼 뒤 복원하세요")
        case .binNameTaken:
            Text("{name}: the bin has this name already; try again", ko: "{name}: 휴지통에 같은 이름이 있습니다. 다시 시도하세요")
        case .notInBin: Text("{name}: the bin has no such run", ko: "{name}: 휴지통에 없는 실행입니다")
        case .emptyBin: Text("the bin is empty", ko: "휴지통이 비어 있습니다")
        case .notRunning:
            Text(
                "{run} is not running; there is no training to stop",
                ko: "{run}: 실행 중이 아니므로 중단할 학습이 없습니다")
        case .alreadyResumed: Text("{run} is being resumed already", ko: "{run}: 이미 재개하고 있습니다")
        case .isRunning: Text("{run} is running", ko: "{run}: 실행 중입니다")
        case .library:
            Text(
                "{run} was made by a program that uses the library; resume it there: {command}",
                ko: "{run}: 라이브러리를 쓰는 프로그램이 만든 실행입니다. 그 프로그램에서 재개하세요: {command}")
        case .unknownProgram:
            Text(
                "{run}: expected a config.json of a known program, found none",
                ko: "{run}: 알려진 프로그램의 config.json이 없습니다")
        case .sweepEntry:
            Text(
                "{run} is an entry of a sweep, which is resumed as a whole: {command}",
                ko: "{run}: 스윕의 항목입니다. 스윕은 전체를 재개합니다: {command}")
        case .notBuilt:
            Text(
                "the program {program} is neither beside this program nor in PATH; build it with: swift build -c release --product {program}",
                ko:
                    "프로그램 {program}이(가) 이 프로그램 옆에도 PATH에도 없습니다. 다음 명령으로 빌드하세요: swift build -c release --product {program}"
            )
        case .epochs:
            Text(
                "epochs: expected {low} to 1000000, because {done} epochs are complete; found {found}",
                one: "epochs: expected {low} to 1000000, because {done} epoch is complete; found {found}",
                ko: "에포크: 완료된 에포크가 {done}개이므로 {low}에서 1000000까지 가능합니다. 받은 값: {found}")
        case .refused: Text("{error}", ko: "프로그램의 오류: {error}")
        case .endedAtOnce:
            Text("the training ended at once: {ending}", ko: "학습이 바로 종료되었습니다: {ending}")
        case .earlyStopping:
            Text(
                "{run} is finished by early stopping; resume it with a larger --early-stopping",
                ko: "{run}: 조기 종료로 끝났습니다. 더 큰 --early-stopping으로 재개하세요")
        default: nil
        }
    }

    private var step: Text? {
        switch self {
        case .tooManySteps:
            Text(
                "too many steps are being computed; ask again later",
                ko: "계산 중인 스텝이 너무 많습니다. 잠시 뒤에 다시 시도하세요")
        case .noTestSet:
            Text(
                "this run does not use its test set (--no-test); choose training images",
                ko: "테스트 데이터를 쓰지 않는 실행입니다(--no-test). 훈련 이미지를 고르세요")
        case .largeModel:
            Text("the model is too large to show all its states", ko: "모델이 너무 커서 모든 상태를 보여 줄 수 없습니다")
        case .noCheckpoint:
            Text(
                "this run has no checkpoint; the page can show one when it is saved",
                ko: "체크포인트가 없는 실행입니다. 저장되면 보여 줄 수 있습니다")
        case .noCheckpointYet:
            Text("this run has not saved a checkpoint yet", ko: "아직 체크포인트를 저장하지 않은 실행입니다")
        case .notImages:
            Text("this is not a run of images (mnist-bilstm)", ko: "이미지 실행(mnist-bilstm)이 아닙니다")
        case .notRepeatable:
            Text(
                "the steps of this run cannot be computed again; choose a step with a checkpoint",
                ko: "이 실행의 스텝은 다시 계산할 수 없습니다. 체크포인트가 있는 스텝을 고르세요")
        case .noStep:
            Text(
                "step: expected 0 to {last}, the step of the newest checkpoint, found {found}",
                ko: "step: 0에서 가장 새로운 체크포인트의 스텝인 {last}까지 가능합니다. 받은 값: {found}")
        case .otherData:
            Text(
                "the data of this run have changed: expected {expected}, found {found}; put the original files back",
                ko: "이 실행의 데이터가 바뀌었습니다. 원래 데이터: {expected}, 지금 데이터: {found}. 원래 파일을 되돌려 놓으세요")
        case .data: Text("the data of this run: {error}", ko: "이 실행의 데이터: {error}")
        case .notReproduced:
            Text(
                "{run} cannot be repeated exactly: expected {expected}, found {found}; its options were changed when it was "
                    + "resumed, or another version of the program or a processor without fused multiply-add trained it. "
                    + "Choose a step with a checkpoint.",
                ko:
                    "{run}: 학습을 똑같이 반복할 수 없습니다. 원래 결과: {expected}, 지금 결과: {found}. 재개할 때 옵션이 바뀌었거나, 다른 버전의 프로그램 또는 "
                    + "융합 곱셈-덧셈이 없는 프로세서로 학습한 실행입니다. 체크포인트가 있는 스텝을 고르세요.")
        case .changedOptions:
            Text(
                "this run was resumed with other options or by another version after step {after}, and the checkpoint of that step "
                    + "is not kept; choose a step with a checkpoint, or one from step {next} on",
                ko:
                    "이 실행은 스텝 {after} 뒤에 다른 옵션이나 다른 버전으로 재개되었고, 그 스텝의 체크포인트가 남아 있지 않습니다. 체크포인트가 있는 스텝이나 스텝 {next}부터 고르세요"
            )
        case .otherVersion:
            Text(
                "this run was trained by version {found}, and this is {expected}, whose steps may be others; choose a step with a "
                    + "checkpoint, or open the run with that version",
                ko:
                    "이 실행은 버전 {found}에서 학습했고 이 프로그램의 버전은 {expected}이므로 스텝이 다르게 계산될 수 있습니다. 체크포인트가 있는 스텝을 고르거나 그 버전으로 여세요"
            )
        default: nil
        }
    }
}
