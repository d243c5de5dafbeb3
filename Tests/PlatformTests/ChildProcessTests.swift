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
        // Asked again, it says the same.
        #expect(child.poll() == .exit(code: 7))
    }

    @Test
    func `a child that a signal ends`() throws {
        #expect(try shell("kill -9 $$").wait() == .signal(SIGKILL))
    }

    @Test
    func `a child that is ended`() throws {
        let child = try shell("echo begun; exec sleep 600")
        child.waitForOutput()
        #expect(child.poll() == nil && child.text == "begun\n")
        child.end()
        #expect(child.poll() == .signal(SIGTERM))
        // Its number may be another process's by now.
        child.terminate()
    }

    @Test
    func `a child whose ending the system does not keep has ended, too`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGCHLD, SIG_IGN)
            let child = try ChildProcess("/bin/sh", ["-c", "exit 7"], inheriting: STDERR_FILENO)
            precondition(child.wait() == .exit(code: 127))
        }
    }

    @Test
    func `input is empty`() throws {
        let child = try shell("cat; echo end")
        #expect(child.wait() == .exit(code: 0))
        #expect(child.text == "end\n")
    }

    @Test
    func `signals that this thread holds back or this process ignores reach the child`() throws {
        var (held, former) = (sigset_t(), sigset_t())
        sigemptyset(&held)
        sigaddset(&held, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &held, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        #expect(try shell("kill -TERM $$; echo deaf").wait() == .signal(SIGTERM))
    }

    @Test
    func `an open file is held open, with the lock on it`() throws {
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
    func `what cannot be started is told with its path`() {
        let problem = error(FileError.self) {
            _ = try ChildProcess("/nowhere/x", [], inheriting: STDERR_FILENO)
        }
        #expect(problem == FileError(path: "/nowhere/x", operation: .start, code: ENOENT))
    }
}
