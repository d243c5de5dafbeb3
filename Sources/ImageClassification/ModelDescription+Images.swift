import NeuralNetworks
import Runs

extension ModelDescription<ImageTraining.Options> {
    /// Creates the description of the model for some options, for images of the data set's size. The files are read
    /// only if the size or the classes are unknown: for your own images, or for a directory other than the data set's.
    ///
    /// - Throws: `DatasetError` for files that must be read but cannot be.
    package init(_ options: ImageTraining.Options) throws {
        if let classCount = options.dataset.classCount, options.data == options.dataset.directory() {
            self.init(options.model(classCount: classCount))
        } else {
            self.init(options.model(for: try ImageTrainingData(options).train))
        }
    }
}
