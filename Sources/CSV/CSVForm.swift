/// The form of a CSV file: which lines it may have besides names and rows, and how they are recognised.
package struct CSVForm: Sendable {
    /// Whether the file has only names and rows. Otherwise titles above the names, words below the rows, dividends,
    /// splits, drawn lines and rows of blanks are skipped, and names may have two levels.
    let isStrict: Bool
    /// Returns whether a name belongs to a column of dates, which distinguishes the line of names from titles.
    let isDateName: @Sendable (String) -> Bool
    /// Returns whether a text is a date.
    let isDate: @Sendable (String) -> Bool
    /// Returns whether a text begins with the name of a month.
    let beginsWithMonth: @Sendable (String) -> Bool

    /// Creates the form of a table with a column of dates, as finance sites write it.
    package init(
        isDateName: @escaping @Sendable (String) -> Bool, isDate: @escaping @Sendable (String) -> Bool,
        beginsWithMonth: @escaping @Sendable (String) -> Bool
    ) {
        isStrict = false
        self.isDateName = isDateName
        self.isDate = isDate
        self.beginsWithMonth = beginsWithMonth
    }

    private init() {
        isStrict = true
        isDateName = { _ in false }
        isDate = { _ in false }
        beginsWithMonth = { _ in false }
    }

    /// The form of a table in which nothing is skipped: the first line that is not blank has the names, and each line
    /// after it is a row with as many fields. A row of blanks is a row, unless the table has one column or only blanks
    /// follow.
    package static let strict = CSVForm()
}
