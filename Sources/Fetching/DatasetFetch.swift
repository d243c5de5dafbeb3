import Datasets
import Platform

/// Downloads the missing files of a data set into a directory. Only one process at a time does this.
package struct DatasetFetch {
    private let dataset: ImageDataset
    private let directory: String
    private let tool: DownloadTool?

    package init(_ dataset: ImageDataset, to directory: String, tool: DownloadTool? = .find()) {
        self.dataset = dataset
        self.directory = FilePath.withoutSlashAtEnd(directory)
        self.tool = tool
    }

    /// Downloads the files and returns when all are in place and verified. If the data set is published as an archive,
    /// the file is extracted from it; the archive is kept for its other files.
    ///
    /// - Parameters:
    ///   - report: Called for each event, several times a second while a file is downloaded.
    ///   - stopSignal: Called several times a second; if it returns a signal, the download ends with
    ///     `FetchError.stopped`.
    package func run(
        report: (FetchEvent) -> Void = { _ in }, stopSignal: () -> Int32? = { nil }
    ) throws(FetchError) {
        let lock: FileLock
        do throws(FetchError) {
            lock = try locked(report, stopSignal)
        } catch {
            // If all files are in place, nothing is written, because the directory may not be writable.
            if case .file = error, try filesToFetch(report).isEmpty { return }
            throw error
        }
        defer { lock.removeFile() }
        let wanted = try filesToFetch(report)
        if wanted.isEmpty { return }
        switch dataset.origin {
        case .anywhere: throw .noAddress(dataset.name)
        case .files(let mirrors):
            for file in wanted {
                let name = file.name + ".gz"
                try download(name, file, mirrors.map { $0 + name }, lock, report, stopSignal)
            }
        case .archive(let archive):
            try fetch(archive, lock, report, stopSignal)
            for file in wanted { try unpack(file, from: archive, report) }
        }
    }

    /// Locks the directory, which is created if missing.
    private func locked(
        _ report: (FetchEvent) -> Void, _ stopSignal: () -> Int32?
    ) throws(FetchError) -> FileLock {
        var stop: Int32?
        do throws(FileError) {
            try Directory.make(directory)
            if let lock = try FileLock(lockFile) { return lock }
            report(.waiting(directory: directory))
            let lock = try FileLock.wait(for: lockFile) {
                stop = stopSignal()
                return stop != nil
            }
            if let lock { return lock }
        } catch {
            throw .file(error)
        }
        throw .stopped(signal: stop ?? 0)
    }

    /// The path of the file that is locked while a process downloads into the directory.
    package var lockFile: String { place(".fetch.lock") }

    /// Returns the files that are missing or, as `.gz`, damaged.
    private func filesToFetch(
        _ report: (FetchEvent) -> Void
    ) throws(FetchError) -> [ImageDataset.PublishedFile] {
        var wanted: [ImageDataset.PublishedFile] = []
        for file in dataset.files {
            let (raw, packed) = (place(file.name), place(file.name + ".gz"))
            guard let path = [raw, packed].first(where: { POSIX.exists($0, followingLinks: false) }) else {
                wanted.append(file)
                continue
            }
            switch file.verdict(on: path) {
            case .proven, .unproven: report(.found(file: FilePath.name(of: path)))
            case .damaged(let problem):
                if path == raw {
                    throw .obstructed(ImageDatasetState.DamagedFile(path: path, problem: problem))
                }
                wanted.append(file)
            }
        }
        return wanted
    }

    private func fetch(
        _ archive: ImageDataset.Archive, _ lock: FileLock, _ report: (FetchEvent) -> Void,
        _ stopSignal: () -> Int32?
    ) throws(FetchError) {
        if archive.file.verdict(on: place(archive.name)) == .proven {
            report(.found(file: archive.name))
        } else {
            try download(archive.name, archive.file, archive.addresses, lock, report, stopSignal)
        }
    }

    private func unpack(
        _ file: ImageDataset.PublishedFile, from archive: ImageDataset.Archive, _ report: (FetchEvent) -> Void
    ) throws(FetchError) {
        let name = file.name + ".gz"
        let bytes: [UInt8]
        do throws(DatasetError) {
            let zip = try ZipArchive(path: place(archive.name))
            bytes = try zip.contents(of: zip.entry(archive.prefix + name))
        } catch {
            throw .archive(error)
        }
        do throws(FileError) {
            try AtomicFile.write(bytes, to: place(name))
        } catch {
            throw .file(error)
        }
        report(.finished(file: name))
    }

    private func download(
        _ name: String, _ file: ImageDataset.PublishedFile, _ addresses: [String], _ lock: FileLock,
        _ report: (FetchEvent) -> Void, _ stopSignal: () -> Int32?
    ) throws(FetchError) {
        let instructions = dataset.instructions(in: directory)
        guard let tool else { throw .noTool(instructions: instructions) }
        let download = Download(
            addresses: addresses, path: place(name), published: file, tool: tool, lock: lock)
        if let attempts = try download.run(report: report, stopSignal: stopSignal) {
            if let number = stopSignal() { throw .stopped(signal: number) }
            throw .failed(file: name, attempts: attempts, instructions: instructions)
        }
    }

    private func place(_ name: String) -> String { FilePath.join(directory, name) }
}
