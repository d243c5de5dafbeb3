import Datasets
import Platform

/// Options for reading sequences from files, for information that the files do not contain.
public struct SequenceFileOptions: Hashable, Sendable {
    /// The treatment of missing values.
    public enum MissingValues: String, Hashable, Sendable, CaseIterable {
        /// A missing value is an error.
        case refuse
        /// A missing value is interpolated linearly between its neighbours in time, in the same channel. Before the first
        /// value and after the last one, it is the nearest value.
        case interpolate
    }

    /// The places of the targets in a CSV file.
    public enum Targets: String, Hashable, Sendable, CaseIterable {
        /// All rows of a sequence have the same class or values.
        case eachSequence
        /// Each row has the class or the values of its step.
        case eachStep
    }

    /// Whether each sequence has a target, or each step. Only CSV files can have targets at each step.
    public var targets = Targets.eachSequence
    /// The treatment of missing values: `?`, empty fields, `NaN`, and in CSV files also `NA`, `N/A`, `null` and `None`.
    public var missing = MissingValues.refuse
    /// The names of the classes in the order of their labels, 2 to 256 different ones of at most 256 bytes. If nil, they
    /// are the names in the header of a `.ts` file, in its order, or the names found, sorted: whole numbers by value,
    /// other names by their bytes. Give the names of the training set for a test set that may lack a class.
    public var classNames: [String]?
    /// The name of the column with the id of each row's sequence, in a CSV file with several sequences.
    public var idColumn = "id"
    /// The name of the column with the class, in a CSV file with several sequences.
    public var labelColumn = "label"
    /// The names of the columns with the values to compute, in place of a class; empty for a class.
    public var valueColumns: [String] = []
    /// The names of the columns of the channels, in the order of the channels. If nil, all columns of numbers that have a
    /// name and are not the id, the class or a value to compute.
    public var channelColumns: [String]?

    /// Whether a file may lack classes: a CSV file its column of classes, and of ids if it is one sequence; a `.ts` file
    /// `@classLabel`. A class `?` is unknown, too. ``classNames`` must be given.
    package var classesAreOptional = false
    /// Whether each sequence must have a class, not values; without ``classNames``, there must be sequences of at least 2
    /// classes.
    package var needsClasses = false
    /// The number of channels that the sequences must have; nil for any number. A `.ts` file with another number is an
    /// error; in CSV files, ``channelColumns`` names the channels.
    package var channels: Int?

    /// Creates the default options.
    public init() {}

    /// Traps if the options cannot be used with any file.
    func check() {
        if let classNames {
            precondition(
                LabeledSequences.Limits.classes.contains(classNames.count)
                    && Set(classNames).count == classNames.count
                    && classNames.allSatisfy { $0.utf8.count <= ClassNames.longest },
                "classNames: expected 2 to 256 different names of at most 256 bytes, received \(classNames.count)"
            )
        }
        if let channelColumns {
            precondition(!channelColumns.isEmpty, "channelColumns: expected at least one name, received none")
        }
    }
}
