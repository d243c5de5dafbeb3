import CSV
import Datasets
import Platform

extension LabeledSequences {
    /// Reads sequences from a file or a folder. The kind of the file and the end of its name decide how:
    ///
    /// - `.ts`: a data set of the [UCR and UEA archives](https://www.timeseriesclassification.com), in the
    ///   [format](https://www.aeon-toolkit.org/en/stable/api_reference/data_format.html) of aeon and sktime. Each line has
    ///   the values of a sequence, dimension by dimension, and its class or its value. The classes have the
    ///   order of `@classLabel`. Lengths may differ between sequences. Timestamps are not read.
    /// - `.csv`, `.tsv` or `.txt`: a CSV file with a row for each step. It has columns for the id of the sequence, for
    ///   the class or the values to compute, and for the channels; ``SequenceFileOptions`` names them. The rows of a
    ///   sequence are consecutive and have the same target, or each row has its own
    ///   (``SequenceFileOptions/Targets/eachStep``). Columns without a number and columns without a name are left
    ///   out.
    /// - A folder: each subfolder is a class, and each of its CSV files a sequence, with a row for each step. All files
    ///   have the same columns of channels; columns with the names of the id and the class are left out. Hidden files are
    ///   ignored. Classes and files are sorted by name.
    ///
    /// Files may be compressed with gzip (`.ts.gz`); they have at most 2³⁰ bytes when unpacked. Fields of CSV are separated
    /// by commas, semicolons, tabs or vertical bars. Numbers have a decimal point.
    ///
    /// - Parameters:
    ///   - path: The path of the file or the folder.
    ///   - options: The names of columns and classes, and the treatment of missing values.
    /// - Throws: `DatasetError` if there is no such file, if it cannot be read, or for content that is not a data set:
    ///   missing values without ``SequenceFileOptions/MissingValues/interpolate``, more than 65,536 steps or channels,
    ///   fewer than 2 classes or more than 256. The error names the file, the line and the column; the column of a `.ts`
    ///   file is the number of the value in its line.
    public init(
        contentsOf path: String, options: SequenceFileOptions = SequenceFileOptions()
    ) throws(DatasetError) {
        self = try SequenceFile(path: path, options: options).sequences
    }

    /// Reads sequences from the content of a `.ts` file.
    ///
    /// - Parameters:
    ///   - bytes: The content of the file, not compressed.
    ///   - path: The path of the file, for errors.
    package init(
        timeSeries bytes: [UInt8], path: String, options: SequenceFileOptions = SequenceFileOptions()
    ) throws(DatasetError) {
        if let problem = bytes.textProblem(from: 0, .timeSeries) {
            throw .invalid(
                file: path, problem: problem.problem, at: .byte(problem.offset), expected: problem.expected,
                found: problem.found)
        }
        self = try TimeSeriesReader(bytes, path: path, options: options).sequences().sequences
    }

    /// Reads sequences from the content of a CSV file with the steps of several sequences.
    ///
    /// - Parameters:
    ///   - bytes: The content of the file, not compressed.
    ///   - path: The path of the file, for errors.
    package init(
        csv bytes: [UInt8], path: String, options: SequenceFileOptions = SequenceFileOptions()
    ) throws(DatasetError) {
        self = try SequenceTable(CSVTable(bytes, path: path, form: .strict), options: options).sequences()
            .sequences
    }
}
