import Foundation
import Testing

/// The library compiled from `faults.c`, which counts and records the tool's file operations and makes them fail.
enum FaultLibrary {
    /// The library's path, in the directory of the programs; compiled once in a process.
    private static let compiled = Result { try compile() }

    /// The variables that load the library into a program.
    static func variables() throws -> [String: String] {
        #if canImport(Darwin)
            ["DYLD_INSERT_LIBRARIES": try compiled.get()]
        #else
            ["LD_PRELOAD": try compiled.get()]
        #endif
    }

    private static func compile() throws -> String {
        let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "faults.c").path
        let library = Tool.products.appending(path: "faults.\(ProcessInfo.processInfo.processIdentifier)")
            .path
        defer { try? FileManager.default.removeItem(atPath: library) }
        var complaint = "no C compiler in PATH"
        for compiler in ["clang", "cc", "gcc"] {
            let outcome = try Tool.run(
                [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library, source]
                    + ["-pthread", "-ldl"], program: "/usr/bin/env")
            if outcome.exitCode == 0 {
                // Renamed, because tests in other processes may use the library at the same time.
                let final = Tool.products.appending(path: "faults.dylib").path
                guard rename(library, final) == 0 else { throw POSIXError(.EIO) }
                return final
            }
            // 127: the program does not exist.
            if outcome.exitCode != 127 { complaint = outcome.errors }
        }
        throw NotCompiled(complaint: complaint)
    }

    struct NotCompiled: Error { let complaint: String }
}

/// The faults in the file operations of one run of the tool.
struct Faults: Hashable, Sendable, CustomTestStringConvertible {
    /// An operation that fails. It has no effect, except for a short write.
    struct Failure: Hashable, Sendable {
        var kind: FileOperation.Kind
        /// The operation's number, from 1, among operations of the kind on paths that contain the name.
        var number: Int
        /// The error code; nil if half of the bytes are written.
        var code: Int32?
        var name = ""
        /// The interval of further failures; with 1, all later operations fail, as on a full disk.
        var every: Int?
    }

    enum Kill: Hashable, Sendable {
        /// SIGKILL before or after the operation with this number, from 1, among all operations.
        case before(Int), after(Int)
    }

    var failure: Failure?
    var kill: Kill?
    /// The number of bytes that fit on the disk.
    var quota: Int?
    var locks: Locks?

    /// The ways in which a file system handles locks.
    enum Locks: Hashable, Sendable {
        /// Locks on directories have no effect, nor have exclusive locks on files that are not open for writing.
        case onFilesOnly
        /// All locks fail with an error code.
        case fail(Int32)
    }

    static let none = Faults()

    static func fail(
        _ kind: FileOperation.Kind, _ number: Int, _ code: Int32?, of name: String = "", every: Int? = nil
    ) -> Self {
        Faults(failure: Failure(kind: kind, number: number, code: code, name: name, every: every))
    }

    static func kill(_ kill: Kill) -> Self { Faults(kill: kill) }

    /// - Parameters:
    ///   - directory: The directory in which operations are counted.
    ///   - journal: The file in which they are recorded.
    func variables(directory: String, journal: String? = nil) throws -> [String: String] {
        var variables = try FaultLibrary.variables()
        variables["FAULT_DIRECTORY"] = try FileTree.canonical(directory)
        variables["FAULT_JOURNAL"] = journal
        if let failure {
            variables["FAULT_KIND"] = failure.kind.rawValue
            variables["FAULT_NUMBER"] = "\(failure.number)"
            variables["FAULT_ERRNO"] = "\(failure.code ?? 0)"
            variables["FAULT_NAME"] = failure.name
            variables["FAULT_EVERY"] = failure.every.map(String.init)
        }
        switch kill {
        case .before(let number): variables["FAULT_KILL_BEFORE"] = "\(number)"
        case .after(let number): variables["FAULT_KILL_AFTER"] = "\(number)"
        case nil: break
        }
        if let quota { variables["FAULT_QUOTA"] = "\(quota)" }
        switch locks {
        case .onFilesOnly: variables["FAULT_LOCKS"] = "files"
        case .fail(let code): variables["FAULT_LOCKS"] = "\(code)"
        case nil: break
        }
        return variables
    }

    var testDescription: String {
        var words: [String] = []
        if let failure {
            let what = failure.code.map { String(cString: strerror($0)) } ?? "half"
            let later = failure.every.map { ", every \($0)" } ?? ""
            words.append(
                "\(failure.kind) \(failure.number)\(later)\(failure.name.isEmpty ? "" : " of " + failure.name): \(what)"
            )
        }
        if let kill { words.append("kill \(kill)") }
        if let quota { words.append("\(quota) bytes") }
        if let locks { words.append("locks \(locks)") }
        return words.isEmpty ? "no fault" : words.joined(separator: ", ")
    }
}
