import Console

/// The texts of a report in which images are named.
enum ImageText: String, TextKey {
    case testAccuracyOn, speed, samples, samplesColumn, classLegend, noErrors, error, sample

    var text: Text {
        switch self {
        case .testAccuracyOn:
            Text(
                "test accuracy ± standard error, {count} images", ko: "테스트 정확도 ± 표준 오차, 이미지 {count}장")
        case .speed: Text("Images/s", ko: "이미지/초")
        case .samples: Text("{count} {split} images", ko: "{split} 이미지 {count}장")
        case .samplesColumn: Text("Images", ko: "이미지 수")
        case .classLegend:
            Text(
                "Precision: the fraction of the images predicted as a class that belong to it. Recall: the fraction of the "
                    + "images of a class that are predicted as it. F1: the harmonic mean of both.",
                ko: "정밀도(precision)는 한 클래스로 예측한 이미지 가운데 정답도 그 클래스인 이미지의 비율입니다. 재현율(recall)은 "
                    + "정답이 한 클래스인 이미지 가운데 그 클래스로 예측한 이미지의 비율입니다. F1은 두 값의 조화 평균입니다.")
        case .noErrors: Text("No errors in {count} images.", ko: "이미지 {count}장에 오류가 없습니다.")
        case .error:
            Text(
                "{split} image {index}: {label} predicted as {predicted}, {share}",
                ko: "{split} 이미지 {index}: 정답 {label}, 예측 {predicted}, {share}")
        case .sample: Text("image {index}", ko: "이미지 {index}")
        }
    }
}

/// The texts of a report in which sequences are named, with the keys of ``ImageText``.
enum SequenceText: String, TextKey {
    case testAccuracyOn, speed, samples, samplesColumn, classLegend, noErrors, error, sample

    var text: Text {
        switch self {
        case .testAccuracyOn:
            Text(
                "test accuracy ± standard error, {count} sequences",
                ko: "테스트 정확도 ± 표준 오차, 시퀀스 {count}개")
        case .speed: Text("Sequences/s", ko: "시퀀스/초")
        case .samples: Text("{count} {split} sequences", ko: "{split} 시퀀스 {count}개")
        case .samplesColumn: Text("Sequences", ko: "시퀀스 수")
        case .classLegend:
            Text(
                "Precision: the fraction of the sequences predicted as a class that belong to it. Recall: the fraction of "
                    + "the sequences of a class that are predicted as it. F1: the harmonic mean of both.",
                ko: "정밀도(precision)는 한 클래스로 예측한 시퀀스 가운데 정답도 그 클래스인 시퀀스의 비율입니다. 재현율(recall)은 "
                    + "정답이 한 클래스인 시퀀스 가운데 그 클래스로 예측한 시퀀스의 비율입니다. F1은 두 값의 조화 평균입니다.")
        case .noErrors: Text("No errors in {count} sequences.", ko: "시퀀스 {count}개에 오류가 없습니다.")
        case .error:
            Text(
                "{split} sequence {index}: {label} predicted as {predicted}, {share}",
                ko: "{split} 시퀀스 {index}: 정답 {label}, 예측 {predicted}, {share}")
        case .sample: Text("sequence {index}", ko: "시퀀스 {index}")
        }
    }
}

/// The texts of a report of a run on a text, with the keys of ``ImageText`` that such a report has.
enum CharacterText: String, TextKey {
    case testAccuracyOn, speed

    var text: Text {
        switch self {
        case .testAccuracyOn:
            Text(
                "test accuracy ± standard error, {count} characters",
                ko: "테스트 정확도 ± 표준 오차, 글자 {count}개")
        case .speed: Text("Characters/s", ko: "글자/초")
        }
    }
}

extension SampleName {
    /// Returns a text that names this kind of sample.
    func text(
        _ key: ImageText, _ values: [String: String] = [:], in language: Language
    ) -> String {
        switch self {
        case .image: return language.text(key, values)
        case .sequence: return language.text(SequenceText(rawValue: key.rawValue)!, values)
        case .character:
            // A report of a text has no confusion matrix and no mistakes.
            guard let key = CharacterText(rawValue: key.rawValue) else { return "" }
            return language.text(key, values)
        }
    }

    /// Returns the name of a class in a sentence, of an image in English with its article: "an 8", "a 4".
    func inSentence(_ name: String, _ language: Language) -> String {
        guard self == .image, language == .english else { return name }
        let soundsOpen = name.first.map { "8aeiouAEIOU".contains($0) } ?? false
        return "\(soundsOpen || name == "11" || name == "18" ? "an" : "a")\u{A0}\(name)"
    }
}
