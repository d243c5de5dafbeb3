import Dispatch
import Platform
import Runs
import Synchronization

/// The event stream of a page: the list of runs and the runs that it shows. It begins with everything, so that a page
/// needs nothing after a reconnect. Files are read only while a stream is open.
final class PageEvents: EventSource {
    /// The maximum number of runs that one stream watches.
    static let mostRuns = 32
    /// The maximum number of open streams.
    static let mostStreams = 64
    /// The time between two looks at the files, and between two signs of life, in seconds.
    private static let interval = 0.5
    private static let aliveInterval = 5.0
    /// The number of runs of the list in one event.
    private static let piece = 500

    private let root: String
    private let index: RunIndex
    private let state: Mutex<State>
    private static let queue = DispatchQueue(label: "runs-page.events", attributes: .concurrent)
    private static let count = Mutex(0)

    private struct State {
        var runs: [RunWatch]
        /// The latest change of the list that was sent.
        var revision = -1
        var wasComplete: Bool?
        var waiting: [[UInt8]] = []
        var lastSent = POSIX.monotonicSeconds()
        var nextLook = 0.0
    }

    /// - Throws: ``PageError`` if there are too many streams or too many runs.
    init(root: String, index: RunIndex, runs: [RunID]) throws(PageError) {
        guard runs.count <= Self.mostRuns else {
            throw PageError(
                .badRequest, .tooManyWatched, ["limit": "\(Self.mostRuns)", "found": "\(runs.count)"])
        }
        let isFull = Self.count.withLock { count in
            count += 1
            return count > Self.mostStreams
        }
        self.root = root
        self.index = index
        state = Mutex(State(runs: runs.map { RunWatch($0) }))
        // The object exists from here on, so that `deinit` counts it out.
        if isFull {
            throw PageError(.busy, .tooManyStreams, ["limit": "\(Self.mostStreams)"])
        }
    }

    deinit { Self.count.withLock { $0 -= 1 } }

    func next() async -> [UInt8]? {
        while !Task.isCancelled {
            let (bytes, pause) = await withCheckedContinuation { continuation in
                Self.queue.async { continuation.resume(returning: self.step()) }
            }
            if let bytes { return bytes }
            do { try await Task.sleep(for: .seconds(pause)) } catch { return nil }
        }
        return nil
    }

    /// Returns the next bytes; if there are none, the time until the next look in seconds.
    private func step() -> (bytes: [UInt8]?, pause: Double) {
        state.withLock { state in
            let now = POSIX.monotonicSeconds()
            if state.waiting.isEmpty, state.nextLook <= now {
                look(&state)
                state.nextLook = POSIX.monotonicSeconds() + Self.interval
            }
            if state.waiting.isEmpty {
                // A long log is sent in pieces; the next one is due at once.
                for place in state.runs.indices {
                    state.waiting += state.runs[place].pieces()
                    if !state.waiting.isEmpty { break }
                }
            }
            if state.waiting.isEmpty, now - state.lastSent >= Self.aliveInterval {
                state.waiting = [EventText.alive]
            }
            guard !state.waiting.isEmpty else {
                return (nil, max(0.01, state.nextLook - POSIX.monotonicSeconds()))
            }
            state.lastSent = now
            return (state.waiting.removeFirst(), 0)
        }
    }

    private func look(_ state: inout State) {
        index.update(waiting: 0.2)
        let changes = index.changes(after: state.revision)
        if !changes.isEmpty || state.wasComplete != changes.isComplete {
            state.waiting += Self.events(changes)
            state.wasComplete = changes.isComplete
            state.revision = changes.revision
        }
        for place in state.runs.indices { state.waiting += state.runs[place].look(in: root) }
    }

    /// Returns the changes of the list as events. Only the last of them says that the list is complete.
    private static func events(_ changes: RunIndex.Changes) -> [[UInt8]] {
        let starts = stride(from: 0, to: max(1, changes.runs.count), by: piece)
        return starts.map { start in
            let end = min(start + piece, changes.runs.count)
            let isLast = end == changes.runs.count
            var json = JSONText()
            json.add("is_complete", isLast && changes.isComplete)
            json.add("runs", json: JSONText.array(changes.runs[start..<end]))
            json.add("removed", start == 0 ? changes.removed : [])
            if start == 0, let sweeps = changes.sweeps { json.add("sweeps", json: JSONText.array(sweeps)) }
            json.add("problem", changes.problem)
            return EventText.event("runs", json.text)
        }
    }
}

extension RunsPage {
    /// Answers `/api/events`.
    func events(_ request: PageRequest) throws -> PageAnswer {
        var runs: [RunID] = []
        for text in request.query["run"] ?? [] {
            let id = try RunID(text)
            if !runs.contains(id) { runs.append(id) }
        }
        return .events(try PageEvents(root: root, index: index, runs: runs))
    }
}
