import Console

/// The texts about the rows of a price file that reports contain.
package enum PriceText: TextKey {
    case everyDay, weekly, onWeekdays, fromWeekdayToWeekday, daysApart
    case monthsApart, monthsApartFirst, monthsApartLast, numbered
    case sunday, monday, tuesday, wednesday, thursday, friday, saturday
    case month, months
    case skippedRow, skippedRows

    package var text: Text {
        switch self {
        case .everyDay:
            Text(
                "The next rows are every day, as the rows of the file are.",
                ko: "다음 행의 날짜는 파일의 행처럼 매일입니다.")
        case .weekly:
            Text(
                "The next rows are every week on {day}, as the rows of the file are.",
                ko: "다음 행의 날짜는 파일의 행처럼 매주 {day}입니다.")
        case .onWeekdays:
            Text(
                "The next rows are on {list}, as the rows of the file are; holidays are not known.",
                ko: "다음 행의 날짜는 파일의 행처럼 {list}입니다. 휴일은 고려하지 않습니다.")
        case .fromWeekdayToWeekday:
            Text(
                "The next rows are from {first} to {last}, as the rows of the file are; holidays are not known.",
                ko: "다음 행의 날짜는 파일의 행처럼 {first}부터 {last}까지입니다. 휴일은 고려하지 않습니다.")
        case .daysApart:
            Text(
                "The next rows are {count} days apart, as the rows of the file are.",
                ko: "다음 행의 날짜는 파일의 행처럼 {count}일 간격입니다.")
        case .monthsApart:
            Text(
                "The next rows are {distance} apart, on day {day} or the last of the month, as the rows of the file are.",
                ko: "다음 행의 날짜는 파일의 행처럼 {distance} 간격이며, {day}일이거나 그 달의 마지막 날입니다.")
        case .monthsApartFirst:
            Text(
                "The next rows are {distance} apart, on the first weekday of the month, as the rows of the file are.",
                ko: "다음 행의 날짜는 파일의 행처럼 {distance} 간격이며, 그 달의 첫 평일입니다.")
        case .monthsApartLast:
            Text(
                "The next rows are {distance} apart, on the last weekday of the month, as the rows of the file are.",
                ko: "다음 행의 날짜는 파일의 행처럼 {distance} 간격이며, 그 달의 마지막 평일입니다.")
        case .numbered:
            Text(
                "The next rows are numbered 1, 2, 3, as the dates of the file have no fixed frequency.",
                ko: "파일의 날짜에 일정한 주기가 없어 다음 행에는 1, 2, 3으로 번호를 매깁니다.")
        case .sunday: Text("Sunday", ko: "일요일")
        case .monday: Text("Monday", ko: "월요일")
        case .tuesday: Text("Tuesday", ko: "화요일")
        case .wednesday: Text("Wednesday", ko: "수요일")
        case .thursday: Text("Thursday", ko: "목요일")
        case .friday: Text("Friday", ko: "금요일")
        case .saturday: Text("Saturday", ko: "토요일")
        case .month: Text("a month", ko: "한 달")
        case .months: Text("{count} months", ko: "{count}개월")
        case .skippedRow:
            Text(
                "1 row skipped because a value is missing: {column} is {text} on line {line}",
                ko: "값이 빠진 1행을 건너뛰었습니다. {line}번째 줄에서 {column} 열의 값이 {text}입니다.")
        case .skippedRows:
            Text(
                "{count} rows skipped because values are missing: the first {column} is {text} on line {line}",
                ko: "값이 빠진 {count}행을 건너뛰었습니다. 처음은 {line}번째 줄이며, {column} 열의 값이 {text}입니다.")
        }
    }
}
