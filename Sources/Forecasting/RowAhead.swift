import Datasets
import Prices

/// A row after the last one of the data: its date, or its number if the dates have no fixed frequency.
package enum RowAhead: Hashable, Sendable, CustomStringConvertible {
    case date(CalendarDate)
    /// The number of the row, from 1.
    case number(Int)

    package var description: String {
        switch self {
        case .date(let date): date.description
        case .number(let number): "\(number)"
        }
    }

    /// The date; nil for a number.
    var date: CalendarDate? { if case .date(let date) = self { date } else { nil } }

    /// Returns the rows after the last one. Dates after the year 9999 trap; see
    /// ``ForecastFeedback/check(horizon:_:after:)``.
    package static func rows(_ frequency: RowFrequency, after last: CalendarDate, count: Int) -> [RowAhead] {
        if frequency == .none { return (0..<count).map { .number($0 + 1) } }
        guard let dates = frequency.dates(after: last, count: count) else {
            preconditionFailure("count: expected rows up to the year 9999, received \(count) after \(last)")
        }
        return dates.map(RowAhead.date)
    }
}

extension RowAhead: Codable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        if let number = Int(text), number > 0 {
            self = .number(number)
        } else {
            self = .date(try container.decode(CalendarDate.self))
        }
    }
}
