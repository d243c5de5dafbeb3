import CZlib
import Foundation
import Platform
import TestSupport

@testable import Datasets
@testable import Fetching

/// A data set of four small files with its mirrors, programs and directories. Everything is in a temporary directory.
final class FetchSample: Sendable {
    private let directory: TemporaryDirectory
    /// The four `.gz` files, 1000 bytes each.
    let contents: [[UInt8]]
    /// The unpacked contents.
    private let unpacked: [[UInt8]]

    init() throws {
        directory = try TemporaryDirectory()
        unpacked = (1...4).map { file in (0..<977).map { UInt8(truncatingIfNeeded: $0 * file + $0 / 7) } }
        contents = unpacked.map(storedGzip)
        for directory in ["first", "second", "tools"] {
            try FileManager.default.createDirectory(
                atPath: path(directory), withIntermediateDirectories: true)
        }
    }

    var root: String { directory.path }
    func path(_ name: String) -> String { directory.file(name) }
    var target: String { path("data/new") }
    var part: String { target + "/\(names[0]).part" }
    let names = ImageDataset.mnist.files.map { $0.name + ".gz" }

    func write(_ bytes: [UInt8], to name: String) throws { try directory.write(bytes, to: name) }

    /// Copies the files to the place of a mirror.
    func publish(on mirror: String = "first") throws {
        for (name, content) in zip(names, contents) { try write(content, to: "\(mirror)/\(name)") }
    }

    func read(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }

    /// The names in the target directory.
    var present: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []).sorted()
    }

    var isComplete: Bool {
        present == names.sorted() && zip(names, contents).allSatisfy { read(target + "/" + $0) == $1 }
    }

    func dataset(
        mirrors: [String] = ["first", "second"], knowsSizes: Bool = true, knowsContents: Bool = false
    ) -> ImageDataset {
        let files = ImageDataset.mnist.files.indices.map { index in
            ImageDataset.PublishedFile(
                name: ImageDataset.mnist.files[index].name,
                packed: fingerprint(contents[index], knowsSize: knowsSizes),
                content: knowsContents ? fingerprint(unpacked[index]) : ImageDataset.Fingerprint())
        }
        return dataset(files, .files(mirrors: mirrors.map { "file://" + path($0) + "/" }))
    }

    func dataset(_ files: [ImageDataset.PublishedFile], _ origin: ImageDataset.Origin) -> ImageDataset {
        ImageDataset(
            name: "sample", title: "A sample", classNames: ["a"], firstLabel: 0, isTransposed: false,
            imageCounts: [], files: files, places: [""], systemPackage: nil, folder: "sample",
            licence: "none", origin: origin)
    }

    func fingerprint(_ content: [UInt8], knowsSize: Bool = true) -> ImageDataset.Fingerprint {
        var hash = SHA256()
        hash.update(content)
        return ImageDataset.Fingerprint(byteCount: knowsSize ? content.count : nil, sha256: hash.hexDigest)
    }

    /// Creates a shell script that replaces curl. The variables `$output`, `$address` and `$source`, the file of the
    /// address, are set. Each call adds a line to the file `calls`.
    func tool(_ script: String) throws -> DownloadTool {
        let path = path("tools/curl")
        let text = """
            #!/bin/sh
            while [ $# -gt 1 ]; do
                if [ "$1" = --output ]; then output=$2; fi
                shift
            done
            address=$1
            source=${address#file://}
            echo "$address" >> "\(self.path("calls"))"
            \(script)
            """
        let draft = self.path("draft")
        try Data(text.utf8).write(to: URL(filePath: draft))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: draft)
        // The script is copied by another process: child processes of other tests may inherit a file that is open for
        // writing here, and such a file cannot be executed.
        let copy = try ChildProcess("/bin/cp", ["-p", draft, path], inheriting: 2)
        while copy.poll() == nil { POSIX.sleep(seconds: 0.005) }
        return DownloadTool(.curl, path: path)
    }

    /// A script that copies and continues files as curl does.
    static let copying = """
        if [ ! -f "$source" ]; then echo "curl: (37) no $source"; exit 37; fi
        arrived=0
        if [ -f "$output" ]; then arrived=$(wc -c < "$output"); fi
        tail -c "+$((arrived + 1))" "$source" >> "$output"
        """

    /// The addresses that the tool was called with.
    var calls: [String] {
        read(path("calls")).map {
            String(decoding: $0, as: UTF8.self).split(separator: "\n").map(String.init)
        }
            ?? []
    }
}

/// Returns the error of a download, and the reported events.
func fetch(
    _ dataset: ImageDataset, to directory: String, _ tool: DownloadTool?, stopSignal: () -> Int32? = { nil }
) -> (error: FetchError?, events: [FetchEvent]) {
    var events: [FetchEvent] = []
    do throws(FetchError) {
        try DatasetFetch(dataset, to: directory, tool: tool).run(
            report: { events.append($0) }, stopSignal: stopSignal)
        return (nil, events)
    } catch {
        return (error, events)
    }
}

/// Returns one gzip member with one stored block.
private func storedGzip(_ content: [UInt8]) -> [UInt8] {
    let checksum = content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1] + little(content.count, 2) + little(~content.count, 2)
        + content + little(Int(checksum), 4) + little(content.count, 4)
}

private func little(_ number: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

/// Returns a zip archive of stored files.
func storedZip(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in files {
        let checksum = content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
        let fields =
            little(20, 2) + little(0, 8) + little(Int(checksum), 4) + little(content.count, 4)
            + little(content.count, 4) + little(name.utf8.count, 2)
        directory += [0x50, 0x4B, 1, 2] + little(20, 2) + fields + little(0, 12) + little(bytes.count, 4)
        directory += Array(name.utf8)
        bytes += [0x50, 0x4B, 3, 4] + fields + little(0, 2) + Array(name.utf8) + content
    }
    let counts = little(files.count, 2) + little(files.count, 2)
    return bytes + directory + [0x50, 0x4B, 5, 6] + little(0, 4) + counts + little(directory.count, 4)
        + little(bytes.count, 4) + little(0, 2)
}
