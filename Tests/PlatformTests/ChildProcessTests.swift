import Foundation
import TestSupport
import Testing

@testable import Platform

@Suite("Child processes")
struct ChildProcessTests {
    private func shell(_ script: String) throws -> ChildProcess {
        try ChildProcess("/bin/sh", ["-c", script], inheriting: STDERR_FILENO)
    }

    @Test
    func `output and errors arrive together, and the exit code at the end`() throws {
        let child = try shell("echo out; echo err >&2; exit 7")
        #expect(child.wait() == .exit(code: 7))
        #expect(child.text == "out\nerr\n")
        // A second call returns the same.
        #expect(child.poll() == .exit(code: 7))
    }

    @Test
    func `a child ended by a signal reports it`() throws {
        #expect(try shell("kill -9 $$").wait() == .signal(SIGKILL))
    }

    @Test
    func `a child can be ended`() throws {
        let child = try shell("echo begun; exec sleep 600")
        child.waitForOutput()
        #expect(child.poll() == nil && child.text == "begun\n")
        child.end()
        #expect(child.poll() == .signal(SIGTERM))
        // By now its number may belong to another process.
        child.terminate()
    }

    @Test
    func `a child whose exit code the system does not keep counts as ended`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGCHLD, SIG_IGN)
            let child = try ChildProcess("/bin/sh", ["-c", "exit 7"], inheriting: STDERR_FILENO)
            precondition(child.wait() == .exit(code: 127))
        }
    }

    @Test
    func `the input is empty`() throws {
        let child = try shell("cat; echo end")
        #expect(child.wait() == .exit(code: 0))
        #expect(child.text == "end\n")
    }

    @Test
    func `signals blocked by this thread or ignored by this process reach the child`() throws {
        var (held, former) = (sigset_t(), sigset_t())
        sigemptyset(&held)
        sigaddset(&held, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &held, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        #expect(try shell("kill -TERM $$; echo deaf").wait() == .signal(SIGTERM))
    }

    @Test
    func `an open file is inherited with its lock`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.add("lock", "")
        var file: OpenFile? = try OpenFile(path, .appending)
        try #require(flock(try #require(file).descriptor, LOCK_EX | LOCK_NB) == 0)
        let child = try ChildProcess(
            "/bin/sh", ["-c", "echo begun; exec sleep 600"], inheriting: try #require(file).descriptor)
        child.waitForOutput()
        file = nil
        let other = try OpenFile(path, .appending)
        #expect(flock(other.descriptor, LOCK_EX | LOCK_NB) != 0)
        child.end()
        #expect(flock(other.descriptor, LOCK_EX | LOCK_NB) == 0)
    }

    @Test
    func `a program that cannot be started is an error with its path`() {
        let problem = error(FileError.self) {
            _ = try ChildProcess("/nowhere/x", [], inheriting: STDERR_FILENO)
        }
        #expect(problem == FileError(path: "/nowhere/x", operation: .start, code: ENOENT))
    }
}
