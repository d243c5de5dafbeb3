import CSV
import Datasets
import Platform

/// The errors in files of sequences.
extension DatasetError.Problem {
    static let unknownFormat = Self(
        "unknown file format",
        "give a .ts or .csv file, raw or compressed with gzip, or a folder with a subfolder for each class")
    static let notTimeSeries = Self(
        "not a .ts file", "give a file of the UCR and UEA archives, raw or compressed with gzip")
    static let invalidTag = Self("invalid tag", "correct the line")
    static let missingData = Self("no @data", "add a line @data above the first sequence")
    static let textBeforeData = Self(
        "text above @data", "put sequences below a line @data, and begin comments with #")
    static let timestamps = Self(
        "values with timestamps", "write 1.5 in place of (0,1.5), and @timeStamps false")
    static let noTargets = Self(
        "no class and no value for each sequence",
        "add the class or the value to each line, and @classLabel or @targetLabel to the header")
    static let valuesForClasses = Self(
        "values in place of classes", "give a file with a class for each sequence")
    static let missingTarget = Self("missing target", "write the class or the value of the sequence")
    static let missingValue = Self(
        "missing value", "write the number, or interpolate missing values (missing: .interpolate)")
    static let emptyChannel = Self(
        "a channel without a value", "write at least one number, or leave the sequence out")
    static let emptyColumn = Self(
        "a column without a value", "remove the column, or name the columns to read (channelColumns)")
    static let noChannels = Self("no channels", "give a file with at least one column of numbers")
    static let malformedNumber = Self(
        "invalid number",
        "write numbers with a decimal point and without thousands separators, such as -1234.5")
    static let largeNumber = Self("number out of range", "scale the values, so that each is below 3.4e38")
    static let dimensionLength = Self(
        "dimensions of different lengths", "write as many values in each dimension, ? for a missing one")
    static let sequenceLength = Self("wrong length", "correct the line, or the header")
    static let dimensionCount = Self("wrong number of dimensions", "correct the line, or the header")
    static let channelCount = Self(
        "wrong number of channels", "give a file with the channels of the training set")
    static let tooManySteps = Self("too many steps", "divide the sequence, or leave out steps")
    static let tooManyChannels = Self("too many channels", "leave out channels")
    static let unknownClass = Self(
        "unknown class", "correct the class, or add it to the names of the classes")
    static let classCount = Self(
        "wrong number of classes", "give sequences of 2 to 256 classes, or name all classes (classNames)")
    static let tooManyClasses = Self(
        "too many classes",
        "group classes; if the labels are numbers to compute, give them as values (valueColumns)")
    static let longName = Self("name too long", "give a shorter name")
    static let duplicateClass = Self("duplicate class", "name each class once")
    static let missingID = Self("missing id", "write the id of the sequence in each of its rows")
    static let repeatedID = Self(
        "rows of a sequence in several places", "sort the rows by id, or give each sequence a different id")
    static let differentTargets = Self(
        "different targets in one sequence",
        "write the same class or value in each row of the sequence, give the rows another id, or read a target for each "
            + "step (targets: .eachStep)")
    static let differentColumns = Self(
        "different columns", "give all files the same columns, or name the columns to read (channelColumns)")
    static let noSequences = Self("no sequences", "add a line for each sequence below @data")
}

extension DatasetError {
    /// Returns the error for targets at each step of a file that has one for a sequence.
    static func stepTargets(_ path: String, found: String) -> DatasetError {
        folder(
            path, expected: "a CSV file for a target at each step (targets)", found: found,
            remedy: "write all sequences to one CSV file with a column for their ids")
    }

    /// Returns the error that a folder is not divided into classes.
    static func folder(_ path: String, expected: String, found: String, remedy: String) -> DatasetError {
        .unreadable(file: path, reason: "expected \(expected), found \(found); \(remedy)")
    }
}

extension DatasetError {
    /// The way to read a target for each step, which no tool does.
    private static let stepTargetsAdvice =
        "a class or value that changes from step to step is read by the library only, with targets: .eachStep; see \"A "
        + "target at each step\" on the documentation's page \"Your own sequences\""

    /// The same error with the options of a command line in its advice, in place of ``SequenceFileOptions``.
    package var onCommandLine: DatasetError {
        rewording([
            "(missing: .interpolate)": "(--interpolate)", "(idColumn)": "(--id-column)",
            "(labelColumn)": "(--label-column)", ", or name another one (channelColumns)": "",
            ", or name all classes (classNames)": "",
            ", or add it to the names of the classes (classNames)": "",
            ", or add it to the names of the classes": "",
            "; if the labels are numbers to compute, give them as values (valueColumns)": "",
            ", or name the columns to read (channelColumns)": "",
            ", give the rows another id, or read a target for each step (targets: .eachStep)":
                ", or give the rows another id; \(Self.stepTargetsAdvice)",
        ])
    }
}

extension Collection<String> {
    /// The first names in quotes, for errors.
    var quotedList: String {
        let first = prefix(9)
        return first.prefix(8).map { $0.quoted(atMost: 20) }.joined(separator: ", ")
            + (first.count > 8 ? ", …" : "")
    }
}

extension TextFileFormat {
    static let timeSeries = TextFileFormat(name: "a .ts file", problem: .notTimeSeries)
}
