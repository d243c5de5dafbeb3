import ImageClassification
import Platform
import TestSupport
import Testing

@testable import Runs

@Suite("The latest run of each program")
struct LatestRunTests {
    private let root: TemporaryDirectory
    private static let other = Program(
        name: "stock-forecast", options: ImageTraining.Options.self, metrics: [])

    init() throws {
        root = try TemporaryDirectory()
        for (name, program) in [
            ("20260101-000000-b", "mnist-bilstm"), ("20260102-000000-a", "mnist-bilstm"),
            ("20260103-000000-c", "stock-forecast"),
        ] {
            let path = root.file(name)
            try POSIX.makeDirectory(path)
            try AtomicFile.write(
                #"{"options":{},"program":"\#(program)"}"#, to: path + "/config.json")
        }
        // This directory is not a run.
        try POSIX.makeDirectory(root.file("20260104-000000-d"))
    }

    private func latest(_ program: Program?) throws -> String {
        FilePath.name(of: try RunDirectory.find("latest", root: root.path, of: program).run.path)
    }

    @Test
    func `the latest run is the newest of its program, whatever the link points to`() throws {
        try POSIX.makeSymbolicLink(root.file("latest"), to: "20260103-000000-c")
        #expect(try latest(nil) == "20260103-000000-c")
        #expect(try latest(Self.other) == "20260103-000000-c")
        #expect(try latest(.mnistBiLSTM) == "20260102-000000-a")
    }

    /// A link set by hand is used if possible.
    @Test
    func `the latest run is the target of the link`() throws {
        try POSIX.makeSymbolicLink(root.file("latest"), to: "20260101-000000-b")
        #expect(try latest(.mnistBiLSTM) == "20260101-000000-b")
        #expect(try latest(Self.other) == "20260103-000000-c")
    }

    @Test
    func `there is no latest run if there is none`() throws {
        let alone = try TemporaryDirectory()
        try POSIX.makeDirectory(alone.file("20260101-000000-b"))
        try AtomicFile.write(
            #"{"options":{}}"#, to: alone.file("20260101-000000-b/config.json"))
        try POSIX.makeSymbolicLink(alone.file("latest"), to: "20260101-000000-b")
        #expect(
            throws: RunError.otherProgram(
                run: alone.file("20260101-000000-b"), program: "mnist-bilstm")
        ) {
            try RunDirectory.find("latest", root: alone.path, of: Self.other)
        }
    }
}

@Suite("Runs of sweeps")
struct SweepRunTests {
    private let root: TemporaryDirectory

    init() throws {
        root = try TemporaryDirectory()
        for name in ["sweeps/셀/runs/20260101-000000-entry-0000", "sweeps/셀/runs/20260102-000000-entry-0001"] {
            try Directory.make(root.file(name))
            try AtomicFile.write("{}", to: root.file(name + "/config.json"))
        }
        try Directory.make(root.file("sweeps/셀/entries"))
        try AtomicFile.write("{}", to: root.file("sweeps/셀/plan.json"))
    }

    private func find(_ name: String) throws -> String {
        try RunDirectory.find(name, root: root.path).run.name
    }

    @Test func `a sweep's name means its winner's run`() throws {
        let sweep = root.file("sweeps/셀")
        func unknown(_ program: String) -> RunError {
            .sweepWithoutWinner(sweep: sweep, reason: .unknown, program: program)
        }
        #expect(throws: unknown("mnist-bilstm")) { try find("셀") }
        try AtomicFile.write(
            #"{"settings": [], "seeds": [], "program": "sequence-classifier"}"#, to: sweep + "/plan.json")
        #expect(throws: unknown("sequence-classifier")) { try find("셀") }
        try POSIX.makeSymbolicLink(RunDirectory.winner(ofSweep: sweep), to: "runs/20260101-000000-entry-0000")
        for name in ["셀", sweep, sweep + "/"] { #expect(try find(name) == "20260101-000000-entry-0000") }
        // A run with this name takes precedence.
        try Directory.make(root.file("20260103-000000-셀"))
        try AtomicFile.write("{}", to: root.file("20260103-000000-셀/config.json"))
        #expect(try find("셀") == "20260103-000000-셀")
    }

    @Test func `the reason why a sweep has no winner`() throws {
        let sweep = root.file("sweeps/셀")
        try AtomicFile.write(#"{"settings": [["lstm"], ["gru"]], "seeds": [0, 1]}"#, to: sweep + "/plan.json")
        func reason(_ states: [String]) throws -> RunError.NoWinner? {
            for (index, state) in states.enumerated() {
                try AtomicFile.write(
                    "{\"state\": \"\(state)\"}", to: sweep + "/entries/entry-000\(index).json")
            }
            let found = error(RunError.self) { _ = try find("셀") }
            guard case .sweepWithoutWinner(sweep, let reason, _)? = found else { return nil }
            return reason
        }
        #expect(try reason(["finished", "diverged"]) == .incomplete(complete: 2, count: 4))
        // The second setting diverged with both seeds, the first with none.
        #expect(try reason(["finished", "diverged", "finished", "diverged"]) == .unknown)
        #expect(
            try reason(["finished", "diverged", "diverged", "finished"]) == .diverged(entry: "entry-0001"))
    }

    @Test func `a plan of something else is no sweep`() throws {
        let place = root.file("project")
        try Directory.make(place)
        try AtomicFile.write("{}", to: place + "/plan.json")
        #expect(throws: RunError.notFound(name: place, root: root.path, lister: "mnist-bilstm")) {
            try find(place)
        }
        #expect(RunDirectory.sweep(place, in: root.path) == nil)
    }

    @Test func `an entry is found by its name`() throws {
        #expect(try find("셀/entry-0001") == "20260102-000000-entry-0001")
        #expect(try find(root.file("sweeps/셀/entry-0000")) == "20260101-000000-entry-0000")
        for name in ["셀/entry-0002", "cells", "셀/runs/x", "/", ""] {
            #expect(throws: RunError.notFound(name: name, root: root.path, lister: "mnist-bilstm")) {
                try find(name)
            }
        }
    }
}
