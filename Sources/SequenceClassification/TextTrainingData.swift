import Console
import Datasets
import Platform
import Runs
import SequenceFiles
import Training

/// The data of a training on a text: its beginning for training, then the validation text, and at its end the test text.
package struct TextTrainingData: ClassifierData {
    package let train: TextWindows
    package let validation: TextWindows?
    private let testText: TextWindows?
    package let fingerprint: String
    package let title: String
    let vocabulary: Vocabulary
    package let contents: [Receipt.Content]

    package var classNames: [String]? { nil }
    package var preparation: String { get throws { try TextPreparation(vocabulary).json() } }
    package var longest: Int { min(train.length, train.stepCount) }

    package func test() throws -> TextWindows? { testText }
    package func contents(ofTest text: TextWindows) -> [Receipt.Content] { [] }

    /// - Parameter vocabulary: The characters of a model; the characters of the text if nil.
    /// - Throws: `DatasetError` for the file; ``OptionError`` for parts that would be too short, and without a path.
    package init(_ options: SequenceTraining.Options, vocabulary known: Vocabulary? = nil) throws {
        guard let path = options.text else {
            throw OptionError("the checkpoint does not say where its text is; give a text with --data.")
        }
        let text = try TextFile.read(path: path)
        let whole: TextWindows
        do throws(TextError) {
            whole = try TextWindows(text, vocabulary: known, length: options.window)
        } catch {
            throw error.inFile(path)
        }
        vocabulary = whole.vocabulary
        func part(_ text: TextWindows, _ share: Double, _ option: String) throws -> (TextWindows, TextWindows)
        {
            do throws(TextError) {
                return try text.split(last: share < 1 ? share : share / Double(text.stepCount + 1))
            } catch {
                throw OptionError(
                    "\(option) \(share.json.description) does not fit \(path.printableLine), a text of "
                        + "\(TextFormat.count(text.stepCount + 1, "character")): it must leave at least 2 characters for each part."
                )
            }
        }
        let (rest, testText) =
            try options.testShare.map { try part(whole, $0, "--test-share") } ?? (whole, nil)
        self.testText = options.noTest ? nil : testText
        (train, validation) =
            options.hasValidation
            ? try part(rest, options.validation, "--validation") : (rest, nil)
        var digest = SHA256()
        digest.update(Array(text.utf8))
        contents = [Receipt.Content("text", sha256: digest.hexDigest)]
        fingerprint =
            "a text of \(whole.stepCount + 1) characters, \(vocabulary.count) different, SHA-256 \(digest.hexDigest)"
        let parts = [(train, "training"), (validation, "validation"), (self.testText, "test")].compactMap {
            part, name in
            part.map { TextFormat.count($0.stepCount + 1, "\(name) character") }
        }
        title =
            "\(path.printableLine), \(parts.joined(separator: ", ")), \(TextFormat.grouped(vocabulary.count)) different, "
            + "windows of \(TextFormat.count(options.window, "step"))"
    }
}
