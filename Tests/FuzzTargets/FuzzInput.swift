import Platform

/// An input of the fuzzer, and a directory for readers that need a path.
struct FuzzInput {
    let bytes: [UInt8]
    let directory: String

    /// Writes a file and returns its path.
    func write(_ bytes: some Collection<UInt8>, to name: String = "input") -> String {
        let path = path(name)
        do {
            try POSIX.discardFile(path)
            try OpenFile(path, .creating).write(Array(bytes))
        } catch {
            preconditionFailure("an input cannot be written: \(error)")
        }
        return path
    }

    func path(_ name: String) -> String { FilePath.join(directory, name) }

    /// The parts of an input for several files. A part begins after a line `==> NAME`; if a name occurs twice, its last
    /// part counts.
    var parts: [String: ArraySlice<UInt8>] {
        var parts: [String: ArraySlice<UInt8>] = [:]
        var (name, start) = ("", 0)
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        where line.starts(with: Self.mark) {
            parts[name] = bytes[start..<max(start, line.startIndex)]
            name = String(decoding: line.dropFirst(Self.mark.count), as: UTF8.self)
            start = min(line.endIndex + 1, bytes.count)
        }
        parts[name] = bytes[start...]
        return parts
    }

    private static let mark = Array("==> ".utf8)

    /// Writes the parts with these names, and removes files of parts that the input does not have.
    func writeParts(_ names: [String], in folder: String) {
        let parts = parts
        for name in names {
            let file = FilePath.join(folder, name)
            if let part = parts[name] {
                _ = write(part, to: file)
            } else {
                try? POSIX.discardFile(path(file))
            }
        }
    }

    /// Creates a directory and returns its path.
    func makeDirectory(_ name: String) -> String {
        let path = path(name)
        do {
            if try POSIX.kind(at: path) == nil { try Directory.make(path) }
        } catch {
            preconditionFailure("a directory for inputs cannot be made: \(error)")
        }
        return path
    }
}
