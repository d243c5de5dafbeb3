import Foundation
import Platform
import Runs
import TestSupport
import Testing

/// The program `runs-page`, called as a user calls it.
@Suite("runs-page", .timeLimit(.minutes(60)))
struct RunsPageToolTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func start(_ arguments: String..., runs: String? = nil) throws -> RunningTool {
        try RunningTool(["--runs", runs ?? directory.path] + arguments, program: Tool.pagePath)
    }

    private func client(of tool: RunningTool, beginning: String = "") throws -> (PageClient, line: String) {
        let line = try tool.line(beginning: beginning)
        return (try PageClient(in: line), line)
    }

    @Test func `it prints the address, answers, and shows the runs`() throws {
        let name = "20260131-235959-a"
        try FileManager.default.createDirectory(
            atPath: directory.path + "/\(name)/checkpoints", withIntermediateDirectories: true)
        let tool = try start("--port", "0")
        let (client, line) = try client(of: tool)
        #expect(line.hasPrefix("Runs of \(directory.path): http://127.0.0.1:"))
        #expect(try client.request("")?.status == 200)
        #expect(try client.request("nothing")?.status == 404)
        let list = try #require(try client.request("api/runs"))
        #expect(list.status == 200 && list.text.contains(name), "\(list)")
        tool.send(SIGTERM)
        _ = tool.ending()
        #expect(try client.request("") == nil)
    }

    @Test func `it ends when nobody uses it and no run is running`() throws {
        let tool = try start("--port", "0", "--until-idle", "0.01")
        _ = try client(of: tool)
        #expect(tool.ending() == 0)

        let run = RunDirectory(path: directory.path + "/sweeps/cells/runs/20260131-235959-entry-0000")
        try FileManager.default.createDirectory(atPath: run.path, withIntermediateDirectories: true)
        var lock: RunDirectory.Lock? = try RunDirectory.Lock(run)
        let other = try start("--port", "0", "--until-idle", "0.01")
        _ = try client(of: other)
        usleep(3_000_000)
        #expect(other.isRunning)
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(other.ending() == 0)
    }

    @Test
    func `beside a training, it uses a page of the same directory, and another port if the port is taken`()
        throws
    {
        let tool = try start("--port", "0")
        let (client, _) = try client(of: tool)
        let port = try #require(client.address.firstMatch(of: /:([0-9]+)\//)).1
        // The same directory by another path.
        let link = directory.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: directory.path)
        for path in [directory.path, directory.path + "/./", link] {
            let second = try start("--port", "\(port)", "--beside-training", runs: path)
            let outcome = try second.finish()
            #expect(outcome.exitCode == 0 && outcome.errors == "", "\(outcome.errors)")
            #expect(outcome.output == "Page: http://127.0.0.1:\(port)/ (already open)\n")
        }
        let elsewhere = try TemporaryDirectory()
        let other = try start("--port", "\(port)", "--beside-training", runs: elsewhere.path)
        let (otherClient, line) = try self.client(of: other)
        #expect(otherClient.address != client.address)
        #expect(line.contains(" (to end it: kill "), "\(line)")
        #expect(try otherClient.request("")?.status == 200)
        other.send(SIGTERM)
        _ = other.ending()
        tool.send(SIGKILL)
        _ = tool.ending()
        // The port of a killed server is free at once.
        let again = try start("--port", "\(port)", "--beside-training")
        #expect(try self.client(of: again).0.address == client.address)
    }

    /// A program that accepts connections and never answers.
    @Test func `a silent program on the port is not waited for`() throws {
        #if canImport(Darwin)
            let stream = SOCK_STREAM
        #else
            let stream = Int32(SOCK_STREAM.rawValue)
        #endif
        let silent = socket(AF_INET, stream, 0)
        defer { close(silent) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                #expect(bind(silent, pointer, size) == 0 && listen(silent, 5) == 0)
                #expect(getsockname(silent, pointer, &size) == 0)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        let tool = try start("--port", "\(port)", "--beside-training")
        let (client, _) = try client(of: tool, beginning: "Page: ")
        #expect(!client.address.contains(":\(port)/"))
        #expect(try client.request("")?.status == 200)
    }

    /// The training is resumed by the page and outlives it; its result equals the result of an uninterrupted training.
    @Test func `a training is stopped and resumed by the page, which is killed`() throws {
        let options = ["--batch-size", "1", "--hidden-size", "16", "--threads", "1", "--epochs", "60"]
        let whole = try Workplace()
        #expect(try Tool.run(whole.places + options).exitCode == 0)
        let place = try Workplace()
        let tool = try RunningTool(place.places + options)
        _ = try tool.line(beginning: "Run: ")
        let name = place.runNames[0]
        let page = try start("--port", "0", runs: place.runs)
        let (client, _) = try client(of: page)
        let stop = try #require(try client.request("api/stop", post: #"{"id": "\#(name)"}"#))
        #expect(stop.status == 200, "\(stop.text)")
        #expect(try tool.finish().exitCode == 75)
        let again = try #require(try client.request("api/stop", post: #"{"id": "\#(name)"}"#))
        #expect(again.status == 409, "\(again.text)")

        let resume = try #require(
            try client.request("api/resume", post: #"{"id": "\#(name)", "epochs": 60}"#))
        #expect(resume.status == 200, "\(resume.text)")
        #expect(
            resume.text.contains(
                "mnist-bilstm train --resume \(place.runs)/\(name) --epochs 60 --allow-changes"))
        let run = RunDirectory(path: place.runs + "/" + name)
        for _ in 0..<2000 where try !run.isRunning { usleep(10_000) }
        let twice = try #require(
            try client.request("api/resume", post: #"{"id": "\#(name)", "epochs": 60}"#))
        #expect(
            twice.status == 409 && twice.text.contains(/is running|is being resumed/), "\(twice.text)")
        page.send(SIGKILL)
        #expect(page.ending() == -SIGKILL)
        var state: String?
        for _ in 0..<6000 where state != "finished" {
            usleep(20_000)
            state = try? place.json("summary.json", "state") as? String
        }
        #expect(state == "finished")
        try expectEqual(
            RunFiles(place.runs + "/\(name)"), RunFiles(whole.runs + "/" + whole.runNames[0]))
    }

    @Test func `a training that was killed has failed, for a page that begins afterwards`() throws {
        let place = try Workplace()
        let tool = try RunningTool(
            place.places + ["--batch-size", "1", "--hidden-size", "64", "--threads", "1", "--epochs", "50"])
        _ = try tool.line(beginning: "Run: ")
        let name = place.runNames[0]
        func state() throws -> (page: RunningTool, state: String?) {
            let page = try start("--port", "0", runs: place.runs)
            let (client, _) = try client(of: page)
            // The first answer counts.
            let answer = try #require(try client.request("api/runs"))
            struct List: Decodable {
                struct Run: Decodable { let id, state: String }
                let runs: [Run]
            }
            let list = try JSONDecoder().decode(List.self, from: Data(answer.text.utf8))
            return (page, list.runs.first { $0.id == name }?.state)
        }
        let (before, running) = try state()
        #expect(running == "running")
        tool.send(SIGKILL)
        #expect(tool.ending() == -SIGKILL)
        before.send(SIGKILL)
        _ = before.ending()
        for _ in 0..<3 {
            let (page, failed) = try state()
            #expect(failed == "failed")
            page.send(SIGKILL)
            _ = page.ending()
        }
    }

    @Test(arguments: [
        (["--port", "70000"], "'--port <number>'"), (["--port", "-1"], "--port"),
        (["--until-idle", "0"], "--until-idle: expected more than 0"),
        (["--until-idle", "nan"], "--until-idle: expected more than 0"),
        (["--host", "somewhere"], "--host: expected an IP address"), (["--runs", ""], "--runs must name"),
        (["elsewhere"], "Unexpected argument 'elsewhere'"),
    ])
    func `bad options are refused`(words: [String], message: String) throws {
        let outcome = try Tool.run(words, program: Tool.pagePath)
        #expect(outcome.exitCode == 64 && outcome.output == "")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
}
