import Foundation
import Testing

@testable import Platform

@Suite struct UTCTimeTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
        (4_107_542_399, "2100-02-28T23:59:59Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
        (1_709_210_096.5, "2024-02-29T12:34:56Z"),
    ])
    func `time is UTC`(seconds: Double, expected: String) {
        #expect(UTCTime(seconds: seconds).iso8601 == expected)
    }

    /// The test starts in 1586, because Foundation uses the Julian calendar for earlier dates.
    @Test func `time agrees with Foundation`() {
        for day in stride(from: -140_000, to: 200_000, by: 97) {
            let seconds = Double(day) * 86_400 + 12_345
            #expect(
                UTCTime(seconds: seconds).iso8601 == Date(timeIntervalSince1970: seconds).formatted(.iso8601))
        }
    }

    @Test(arguments: [0, -1, 951_782_399, 951_782_400, 1_769_903_999, 4_102_444_800, -62_167_219_200])
    func `a time is read as it is written`(seconds: Int) throws {
        let time = UTCTime(seconds: Double(seconds))
        #expect(time.seconds == seconds)
        #expect(UTCTime(iso8601: time.iso8601) == time)
    }

    @Test(arguments: [
        "", "2026-01-31", "2026-01-31T23:59:59", "2026-01-31 23:59:59Z", "2026-13-31T23:59:59Z",
        "2026-00-31T23:59:59Z",
        "2026-01-32T23:59:59Z", "2026-01-31T24:59:59Z", "2026-01-31T23:60:59Z", "2026-01-31T23:59:59+",
        "２026-01-31T23:59Z",
    ])
    func `other texts are no times`(text: String) { #expect(UTCTime(iso8601: text) == nil) }
}
