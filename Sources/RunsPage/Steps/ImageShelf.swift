import Datasets
import ImageClassification
import Platform
import Runs
import Synchronization

/// The data sets of runs of images that were read last, so that an image is found quickly, and so that trainings that are
/// repeated share a training set. Files that changed are read again.
final class ImageShelf: Sendable {
    /// A part of a data set.
    enum Split: String, Sendable { case train, test }

    private struct Key: Hashable {
        let dataset: String
        /// The options that determine the training set, "validation 5000, seed 0"; empty for the test set.
        let part: String
        let paths: [String]
        /// The files when they were read.
        let stamps: [FileStamp?]

        init(_ options: ImageTraining.Options, _ roles: [ImageDataset.Role], part: String)
            throws(DatasetError)
        {
            let files = try options.files()
            dataset = options.dataset.name
            self.part = part
            paths = roles.map { files[$0] }
            // Opened, because a path may be a symbolic link.
            stamps = paths.map { path in (try? OpenFile(path, .readingInput)).flatMap { try? FileStamp($0) } }
        }
    }

    private let tests = Mutex<[(key: Key, value: LabeledImages)]>([])
    private let trainings = Mutex<[(key: Key, value: ImageTrainingData)]>([])
    /// The maximum number of sets of each kind.
    private static let most = 2

    /// Returns the images of a part of a run's data.
    ///
    /// - Throws: `DatasetError` for missing and damaged files; ``RunError`` for other data than the run's; ``PageError`` for a
    ///   run that does not use its test set.
    func images(_ split: Split, of model: ImageModel) throws -> LabeledImages {
        let options = model.options(nil, data: nil)
        switch split {
        case .test:
            let key = try Key(options, [.testImages, .testLabels], part: "")
            return try tests.withLock { sets in
                try Self.value(key, in: &sets) { try model.test(options).images }
            }
        case .train:
            let data = try training(options)
            let expected = model.checkpoint.details.data
            guard expected.isEmpty || expected == data.fingerprint else {
                throw RunError.otherData(run: model.path, expected: expected, found: data.fingerprint)
            }
            return data.train
        }
    }

    /// Returns the training set, and the validation set, that options choose.
    ///
    /// - Throws: `DatasetError` for missing and damaged files; ``OptionError`` if no training images remain.
    @Sendable func training(_ options: ImageTraining.Options) throws -> ImageTrainingData {
        let key = try Key(
            options, [.trainImages, .trainLabels],
            part: "validation \(options.validation), seed \(options.seed)")
        return try trainings.withLock { sets in
            try Self.value(key, in: &sets) { try ImageTrainingData(options) }
        }
    }

    /// Returns a set and moves it to the end of the list, the place of the latest. A set that is not in the list is read.
    private static func value<Value>(
        _ key: Key, in sets: inout [(key: Key, value: Value)], read: () throws -> Value
    ) rethrows -> Value {
        if let place = sets.firstIndex(where: { $0.key == key }) {
            let set = sets.remove(at: place)
            sets.append(set)
            return set.value
        }
        // Former contents of the same files are of no use, and need memory.
        sets.removeAll { $0.key.paths == key.paths && $0.key.stamps != key.stamps }
        let value = try read()
        sets = sets.suffix(most - 1) + [(key, value)]
        return value
    }
}
