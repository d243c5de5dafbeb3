import CSV
import Randomness
import TestSupport
import Testing

@testable import Prices

/// Texts with every kind of field, style and quote.
private let samples = [
    "\u{FEFF}Date,Open,\"High\",Low,Close,Adj Close,Volume\r\n2019-01-30,\"2,183.36\",1,2,3.5e0,4,877000000\r\n"
        + "2019-02-28 00:00:00-05:00,null,1,2,3,4,5\r\n2019-03-01,1,2,3,\"4\",\"5\r\n\",6",
    "\"Date\",\"Price\",\"Vol.\",\"Change %\"\n\"Jan 30, 2019\",\"2,183.36\",\"1.2M\",\"-0.25%\"\n"
        + "\"Jan 29, 2019\",\"2,\"\"\",\"-\",\"1%\"\n",
    "date,close,note\r1/30/2019,1,é\r1/29/2019,2,\r",
]

/// Reads bytes as a table and as prices. It must end, and the result must be sorted.
private func read(_ bytes: [UInt8]) {
    guard let table = try? CSVTable(bytes, path: "x.csv") else { return }
    #expect(table.count > 0 && !table.columns.isEmpty)
    for columns in [nil, ["Close", "Change"]] {
        guard let history = try? PriceHistory(table, columns: columns) else { continue }
        #expect(
            history.columns.allSatisfy {
                history[$0].count == history.count && history[$0].allSatisfy(\.isFinite)
            })
    }
}

@Suite("Damaged prices")
struct PriceFuzzTests {
    @Test(arguments: samples)
    func `every prefix is a table or an error`(sample: String) {
        let bytes = Array(sample.utf8)
        for count in 0...bytes.count { read(Array(bytes.prefix(count))) }
    }

    @Test(arguments: samples)
    func `every byte may have any other value`(sample: String) {
        let bytes = Array(sample.utf8)
        let others: [UInt8] = [
            0x00, 0x0A, 0x0D, 0x20, 0x22, 0x25, 0x2C, 0x2D, 0x2E, 0x30, 0x39, 0x4B, 0x65, 0x80, 0xC3, 0xFF,
        ]
        for index in bytes.indices {
            for other in others + (0..<8).map({ bytes[index] ^ 1 << $0 }) {
                var damaged = bytes
                damaged[index] = other
                read(damaged)
            }
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `random sequences of meaningful bytes are handled`(seed: UInt64) {
        let alphabet = Array("\"\"\",,,\n\n\r 0123456789-/.%KMBeEDateCloseVol\u{FEFF}é".utf8)
        var generator = SplitMix64(seed)
        for _ in 0..<500 {
            let count = generator.nextIndex(below: 60)
            let text = (0..<count).map { _ in alphabet[generator.nextIndex(below: alphabet.count)] }
            read(text)
            read(Array("Date,Close\n".utf8) + text)
        }
    }
}
