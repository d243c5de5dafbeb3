import Datasets
import Foundation
import Pictures
import TestSupport
import Testing

@Suite("mnist-bilstm predict", .timeLimit(.minutes(60))) struct PredictTests {
    /// One line of `--json`.
    struct Line: Decodable {
        let source: String
        let index: Int?
        let label: Int?
        let polarity: String?
        let notes: [String]
        let predicted: Int
        let probability: Double
        let probabilities: [Double]
    }

    static func lines(_ outcome: Tool.Outcome) throws -> [Line] {
        try #require(outcome.exitCode == 0, "\(outcome.errors)")
        return try outcome.lines.filter { !$0.isEmpty }.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            #expect(
                Set(try #require(object as? [String: Any]).keys) == [
                    "source", "index", "label", "notes", "polarity", "predicted", "probability",
                    "probabilities",
                ])
            return try JSONDecoder().decode(Line.self, from: Data(line.utf8))
        }
    }

    @Test
    func `predictions agree with evaluate's counts for each class`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1").exitCode == 0)
        let report = try place.report()
        let images = place.data + "/t10k-images-idx3-ubyte"
        let all = try Self.lines(
            Tool.run([
                "predict", "--json", "--images", images, "--labels", place.data + "/t10k-labels-idx1-ubyte",
                "--runs", place.runs,
            ]))
        #expect(all.map(\.index) == (0..<71).map(Optional.some))
        var confusion = [[Int]](repeating: [Int](repeating: 0, count: 10), count: 10)
        for line in all {
            #expect(line.source == images && line.polarity == nil && line.label == line.index! % 10)
            #expect(abs(line.probabilities.reduce(0, +) - 1) < 1e-9)
            #expect(line.probability == line.probabilities.max())
            #expect(line.probability == line.probabilities[line.predicted])
            confusion[line.label!][line.predicted] += 1
        }
        #expect(confusion == report.confusion)
        try #require(all.contains { $0.label != $0.predicted }, "all are right: this tests nothing")
        for (index, one) in report.classes.enumerated() {
            let hits = Double(all.filter { $0.label == index && $0.predicted == index }.count)
            let taken = Double(all.filter { $0.predicted == index }.count)
            let count = Double(all.filter { $0.label == index }.count)
            #expect(one.count == Int(count))
            #expect(one.precision == (taken > 0 ? 100 * (hits / taken) : nil))
            #expect(one.recall == 100 * (hits / count))
            #expect(one.f1 == 100 * (2 * hits / (taken + count)))
        }
        let some = try Self.lines(place.tool("predict", "--json", "--index", "70,3", "--index", "7"))
        #expect(some.map(\.index) == [70, 3, 7])
        for line in some { #expect(line.probabilities == all[line.index!].probabilities) }
        let unlabeled = try Self.lines(
            Tool.run([
                "predict", "--json", "--images", images, "--index", "3", "--runs", place.runs,
            ]))
        #expect(unlabeled.count == 1 && unlabeled[0].label == nil)
        #expect(unlabeled[0].probabilities == all[3].probabilities)
    }

    @Test
    func `a digit gives the same result as IDX and as PNG of any kind`() throws {
        let place = try Workplace(nil)
        let digits = try Digits(place)
        #expect(try place.run("--epochs", "4").exitCode == 0)
        for index in [0, 1, 2] {
            let expected = try Self.lines(place.tool("predict", "--json", "--index", "\(index)"))[0]
            let pixels = digits.pixels(index)
            let rgba: [UInt8] = pixels.flatMap { [$0, $0, $0, 255] as [UInt8] }
            let inverted: [UInt8] = pixels.map { 255 - $0 }
            let large = (0..<28 * 7).flatMap { row in
                (0..<28 * 7).map { column in inverted[row / 7 * 28 + column / 7] }
            }
            let files = try [
                place.write(Bitmap(width: 28, height: 28, format: .grey, samples: pixels).png(), "grey.png"),
                place.write(Bitmap(width: 28, height: 28, format: .rgba, samples: rgba).png(), "rgba.png"),
                place.write(Palette.png(pixels, width: 28, height: 28), "palette.png"),
                place.write(
                    Bitmap(width: 28, height: 28, format: .grey, samples: inverted).png(), "dark.png"),
                place.write(
                    Bitmap(width: 28 * 7, height: 28 * 7, format: .grey, samples: large).png(), "large.png"),
            ]
            let lines = try Self.lines(
                Tool.run(["predict", "--json", "--runs", place.runs] + files))
            #expect(lines.map(\.source) == files)
            for line in lines[..<3] {
                #expect(line.probabilities == expected.probabilities, "\(line.source)")
                #expect(line.polarity == "light-on-dark")
            }
            for line in lines[3...] {
                #expect(line.predicted == expected.predicted, "\(line.source)")
                #expect(line.polarity == "dark-on-light")
            }
            let told = try Self.lines(
                Tool.run(
                    ["predict", "--json", "--polarity", "light-on-dark", "--runs", place.runs, files[3]]))
            #expect(told[0].polarity == "light-on-dark")
            #expect(told[0].probabilities != lines[3].probabilities)
        }
        let file = place.path + "/dark.png"
        let outcome = try Tool.run(["predict", file, "--no-draw", "--runs", place.runs])
        #expect(outcome.output.contains("\(file): "))
        #expect(outcome.output.contains("read as dark-on-light (if wrong, give --polarity)"))
    }

    @Test
    func `a few images are drawn, many have a line each, and a pipe gets no escape sequence`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1").exitCode == 0)
        func output(_ arguments: String...) throws -> String {
            let outcome = try Tool.run(["predict"] + arguments + place.places)
            #expect(outcome.exitCode == 0, "\(outcome.errors)")
            #expect(!outcome.output.contains("\u{1B}"))
            return outcome.output
        }
        func lineCount(_ output: String) -> Int { output.filter { $0 == "\n" }.count }
        let few = try output("--index", "7,8")
        // Each image has a blank line, a title, 28 rows and 10 bars.
        #expect(lineCount(few) == 1 + 2 * 40 + 2)
        #expect(few.contains("image 7: ") && few.contains(" of 2 correct"))
        #expect(few.components(separatedBy: "%  label\n").count == 3)
        #expect(lineCount(try output("--index", "0,1,2,3,4,5,6,7,8")) == 1 + 9 + 1)
        #expect(lineCount(try output("--index", "7", "--no-draw")) == 2)
        #expect(lineCount(try output("--index", "0,1,2,3,4,5,6,7,8", "--draw")) == 1 + 9 * 40 + 2)
    }

    /// One call prints the results of readable pictures to standard output, and names the others.
    @Test
    func `unreadable pictures are named and the others classified`() throws {
        let place = try Workplace(nil)
        let digits = try Digits(place)
        #expect(try place.run("--epochs", "1").exitCode == 0)
        func png(_ pixels: [UInt8]) -> [UInt8] {
            Bitmap(width: 28, height: 28, format: .grey, samples: pixels).png()
        }
        let good = try (0..<3).map { try place.write(png(digits.pixels($0)), "good-\($0).png") }
        let blank = try place.write(png([UInt8](repeating: 9, count: 784)), "blank.png")
        let jpeg = try place.write([0xFF, 0xD8, 0xFF, 0xE0], "photo.jpg")
        let missing = place.path + "/missing.png"
        let files = [good[0], blank, good[1], jpeg, missing, good[2]]
        let json = try Tool.run(["predict", "--json", "--runs", place.runs] + files)
        #expect(json.exitCode == 65)
        let sources = try json.lines.filter { !$0.isEmpty }
            .map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)).source }
        #expect(sources == good)
        for (file, message) in [(blank, "blank picture"), (jpeg, "found a JPEG picture")] {
            #expect(json.errors.contains("Error: \(file): \(message)") || json.errors.contains(message))
            #expect(json.errors.contains("Error: \(file): "), "\(json.errors)")
        }
        #expect(json.errors.contains("Error: missing file: \(missing)"))
        #expect(!json.errors.contains("--polarity"))
        let text = try Tool.run(["predict", "--no-draw", "--runs", place.runs] + files)
        #expect(text.exitCode == 65 && text.errors == json.errors)
        #expect(text.lines.filter { $0.contains(".png: ") }.count == 3)
        // If the only problem is missing files, the exit code is 66.
        let absent = try Tool.run(["predict", "--json", "--runs", place.runs, good[0], missing])
        #expect(absent.exitCode == 66 && absent.output.contains(good[0]))
    }

    /// The training digits fill the frame and are dark on light. A picture is prepared in the same way, not as MNIST's
    /// images are.
    @Test
    func `pictures are prepared as the training images were`() throws {
        let place = try Workplace(nil)
        let digits = try Digits(place, change: Self.fillingFrame)
        #expect(try Tool.run(place.places + ["--epochs", "4", "--dataset", "idx"]).exitCode == 0)
        for index in 0..<4 {
            let pixels = Self.fillingFrame(digits.pixels(index))
            let expected = try Self.lines(
                Tool.run(["predict", "--json", "--index", "\(index)"] + place.places))[0]
            let large: [UInt8] = (0..<280 * 280).map { place in
                let (row, column) = (place / 2800, place % 280 / 10)
                return pixels[row * 28 + column]
            }
            let negative: [UInt8] = large.map { 255 - $0 }
            let files = try [
                place.write(Bitmap(width: 28, height: 28, format: .grey, samples: pixels).png(), "small.png"),
                place.write(
                    Bitmap(width: 280, height: 280, format: .grey, samples: large).png(), "large.png"),
                place.write(
                    Bitmap(width: 280, height: 280, format: .grey, samples: negative).png(),
                    "negative.png"),
            ]
            for options in [[], ["--as-is"]] {
                let chosen = options.isEmpty ? files : Array(files[..<2])
                let lines = try Self.lines(
                    Tool.run(["predict", "--json", "--runs", place.runs] + options + chosen))
                for line in lines { #expect(line.probabilities == expected.probabilities, "\(line.source)") }
            }
        }
        // The preparation is stored in the checkpoint, so the file may be moved.
        let moved = place.path + "/moved.safetensors"
        try FileManager.default.copyItem(
            atPath: place.latest("checkpoints/\(place.target(of: "last")!)"), toPath: moved)
        let file = place.path + "/large.png"
        let lines = try Self.lines(Tool.run(["predict", "--json", "--run", moved, file]))
        let same = try Self.lines(Tool.run(["predict", "--json", "--runs", place.runs, file]))
        #expect(lines[0].probabilities == same[0].probabilities)
    }

    /// Returns a digit of MNIST, enlarged until it touches two edges, dark on light.
    static func fillingFrame(_ digit: [UInt8]) -> [UInt8] {
        let places = digit.indices.filter { digit[$0] > 0 }
        let (rows, columns) = (places.map { $0 / 28 }, places.map { $0 % 28 })
        let (top, left) = (rows.min()!, columns.min()!)
        let (height, width) = (rows.max()! - top + 1, columns.max()! - left + 1)
        let side = max(height, width)
        let (above, before) = ((28 - 28 * height / side) / 2, (28 - 28 * width / side) / 2)
        return (0..<784).map { place in
            let row = (place / 28 - above) * side / 28 + top
            let column = (place % 28 - before) * side / 28 + left
            let isInside =
                place / 28 >= above && place % 28 >= before && row < top + height && column < left + width
            return 255 - (isInside ? digit[row * 28 + column] : 0)
        }
    }

    @Test
    func `notes name ignored content`() throws {
        let place = try Workplace(nil)
        _ = try Digits(place)
        #expect(try place.run("--epochs", "1").exitCode == 0)
        var pixels = [UInt8](repeating: 255, count: 60 * 28)
        for row in 4..<24 { for column in [10, 11, 12, 40, 41, 42] { pixels[row * 60 + column] = 0 } }
        let file = try place.write(
            Bitmap(width: 60, height: 28, format: .grey, samples: pixels).png() + [0x0A], "two.png")
        let line = try Self.lines(Tool.run(["predict", "--json", "--runs", place.runs, file]))[0]
        try #require(line.notes.count == 2)
        #expect(line.notes[0] == "ignored 1 byte after the end of the PNG picture")
        #expect(line.notes[1].hasPrefix("2 separate pieces are classified as one digit; if they are"))
        let text = try Tool.run(["predict", "--no-draw", "--runs", place.runs, file])
        for note in line.notes { #expect(text.lines.contains("  note: \(note)")) }
    }

    @Test
    func `invalid calls are refused`() throws {
        let place = try Workplace()
        #expect(try place.run("--epochs", "1").exitCode == 0)
        let images = place.data + "/t10k-images-idx3-ubyte"
        let good = Bitmap(width: 28, height: 28, format: .grey, samples: [UInt8](repeating: 9, count: 784))
            .png()
        let broken = try place.write(Array(good.dropLast(20)), "broken.png")
        let blank = try place.write(good, "blank.png")
        let text = try place.write(Array("no picture".utf8), "text.png")
        let jpeg = try place.write([0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF".utf8), "photo.png")
        let page = try place.write(Array("<!DOCTYPE html><title>404</title>".utf8), "page.png")
        let pointer = try place.write(
            Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n".utf8), "pointer.png")
        let sparse = try place.write(good, "sparse.png")
        #expect(truncate(sparse, 1 << 40) == 0)
        let (pipe, loop) = (place.path + "/pipe", place.path + "/loop")
        #expect(mkfifo(pipe, 0o600) == 0 && symlink(loop, loop) == 0)
        let odd = place.path + "/odd"
        try SmallImages.write([UInt8](repeating: 0, count: 200), shape: [1, 10, 20], to: odd)
        let labels = place.path + "/labels"
        try SmallImages.write([1, 2, 3], shape: [3], to: labels)
        let empty = place.path + "/empty"
        try SmallImages.write([], shape: [0, 28, 28], to: empty)
        let cases: [([String], Int32, String)] = [
            ([broken], 65, "broken.png: truncated at byte "), ([blank], 65, "blank.png: blank picture"),
            ([text], 65, "text.png: not a PNG file"), (["none.png"], 66, "missing file: none.png"),
            ([place.data], 66, "expected a PNG file, found a directory"),
            (["--index", "71"], 64, "--index must be 0 to 70"), (["--index", "-1"], 64, "--index must be"),
            (["--index", "3,"], 64, "--index"), (["--index", "x"], 64, "--index"),
            ([], 64, "give --index, --images or the paths of PNG files"),
            ([blank, "--index", "1"], 64, "--index and PNG files cannot be combined"),
            ([blank, "--images", images], 64, "--images and PNG files cannot be combined"),
            (["--index", "1", "--labels", labels], 64, "--labels has an effect only with --images"),
            (["--index", "1", "--polarity", "auto"], 64, "--polarity has an effect only with PNG files"),
            ([blank, "--polarity", "dark"], 64, "--polarity"),
            ([blank, "--polarity", "auto", "--as-is"], 64, "--polarity and --as-is cannot be combined"),
            (["--index", "1", "--as-is"], 64, "--as-is has an effect only with PNG files"),
            (
                [jpeg], 65,
                "photo.png: not a PNG file at byte 0: expected a PNG picture, found a JPEG picture; open"
            ),
            (
                [page], 65,
                "page.png: not the file itself at byte 0: expected a PNG picture, found an HTML page; down"
            ),
            ([pointer], 65, "found a Git LFS pointer; run \"git lfs pull\""),
            ([images], 65, "give the file with --images"),
            ([sparse], 65, "sparse.png: file too large"), (["/dev/zero"], 66, "it is a device"),
            ([pipe], 66, "it is a FIFO"), ([loop], 66, "Too many levels of symbolic links"),
            (
                ["--index", "1", "--run", page], 65,
                "found an HTML page in place of the file; download the file"
            ),
            ([blank, "--data", place.data], 64, "--data has an effect only with --index"),
            (["--index", "1", "--draw", "--json"], 64, "no effect with --json"),
            (["--indx", "1"], 64, "Did you mean '--index'?"),
            (["--images", odd], 65, "odd: wrong shape"), (["--images", empty], 65, "at least one image"),
            (["--images", images, "--labels", labels], 65, "labels and images differ in number"),
            (["--images", labels], 65, "rank 3"), (["--images", "none"], 66, "missing file: none"),
            (["--images", images, "--index", "71"], 64, "--index must be 0 to 70"),
            (["--index", "1", "--run", "none"], 66, "no run \"none\""),
        ]
        for (arguments, exitCode, message) in cases {
            let outcome = try Tool.run(
                ["predict"] + arguments + ["--runs", place.runs], in: URL(filePath: place.path))
            #expect(outcome.exitCode == exitCode, "\(arguments): \(outcome.errors)")
            #expect(outcome.output == "", "\(arguments)")
            #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
        }
    }
}

/// Some real digits as a workplace's data set.
struct Digits {
    private let images: LabeledImages
    private static let trainCount = 2000
    private static let testCount = 200

    /// - Parameters:
    ///   - place: The workplace.
    ///   - change: The change to each image.
    init(_ place: Workplace, change: ([UInt8]) -> [UInt8] = { $0 }) throws {
        images = try MNIST(directory: Repository.url.appending(path: "datasets/mnist").path).test()
        try FileManager.default.createDirectory(atPath: place.data, withIntermediateDirectories: true)
        for (prefix, range) in [
            ("t10k", 0..<Self.testCount), ("train", Self.testCount..<Self.testCount + Self.trainCount),
        ] {
            try SmallImages.write(
                range.flatMap { change(images[$0].pixels) }, shape: [range.count, 28, 28],
                to: "\(place.data)/\(prefix)-images-idx3-ubyte")
            try SmallImages.write(
                range.map { images.labels[$0] }, shape: [range.count],
                to: "\(place.data)/\(prefix)-labels-idx1-ubyte")
        }
    }

    func pixels(_ index: Int) -> [UInt8] { images[index].pixels }
}

/// A PNG file with a palette of all greys in reverse order; written here because `Bitmap` writes no palettes.
enum Palette {
    static func png(_ grey: [UInt8], width: Int, height: Int) -> [UInt8] {
        var pixels: [UInt8] = []
        for row in 0..<height {
            pixels.append(0)
            pixels += grey[row * width..<(row + 1) * width].map { 255 - $0 }
        }
        // A zlib stream with one uncompressed block.
        let size = UInt16(pixels.count)
        let stream =
            [0x78, 0x01, 0x01] + littleEndian(size) + littleEndian(~size) + pixels
            + bigEndian(adler32(pixels))
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            + chunk("IHDR", bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 3, 0, 0, 0])
            + chunk("PLTE", (0..<256).flatMap { [UInt8](repeating: UInt8(255 - $0), count: 3) })
            + chunk("IDAT", stream) + chunk("IEND", [])
    }

    private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
        let content = Array(type.utf8) + data
        return bigEndian(UInt32(data.count)) + content + bigEndian(crc32(content))
    }

    private static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { sum, byte in
            (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }

    private static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return high << 16 | low
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian, Array.init)
    }

    private static func littleEndian(_ number: UInt16) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian, Array.init)
    }
}

extension Workplace {
    /// Writes a file and returns its path.
    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let path = "\(path)/\(name)"
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }
}
