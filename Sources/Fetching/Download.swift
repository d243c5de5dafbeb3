import Datasets
import Platform

/// One file from one of several addresses. It grows in `<path>.part`, is compared there with what was published, and
/// only then gets its name.
struct Download {
    let addresses: [String]
    let path: String
    let published: ImageDataset.PublishedFile
    let tool: DownloadTool
    /// The lock on the directory, which the tool holds as well: should this process be killed, the tool goes on, and the
    /// next process waits for it.
    let lock: FileLock

    private var part: String { path + ".part" }
    private var fingerprint: ImageDataset.Fingerprint { published.packed }
    private var file: String { FilePath.name(of: path) }

    /// - Returns: why each address failed, or nil if one did not.
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
                // Again where more has arrived, and once from the beginning where that was continued in vain.
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

    /// A reason not to use what arrived, or to go on without it.
    private struct Problem {
        let reason: String
        /// Whether what arrived is of no use.
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
        // A mirror may have packed it anew.
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

    /// Whether only the name is missing, as far as can be told.
    private var hasArrived: Bool {
        if let byteCount = fingerprint.byteCount { return size >= byteCount }
        return size > 0 && (try? SHA256.hexDigest(ofFile: part)) == fingerprint.sha256
    }

    /// Runs the tool to its end.
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
                // Ctrl-C reaches the tool as well.
                if let number = stopSignal() { throw .stopped(signal: number) }
                return Problem(reason: "\(tool.path) was ended by signal \(number)", isFinal: false)
            }
        }
    }

    /// What has arrived, in bytes.
    private var size: Int { (try? OpenFile(part, .reading).status().size) ?? 0 }

    /// The tool would write through a link, and wait for the reader of a pipe.
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
