import Datasets
import Platform

/// Downloads one file from one of several addresses. The file grows in `<path>.part`, is verified there, and then gets
/// its final name.
struct Download {
    let addresses: [String]
    let path: String
    let published: ImageDataset.PublishedFile
    let tool: DownloadTool
    /// The lock on the directory, which the download tool holds as well. If this process is killed, the tool continues,
    /// and the next process waits for it.
    let lock: FileLock

    private var part: String { path + ".part" }
    private var fingerprint: ImageDataset.Fingerprint { published.packed }
    private var file: String { FilePath.name(of: path) }

    /// - Returns: The reason why each address failed; nil if one succeeded.
    func run(
        report: (FetchEvent) -> Void, stopSignal: () -> Int32?
    ) throws(FetchError) -> [FetchError.Attempt]? {
        try checkPart()
        var attempts: [FetchError.Attempt] = []
        for address in addresses {
            var hasBegunAnew = false
            while true {
                let start = size
                guard let problem = try load(address, report, stopSignal) else {
                    report(.finished(file: file))
                    return nil
                }
                let attempt = FetchError.Attempt(address: address, reason: problem.reason)
                report(.failed(attempt))
                if problem.isFinal { try remove() }
                // Try again if more bytes have arrived, and once from the beginning if continuing failed.
                let isWorthwhile = problem.isFinal ? start > 0 && !hasBegunAnew : size > start
                guard isWorthwhile else {
                    attempts.append(attempt)
                    break
                }
                if problem.isFinal { hasBegunAnew = true }
            }
        }
        return attempts
    }

    /// The reason why the downloaded bytes cannot be used, or why the download stopped.
    private struct Problem {
        let reason: String
        /// Whether the downloaded bytes are useless.
        let isFinal: Bool
    }

    private func load(
        _ address: String, _ report: (FetchEvent) -> Void, _ stopSignal: () -> Int32?
    ) throws(FetchError) -> Problem? {
        if !hasArrived {
            report(
                .downloading(file: file, address: address, byteCount: size, total: fingerprint.byteCount))
            if let problem = try transfer(address, report, stopSignal) { return problem }
        }
        let digest: String
        do throws(DatasetError) {
            digest = try SHA256.hexDigest(ofFile: part)
        } catch {
            return Problem(reason: "\(error)", isFinal: true)
        }
        // The mirror may have compressed the file again.
        if let expected = fingerprint.sha256, digest != expected, published.verdict(on: part) != .proven {
            return Problem(reason: "expected SHA-256 \(expected), found \(digest)", isFinal: true)
        }
        do throws(FileError) {
            try OpenFile(part, .continuing).synchronize()
            try POSIX.renameFile(part, to: path)
            try OpenDirectory(FilePath.directory(of: path)).synchronize()
        } catch {
            throw .file(error)
        }
        return nil
    }

    /// Whether the download seems complete and only the renaming is missing.
    private var hasArrived: Bool {
        if let byteCount = fingerprint.byteCount { return size >= byteCount }
        return size > 0 && (try? SHA256.hexDigest(ofFile: part)) == fingerprint.sha256
    }

    /// Runs the download tool until it ends.
    private func transfer(
        _ address: String, _ report: (FetchEvent) -> Void, _ stopSignal: () -> Int32?
    ) throws(FetchError) -> Problem? {
        var known = size
        let child: ChildProcess
        do throws(FileError) {
            child = try ChildProcess(
                tool.path, tool.arguments(from: address, to: part), inheriting: lock.descriptor)
        } catch {
            throw .file(error)
        }
        while true {
            let ending = child.poll()
            if ending == nil, let number = stopSignal() {
                child.end()
                throw .stopped(signal: number)
            }
            let now = size
            if now != known { report(.progress(file: file, byteCount: now, total: fingerprint.byteCount)) }
            known = now
            switch ending {
            case nil: POSIX.sleep(seconds: 0.05)
            case .exit(0)?: return nil
            case .exit(let code)?:
                let reason = tool.reason(code, child.text)
                if tool.couldNotWrite(code) { throw .unwritable(path: part, reason: reason) }
                return Problem(reason: reason, isFinal: tool.cannotContinue(code, child.text))
            case .signal(let number)?:
                // Ctrl-C reaches the download tool as well.
                if let number = stopSignal() { throw .stopped(signal: number) }
                return Problem(reason: "\(tool.path) was ended by signal \(number)", isFinal: false)
            }
        }
    }

    /// The number of bytes downloaded so far.
    private var size: Int { (try? OpenFile(part, .reading).status().size) ?? 0 }

    /// Checks the partial file: the tool would write through a link, and wait for the reader of a pipe.
    private func checkPart() throws(FetchError) {
        do throws(FileError) {
            _ = try OpenFile(part, .continuing)
        } catch {
            if !error.isMissing { throw .file(error) }
        }
    }

    private func remove() throws(FetchError) {
        do throws(FileError) {
            try POSIX.discardFile(part)
        } catch {
            throw .file(error)
        }
    }
}
