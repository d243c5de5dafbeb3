import Datasets

extension ImageTraining.Options {
    /// Changes the data set and its directory.
    ///
    /// - Parameters:
    ///   - dataset: The new data set; nil to keep the current one.
    ///   - directory: The directory of its files. If nil, the current directory is kept, or the default directory of a
    ///     new data set is used.
    package mutating func choose(_ dataset: ImageDataset?, data directory: String?) {
        if let dataset, dataset != self.dataset {
            self.dataset = dataset
            data = dataset.directory()
        }
        data = directory ?? data
    }

    /// Finds the files.
    ///
    /// - Throws: `DatasetError.missing`, which says how to get them.
    package func files() throws(DatasetError) -> ImageDatasetFiles {
        do throws(DatasetError) {
            return try dataset.files(in: data)
        } catch {
            guard case .missing(let names, let places, let remedy) = error, dataset.origin != .anywhere else {
                throw error
            }
            guard dataset != .mnist else {
                guard data == dataset.directory() else { throw error }
                throw .missing(
                    names: names, lookedFor: places,
                    remedy:
                        "MNIST comes with the package: run it in the package's directory, or give --data\n"
                        + "or \(remedy)")
            }
            throw .missing(
                names: names, lookedFor: places,
                remedy: "download them by: \(dataset.fetchCommand(to: data))\nor \(remedy)")
        }
    }
}
