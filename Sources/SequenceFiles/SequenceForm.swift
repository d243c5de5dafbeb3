import Datasets
import Platform

/// The form of a data set that a model was trained on, which other files must have, too.
package struct SequenceForm: Codable, Hashable, Sendable {
    /// The names of the classes, in the order of the labels.
    package let classes: [String]
    /// The number of channels.
    package let channels: Int
    /// The names of the channels; nil if they have none, as in `.ts` files.
    package let channelNames: [String]?
    /// The number of steps of the longest sequence.
    package let longest: Int

    /// Creates the form of a file's content. Sequences with values in place of classes trap.
    package init(_ file: SequenceFile) {
        guard case .classes(let classes) = file.sequences.targets else {
            preconditionFailure("form: expected sequences with classes, received sequences with values")
        }
        self.classes = classes
        channels = file.sequences.channels
        channelNames = file.channelNames
        longest = file.sequences.longest
    }

    /// Whether the parts are consistent. Parts from a file can be inconsistent.
    package var isPossible: Bool {
        LabeledSequences.Limits.classes.contains(classes.count) && Set(classes).count == classes.count
            && classes.allSatisfy { $0.utf8.count <= ClassNames.longest }
            && LabeledSequences.Limits.channels.contains(channels)
            && channelNames?.count ?? channels == channels && LabeledSequences.Limits.steps.contains(longest)
    }
}

extension SequenceFileOptions {
    /// Requires the form of a data set: its classes, and its channels by their names, or by their number if they have no
    /// names.
    ///
    /// - Parameter classesAreOptional: Whether a file may lack classes.
    package mutating func require(_ form: SequenceForm, classesAreOptional: Bool = false) {
        classNames = form.classes
        channelColumns = form.channelNames
        channels = form.channels
        self.classesAreOptional = classesAreOptional
    }
}
