import CSV
import Datasets

extension CSVTable {
    /// Reads a table of prices, raw or gzip; its first bytes decide which.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - dateColumn: A name of the date column, in addition to the known ones. Such a name distinguishes the line of
    ///     names from titles.
    /// - Throws: `DatasetError` if there is no such file, if it cannot be read, or if its content is not a table with
    ///   at least one row.
    package init(path: String, dateColumn: String? = nil) throws(DatasetError) {
        try self.init(path: path, form: .prices(dateColumn: dateColumn))
    }

    /// Reads a table of prices from the bytes of a file.
    ///
    /// - Parameters:
    ///   - bytes: The content of the file, not compressed, at most 2³⁰ bytes.
    ///   - path: The path of the file, for errors.
    ///   - dateColumn: A name of the date column, in addition to the known ones.
    /// - Throws: `DatasetError.invalid`.
    package init(_ bytes: [UInt8], path: String, dateColumn: String? = nil) throws(DatasetError) {
        try self.init(bytes, path: path, form: .prices(dateColumn: dateColumn))
    }
}

extension CSVForm {
    /// Returns the form of a table of prices.
    ///
    /// - Parameter dateColumn: A name of the date column, in addition to the known ones.
    fileprivate static func prices(dateColumn: String?) -> CSVForm {
        CSVForm(
            isDateName: { PriceColumn.isDate($0, named: dateColumn) }, isDate: { WrittenDate($0) != nil },
            beginsWithMonth: WrittenDate.beginsWithMonth)
    }
}
