import Platform
import Runs

extension RunsPage {
    /// The largest picture and report that are sent, in bytes.
    private static let largestPicture = 32 << 20
    /// The largest part of a run's records that is sent, in bytes and in lines.
    static let largestRecords = 64 << 20
    static let mostRecords = 200_000

    /// Returns the run that a request names.
    func run(_ request: PageRequest) throws(PageError) -> (id: RunID, directory: RunDirectory) {
        guard let text = request["id"] else {
            throw PageError(.badRequest, .noRun)
        }
        let id = try RunID(text)
        return (id, try id.run(in: root))
    }

    /// Answers `/api/run`.
    func details(_ request: PageRequest) throws -> PageAnswer {
        let (id, run) = try run(request)
        return .json(text: try Self.details(run, id: id).whole)
    }

    /// Returns everything about a run as JSON, and the part of it that does not change with every epoch.
    static func details(_ run: RunDirectory, id: RunID) throws -> (whole: String, details: String) {
        let record = RunRecord(run, of: PagePrograms.all)
        let item = RunItem(record, id: id.description, marks: RunMarks.read(run))
        let details = try JSON.text(RunDetails(record), pretty: false)
        var beginning = JSONText()
        beginning.add("run", json: item.json)
        beginning.add("eta_seconds", remainingSeconds(record))
        let state = "\(record.state.rawValue) \(record.reason ?? "")"
        return ("{\(beginning.members),\(details.dropFirst())", state + details)
    }

    /// Returns the estimated time until a running run ends, in seconds; nil if it is not known.
    private static func remainingSeconds(_ record: RunRecord) -> Double? {
        guard record.state == .running, let wanted = record.wantedEpochs else { return nil }
        let recent = record.metrics.rows.suffix(5).map(\.seconds).filter(\.isFinite)
        guard !recent.isEmpty, wanted > record.epochs else { return nil }
        let epoch = recent.reduce(0, +) / Double(recent.count)
        let begun = FileStamp(record.run.metrics).map {
            POSIX.wallSeconds() - Double($0.seconds) - Double($0.nanoseconds) / 1e9
        }
        return max(0, epoch * Double(wanted - record.epochs) - min(max(0, begun ?? 0), epoch))
    }

    /// Answers `/api/records`: the records as they are in the file, without damaged lines.
    func records(_ request: PageRequest) throws -> PageAnswer {
        let (_, run) = try run(request)
        var headers: [String: String] = [:]
        var bytes: [UInt8] = []
        do throws(FileError) {
            let tail = try RunFiles(run).tail(
                of: run.records, bytes: Self.largestRecords, lines: Self.mostRecords)
            if tail.isCut { headers["X-Records-Cut"] = "true" }
            for line in tail.lines where JSON.isObject(line) {
                bytes += line
                bytes.append(UInt8(ascii: "\n"))
            }
        } catch {
            if !error.isMissing { throw error }
        }
        return .content(bytes, type: "application/jsonl", headers: headers)
    }

    /// Answers `/api/picture`.
    func picture(_ request: PageRequest) throws -> PageAnswer {
        let (_, run) = try run(request)
        let name = request["name"] ?? ""
        guard RunFiles.pictureNames.contains(name) else {
            throw PageError(
                .notFound, .picture,
                ["choices": RunFiles.pictureNames.joined(separator: ", "), "found": name.quotedInAnswer])
        }
        let bytes = try file(name, of: run)
        return .content(
            bytes, type: name.hasSuffix(".svg") ? "image/svg+xml" : "image/png",
            headers: [
                "Content-Security-Policy":
                    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
            ])
    }

    /// Answers `/api/report`: the run's report, of which no script is executed.
    func report(_ request: PageRequest) throws -> PageAnswer {
        let (_, run) = try run(request)
        let bytes = try file(FilePath.name(of: run.report), of: run)
        return .content(
            bytes, type: "text/html; charset=utf-8",
            headers: [
                "Content-Security-Policy": [
                    "sandbox", "default-src 'none'", "img-src data:", "style-src 'unsafe-inline'",
                    "frame-ancestors 'self'",
                ].joined(separator: "; ")
            ])
    }

    private func file(_ name: String, of run: RunDirectory) throws -> [UInt8] {
        do {
            return try RunFiles(run).content(of: name, atMost: Self.largestPicture)
        } catch let error as FileError where error.isMissing {
            throw PageError(.notFound, .missingFile, ["name": name])
        }
    }
}
