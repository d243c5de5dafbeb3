import Datasets
import ImageClassification
import Platform
import Runs
import Synchronization

/// The data sets of runs of images that were read last, so that an image is found quickly.
final class ImageShelf: Sendable {
    /// A part of a data set.
    enum Split: String, Sendable { case train, test }

    private struct Key: Hashable {
        let dataset: String
        let directory: String
        /// The options that determine the training set, "validation 5000, seed 0"; empty for the test set.
        let part: String
    }

    private let sets = Mutex<[(key: Key, images: LabeledImages)]>([])

    /// Returns the images of a part of a run's data.
    ///
    /// - Throws: `DatasetError` for missing and damaged files; ``RunError`` for other data than the run's; ``PageError`` for a
    ///   run that does not use its test set.
    func images(_ split: Split, of model: ImageModel) throws -> LabeledImages {
        let options = model.options(nil, data: nil)
        let key = Key(
            dataset: options.dataset.name, directory: options.data,
            part: split == .test ? "" : "validation \(options.validation), seed \(options.seed)")
        return try sets.withLock { sets in
            if let place = sets.firstIndex(where: { $0.key == key }) {
                let set = sets.remove(at: place)
                sets.append(set)
                return set.images
            }
            let images = try Self.read(split, of: model, options)
            sets = sets.suffix(1) + [(key, images)]
            return images
        }
    }

    private static func read(
        _ split: Split, of model: ImageModel, _ options: ImageTraining.Options
    ) throws -> LabeledImages {
        switch split {
        case .test: return try model.test(options).images
        case .train:
            guard let run = model.run else { return try options.images().train }
            let data = try ImageTraining.replaying(options, of: run).data()
            return try model.samples(.train, of: data)
        }
    }
}
