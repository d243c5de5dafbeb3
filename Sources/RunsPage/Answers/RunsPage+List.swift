extension RunsPage {
    /// The time that the first answer may take, in seconds; runs that were not read by then follow as events.
    private static let patience = 0.2

    /// Answers `/api/runs`.
    func list() -> PageAnswer {
        index.update(waiting: Self.patience)
        let changes = index.changes(after: -1)
        var json = JSONText()
        json.add("root", root)
        json.add("is_complete", changes.isComplete)
        json.add("runs", json: JSONText.array(changes.runs))
        json.add("sweeps", json: JSONText.array(changes.sweeps ?? []))
        json.add("problem", changes.problem)
        return .json(text: json.text)
    }

    /// Reads the runs before a page asks for them.
    package func prepare() { index.update(waiting: 0) }

    /// Waits for a change of files that a request asked for, before the process ends.
    package func finishChanges() { changes.withLock { _ in } }
}
