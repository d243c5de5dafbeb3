import Console
import Platform
import Runs

/// The change that a page asks for, the body of a POST.
enum PageChange {
    struct Marks: Decodable {
        var id: String
        var tags: [String]?
        var note: String?
        var isPinned: Bool?
        var isHidden: Bool?
    }

    struct Runs: Decodable { var ids: [String] }

    struct Binned: Decodable { var binIds: [String] }

    /// The maximum number of runs of one request.
    static let mostRuns = 1000

    /// Reads the body of a request.
    ///
    /// - Throws: ``PageError`` with the place and the reason.
    static func read<Value: Decodable>(
        _ type: Value.Type = Value.self, from request: PageRequest
    ) throws(PageError) -> Value {
        do {
            return try JSON.value(type, from: request.body)
        } catch let error as DecodingError {
            throw PageError(.badRequest, .body, ["reason": JSON.reason(error)])
        } catch {
            throw PageError(.badRequest, .body, ["reason": "\(error)"])
        }
    }
}

extension RunsPage {
    /// Answers `/api/marks`.
    func mark(_ request: PageRequest) throws -> PageAnswer {
        let change: PageChange.Marks = try PageChange.read(from: request)
        let id = try RunID(change.id)
        let run = try id.run(in: root)
        try changes.withLock { _ in
            var (marks, problem) = RunMarks.read(run)
            if let problem {
                throw PageError(.conflict, .marksFile, ["problem": problem])
            }
            marks.tags = change.tags ?? marks.tags
            marks.note = change.note ?? marks.note
            marks.isPinned = change.isPinned ?? marks.isPinned
            marks.isHidden = change.isHidden ?? marks.isHidden
            try marks.check()
            try marks.write(to: run)
        }
        guard let json = index.reload(id) else {
            throw PageError(.notFound, .removed, ["run": id.description.quotedInAnswer])
        }
        return .json(text: json)
    }

    /// Answers `/api/delete`.
    func delete(_ request: PageRequest) throws -> PageAnswer {
        let change: PageChange.Runs = try PageChange.read(from: request)
        return try changeEach(change.ids, name: "deleted", key: "id", request.language) { bin, text in
            let id = try RunID(text)
            let binned = try bin.delete(id)
            index.reload(id)
            var json = JSONText()
            json.add("id", text)
            json.add("bin_id", binned)
            return json.text
        }
    }

    /// Answers `/api/restore`.
    func restore(_ request: PageRequest) throws -> PageAnswer {
        let change: PageChange.Binned = try PageChange.read(from: request)
        return try changeEach(change.binIds, name: "restored", key: "bin_id", request.language) { bin, text in
            let id = try bin.restore(text)
            index.reload(id)
            var json = JSONText()
            json.add("bin_id", text)
            json.add("id", id.description)
            return json.text
        }
    }

    /// Answers `/api/purge`.
    func purge(_ request: PageRequest) throws -> PageAnswer {
        let change: PageChange.Binned = try PageChange.read(from: request)
        return try changeEach(change.binIds, name: "purged", key: "bin_id", request.language) { bin, text in
            try bin.purge(text)
            var json = JSONText()
            json.add("bin_id", text)
            return json.text
        }
    }

    /// Answers `/api/bin`.
    func bin() throws -> PageAnswer {
        let runs = try RunBin(root: root).entries().map { entry in
            var json = JSONText()
            json.add("id", entry.id)
            json.add("name", entry.name)
            json.add("deleted", entry.deleted)
            json.add("bytes", entry.bytes)
            return json.text
        }
        var json = JSONText()
        json.add("runs", json: JSONText.array(runs))
        return .json(text: json.text)
    }

    /// Changes several runs. Runs that cannot be changed are listed; the answer's status is an error if none can.
    private func changeEach(
        _ ids: [String], name: String, key: String, _ language: Language,
        _ change: (RunBin, String) throws -> String
    ) throws -> PageAnswer {
        guard (1...PageChange.mostRuns).contains(ids.count) else {
            throw PageError(
                .badRequest, .runCount, ["limit": "\(PageChange.mostRuns)", "found": "\(ids.count)"])
        }
        var (done, errors): ([String], [String]) = ([], [])
        var failure: PageError?
        try changes.withLock { _ in
            let bin = RunBin(root: root)
            try bin.whileLocked {
                for id in ids {
                    do {
                        done.append(try change(bin, id))
                    } catch {
                        let error = PageError(error)
                        failure = failure ?? error
                        var json = JSONText()
                        json.add(key, id)
                        json.add("error", error.message(in: language).printableLine)
                        errors.append(json.text)
                    }
                }
            }
        }
        var json = JSONText()
        json.add(name, json: JSONText.array(done))
        json.add("errors", json: JSONText.array(errors))
        if done.isEmpty, let failure { json.add("error", failure.message(in: language).printableLine) }
        return .json(text: json.text, status: done.isEmpty ? failure?.status.rawValue ?? 200 : 200)
    }
}
