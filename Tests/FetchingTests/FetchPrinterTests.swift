import Console
import TestSupport
import Testing

@testable import Fetching

@Suite struct FetchPrinterTests {
    private let sample: FetchSample

    init() throws {
        sample = try FetchSample()
        try sample.publish()
    }

    private func output(
        interactive: Bool, width: Int = 100, _ body: (FetchPrinter, TestClock) throws -> Void
    ) throws -> String {
        let pipe = TestPipe()
        let clock = TestClock()
        let printer = FetchPrinter(
            try Console(
                terminal: Terminal(descriptor: pipe.descriptor, isInteractive: interactive, width: { width })),
            clock: clock.now)
        try body(printer, clock)
        printer.finish()
        return try pipe.content()
    }

    @Test func `without a terminal each file has a line`() throws {
        let tool = try sample.tool(FetchSample.copying)
        let text = try output(interactive: false) { printer, _ in
            try DatasetFetch(sample.dataset(), to: sample.target, tool: tool).run(report: printer.report)
        }
        #expect(
            text
                == sample.names.map { "\($0), 1000 B from file://\(sample.path("first"))/\($0)\n" }
                .joined())
        let again = try output(interactive: false) { printer, _ in
            try DatasetFetch(sample.dataset(), to: sample.target, tool: nil).run(report: printer.report)
        }
        #expect(again == sample.names.map { "\($0) is there\n" }.joined())
    }

    @Test func `extracted files and failures are printed`() throws {
        let text = try output(interactive: false) { printer, _ in
            printer.report(.waiting(directory: "here"))
            printer.report(.failed(.init(address: "https://a/b", reason: "gone")))
            printer.report(.finished(file: "unpacked.gz"))
        }
        #expect(
            text == """
                waiting for another process that fetches into here
                Warning: https://a/b: gone
                unpacked.gz is in place

                """)
    }

    @Test func `on a terminal a bar shows size, rate and remaining time`() throws {
        let text = try output(interactive: true) { printer, clock in
            printer.report(.downloading(file: "a.gz", address: "x", byteCount: 1024, total: 5120))
            clock.advance(2)
            printer.report(.progress(file: "a.gz", byteCount: 3072, total: 5120))
            printer.report(.finished(file: "a.gz"))
        }
        let drawn = text.replacing("\r\u{1B}[K", with: "|").split(separator: "|")
        #expect(drawn.count == 3)
        #expect(drawn[0] == "a.gz  [=====>                        ] 1.0 KiB of 5.0 KiB")
        #expect(drawn[1] == "a.gz  [=================>            ] 3.0 KiB of 5.0 KiB  1.0 KiB/s  ETA 0:02")
        #expect(drawn[2] == "a.gz is in place\n")
    }

    @Test func `without a known size the bar shows only the downloaded bytes`() throws {
        let text = try output(interactive: true) { printer, clock in
            printer.report(.downloading(file: "a.gz", address: "x", byteCount: 0, total: nil))
            clock.advance(1)
            printer.report(.progress(file: "a.gz", byteCount: 2048, total: nil))
        }
        #expect(text == "a.gz  0 B\r\u{1B}[Ka.gz  2.0 KiB  2.0 KiB/s\r\u{1B}[K")
    }

    @Test(arguments: [1, 20, 40, 60, 200]) func `the bar fits the terminal`(width: Int) throws {
        let text = try output(interactive: true, width: width) { printer, _ in
            printer.report(.downloading(file: "train-images.gz", address: "x", byteCount: 9, total: 10))
        }
        #expect(text.replacing("\r\u{1B}[K", with: "").count < max(1, width))
    }
}
