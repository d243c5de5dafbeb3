import Datasets
import Foundation
import Platform
import TestSupport
import Testing

/// A directory in which the tool runs, with data sets in `datasets` and a script in place of curl.
private final class DataPlace {
    let place: Workplace

    init() throws { place = try Workplace(nil) }

    var datasets: String { place.path + "/datasets" }

    func copyMNIST() throws {
        try FileManager.default.createDirectory(atPath: datasets, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Repository.url.appending(path: "datasets/mnist").path, toPath: datasets + "/mnist")
    }

    /// Writes a script in place of curl, with the variables `$output` and `$address`. Another process copies it: child
    /// processes of other tests may briefly hold a file open that this process writes, and such a file cannot be run.
    func curl(_ script: String) throws {
        let tools = place.path + "/tools"
        try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
        let text = """
            #!/bin/sh
            while [ $# -gt 1 ]; do
                if [ "$1" = --output ]; then output=$2; fi
                shift
            done
            address=$1
            echo "$address" >> "\(place.path)/calls"
            \(script)
            """
        try Data(text.utf8).write(to: URL(filePath: tools + "/draft"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tools + "/draft")
        let copy = try Tool.run(["-p", tools + "/draft", tools + "/curl"], program: "/bin/cp")
        try #require(copy.exitCode == 0)
    }

    /// The addresses with which curl was called.
    var calls: [String] {
        let text = try? String(contentsOf: URL(filePath: place.path + "/calls"), encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }

    func start(
        _ arguments: String..., variables: [String: String] = [:], standardOutput: FileHandle? = nil
    ) throws -> RunningTool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return try RunningTool(
            ["datasets"] + arguments, in: URL(filePath: place.path),
            variables: ["PATH": place.path + "/tools:" + path, "TERM": "xterm"].merging(variables) { $1 },
            standardOutput: standardOutput)
    }

    func run(_ arguments: String...) throws -> Tool.Outcome {
        try Tool.run(["datasets"] + arguments, in: URL(filePath: place.path))
    }
}

@Suite("mnist-bilstm datasets", .timeLimit(.minutes(60))) struct DatasetCommandTests {
    private let data: DataPlace
    private static let labels = "t10k-labels-idx1-ubyte.gz"

    init() throws { data = try DataPlace() }

    private func damage(_ name: String) throws {
        let url = URL(filePath: "\(data.datasets)/mnist/\(name)")
        var bytes = try Data(contentsOf: url)
        bytes[bytes.count - 6] ^= 1
        try bytes.write(to: url)
    }

    @Test
    func `the table has everything needed to download the data sets`() throws {
        try data.copyMNIST()
        let outcome = try data.run()
        #expect(outcome.exitCode == 0 && outcome.errors == "")
        let rows = outcome.lines.map { $0.split(separator: " ").map(String.init) }
        #expect(
            rows.contains {
                $0.starts(with: ["mnist", "10", "60,000", "10,000", "verified", "datasets/mnist"])
            })
        #expect(
            rows.contains {
                $0.starts(with: ["emnist-letters", "26", "124,800", "20,800", "absent", "datasets/emnist"])
            })
        for dataset in ImageDataset.all {
            #expect(outcome.output.contains(dataset.licence))
            for file in dataset.files {
                if let digest = file.packed.sha256 { #expect(outcome.output.contains(digest)) }
            }
        }
        #expect(outcome.output.contains("https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"))
        #expect(outcome.output.contains("mnist-bilstm datasets fetch NAME"))
        #expect(try data.run("list").output == outcome.output)
    }

    @Test
    func `the list as JSON`() throws {
        try data.copyMNIST()
        try FileManager.default.removeItem(atPath: "\(data.datasets)/mnist/\(Self.labels)")
        let outcome = try data.run("--json", "--root", "datasets")
        let parsed = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let objects = try #require(parsed as? [[String: Any]])
        #expect(objects.map { $0["name"] as? String } == ImageDataset.all.map(\.name))
        #expect(objects.map { $0["state"] as? String }[..<2] == ["incomplete", "absent"])
        #expect(
            objects[0]["problems"] as? [String] == ["mnist: datasets/mnist has no t10k-labels-idx1-ubyte"])
        #expect(objects[1]["classes"] as? [String] == ImageDataset.fashionMNIST.classNames)
        #expect(objects[1]["train_images"] as? Int == 60_000 && objects[1]["licence"] as? String == "MIT")
        #expect(objects[1]["download_bytes"] as? Int == 30_878_645)
        #expect(objects[9]["download_bytes"] is NSNull)
        let downloads = try #require(objects[3]["downloads"] as? [[String: Any]])
        #expect(downloads.map { $0["name"] as? String } == ["gzip.zip"])
        #expect(downloads[0]["bytes"] as? Int == 561_753_746)
    }

    @Test
    func `right, damaged and absent files have different exit codes`() throws {
        try data.copyMNIST()
        for arguments in [["verify"], ["verify", "mnist"], ["verify", "mnist", "--data", "datasets/mnist"]] {
            let outcome = try Tool.run(["datasets"] + arguments, in: URL(filePath: data.place.path))
            #expect(outcome.exitCode == 0)
            #expect(outcome.output == "mnist: datasets/mnist: verified\n")
        }
        let absent = try data.run("verify", "kmnist", "mnist")
        #expect(absent.exitCode == 66)
        #expect(
            absent.output == """
                kmnist: datasets/kmnist: absent; download it with: mnist-bilstm datasets fetch kmnist
                mnist: datasets/mnist: verified

                """)
        try damage(Self.labels)
        for names in [["mnist", "kmnist"], []] {
            let damaged = try Tool.run(["datasets", "verify"] + names, in: URL(filePath: data.place.path))
            #expect(damaged.exitCode == 65)
            #expect(
                damaged.output.contains("mnist: datasets/mnist: damaged\n  datasets/mnist/\(Self.labels): "))
            #expect(damaged.output.contains("download them with: mnist-bilstm datasets fetch mnist\n"))
        }
        let list = try data.run()
        #expect(list.exitCode == 0)
        #expect(list.output.contains("mnist: datasets/mnist/\(Self.labels): wrong gzip CRC-32"))
        #expect(try data.run("verify", "--root", "nowhere").exitCode == 66)
    }

    /// An undamaged file of another data set is reported.
    @Test func `verify distinguishes data sets`() throws {
        try data.copyMNIST()
        let outcome = try data.run("verify", "fashion-mnist", "--data", "datasets/mnist")
        #expect(outcome.exitCode == 65)
        #expect(outcome.output.contains(", which is a file of mnist\n"))
    }

    @Test
    func `complete files are not downloaded again`() throws {
        try data.copyMNIST()
        try data.curl("exit 1")
        let outcome = try data.start("fetch", "mnist").finish()
        #expect(outcome.exitCode == 0)
        #expect(
            outcome.lines.dropLast() == ImageDataset.mnist.files.map { "\($0.name).gz already exists" } + [
                "mnist is complete in datasets/mnist. Train on it with: mnist-bilstm --dataset mnist"
            ])
        #expect(data.calls == [])
    }

    @Test
    func `an installed data set is not downloaded, except with --to`() throws {
        try data.copyMNIST()
        let raw = data.datasets + "/mnist/MNIST"
        try FileManager.default.moveItem(atPath: data.datasets + "/mnist", toPath: data.datasets + "/raw")
        try FileManager.default.createDirectory(atPath: raw, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: data.datasets + "/raw", toPath: raw + "/raw")
        try data.curl("exit 6")
        let outcome = try data.start("fetch", "mnist").finish()
        #expect(outcome.exitCode == 0 && data.calls == [])
        #expect(outcome.output == "mnist is already complete in datasets/mnist/MNIST/raw\n")
        #expect(try data.start("fetch", "mnist", "--to", "new").finish().exitCode == 69)
    }

    @Test
    func `without a network, an error explains the manual download, and no file is left`() throws {
        try data.curl(#"echo "curl: (6) Could not resolve host" >&2; exit 6"#)
        let outcome = try data.start("fetch", "kmnist", "--to", "here/kmnist").finish()
        #expect(outcome.exitCode == 69)
        #expect(data.calls.count == 2)
        // The error lists both addresses; a warning would repeat them.
        #expect(!outcome.output.contains("Warning:"))
        #expect(outcome.errors.hasPrefix("Error: train-images-idx3-ubyte.gz cannot be downloaded:\n"))
        #expect(outcome.errors.contains("curl: (6) Could not resolve host"))
        #expect(outcome.errors.contains("put it in here/kmnist:\n  https://"))
        #expect(
            outcome.errors.contains(
                "SHA-256 51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"))
        let left = try FileManager.default.contentsOfDirectory(atPath: data.place.path + "/here/kmnist")
        #expect(left == [])
    }

    /// A script that downloads the repository's files in place of the published ones; both unpack to the same bytes.
    private static let mirror = """
        source="\(Repository.url.path)/datasets/mnist/$(basename "$address")"
        case "$address" in https://ossci-datasets*) echo "curl: (22) error: 404" >&2; exit 22;; esac
        arrived=0
        if [ -f "$output" ]; then arrived=$(wc -c < "$output"); fi
        tail -c "+$((arrived + 1))" "$source" >> "$output"
        """

    @Test
    func `all files come from the mirror that has them, and a partial download is resumed`() throws {
        let directory = data.datasets + "/mnist"
        let names = ImageDataset.mnist.files.map { $0.name + ".gz" }
        let first = try Data(
            contentsOf: Repository.url.appending(path: "datasets/mnist/\(names[0])"))
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try first.prefix(5_000_000).write(to: URL(filePath: "\(directory)/\(names[0]).part"))
        try data.curl(Self.mirror)
        let outcome = try data.start("fetch", "mnist").finish()
        #expect(outcome.exitCode == 0 && outcome.errors == "")
        let mirrors = [
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ]
        #expect(data.calls == names.flatMap { name in mirrors.map { $0 + name } })
        let begun = "\(names[0]), 9.5 MiB from \(mirrors[1])\(names[0]), resumed after 4.8 MiB"
        #expect(outcome.lines.contains(begun), "\(outcome.output)")
        #expect(outcome.output.contains("Warning: \(mirrors[0])\(names[3]): curl: (22) error: 404\n"))
        #expect(
            outcome.output.hasSuffix(
                "\nmnist is complete in datasets/mnist. Train on it with: mnist-bilstm --dataset mnist\n"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).sorted() == names.sorted())
        #expect(try data.run("verify", "mnist").output == "mnist: datasets/mnist: verified\n")
    }

    @Test
    func `a bar shows the progress on a terminal, and lines name complete files`() throws {
        try data.copyMNIST()
        let name = "train-images-idx3-ubyte.gz"
        try FileManager.default.removeItem(atPath: "\(data.datasets)/mnist/\(name)")
        try data.curl(#"head -c 4000000 /dev/zero > "$output"; sleep 0.3; rm "$output""# + "\n" + Self.mirror)
        let terminal = try PseudoTerminal()
        let tool = try data.start("fetch", "mnist", standardOutput: terminal.child)
        let screen = try terminal.readToEnd()
        #expect(try tool.finish().exitCode == 0)
        let bar =
            /\r\x1B\[Ktrain-images-idx3-ubyte.gz  \[.*=+>.*\] [\d.]+ MiB of 9.5 MiB  [\d.]+ [KM]iB\/s  ETA 0:\d\d/
        #expect(screen.contains(bar), "\(screen)")
        // The first address failed. The warning replaces the bar, when the second has worked.
        let ending = /\r\x1B\[KWarning: [^\r\n]*\r\ntrain-images-idx3-ubyte\.gz is complete\r\n/
        #expect(screen.contains(ending), "\(screen)")
    }

    @Test
    func `a downloaded file with another checksum is refused`() throws {
        try data.curl(#"echo "<html>" > "$output""#)
        let outcome = try data.start("fetch", "qmnist").finish()
        #expect(outcome.exitCode == 69)
        #expect(outcome.errors.contains(": expected SHA-256 9e26a7bf"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: data.datasets + "/qmnist") == [])
    }

    @Test(
        arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func `Ctrl-C and SIGTERM stop a download, and the next call resumes it`(signal: Int32, exitCode: Int32)
        throws
    {
        let part = data.datasets + "/kmnist/train-images-idx3-ubyte.gz.part"
        try data.curl(#"printf half >> "$output"; sleep 60"#)
        let running = try data.start("fetch", "kmnist")
        _ = try running.line(beginning: "train-images-idx3-ubyte.gz, 17.3 MiB from https://codh")
        while FileManager.default.contents(atPath: part)?.count != 4 { usleep(10_000) }
        running.send(signal)
        let outcome = try running.finish()
        #expect(outcome.exitCode == exitCode)
        #expect(outcome.errors.contains("stopped; the same command resumes the download"))
        #expect(FileManager.default.contents(atPath: part) == Data("half".utf8))
        try data.curl(#"wc -c < "$output" > found; exit 6"#)
        let later = try data.start("fetch", "kmnist").finish()
        #expect(later.output.contains(", resumed after 4 B\n"))
        let found = try String(contentsOf: URL(filePath: data.place.path + "/found"), encoding: .utf8)
        #expect(found.filter { $0.isNumber } == "4")
    }

    @Test
    func `one process at a time downloads into a directory, even if only files can be locked`() throws {
        try data.curl(#"printf half >> "$output"; exec sleep 60"#)
        func variables(_ locks: Faults.Locks) throws -> [String: String] {
            try Faults(locks: locks).variables(directory: data.place.path)
        }
        let first = try data.start("fetch", "kmnist", variables: variables(.onFilesOnly))
        _ = try first.line(beginning: "train-images-idx3-ubyte.gz, 17.3 MiB from https://codh")
        let second = try data.start("fetch", "kmnist", variables: variables(.onFilesOnly))
        _ = try second.line(beginning: "waiting for another process that downloads into ")
        second.send(SIGINT)
        #expect(try second.finish().exitCode == 130)
        first.send(SIGINT)
        #expect(try first.finish().exitCode == 130)
        #expect(data.calls.count == 1)

        let without = try data.start("fetch", "kmnist", variables: variables(.fail(ENOLCK))).finish()
        #expect(without.exitCode == 74)
        #expect(
            without.errors.contains(
                "kmnist/.fetch.lock: cannot lock: its file system does not support file locks (No locks available), which"
            ))
    }

    @Test(
        arguments: [
            (["fetch"], "name"), (["fetch", "idx"], "idx"), (["fetch", "mnist", "--to", ""], "--to"),
            (["verify", "imagenet"], "imagenet"),
            (["verify", "--data", "x"], "--data has an effect only with"),
            (["verify", "mnist", "--data", ""], "--data"), (["--root", ""], "--root"), (["get"], "get"),
        ])
    func `invalid calls are refused`(arguments: [String], message: String) throws {
        let outcome = try Tool.run(["datasets"] + arguments)
        #expect(outcome.exitCode == 64 && outcome.output == "")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
}
