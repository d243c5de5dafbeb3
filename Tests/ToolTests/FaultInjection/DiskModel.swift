import Foundation
import Randomness
import Testing

/// The effect of a power cut on writes and names that are not synchronized yet.
struct PowerCut: Hashable, Sendable, CustomTestStringConvertible {
    /// The effect on bytes written to a file since its last `fsync`.
    enum Content: CaseIterable, Sendable { case kept, lost, zeroed }
    /// The effect on names created, moved or removed in a directory since its last `fsync`.
    enum Names: CaseIterable, Sendable { case kept, lost }

    var content: Content
    var names: Names
    /// The seed of random choices made separately for each file and name; nil for the same choice everywhere.
    var coin: UInt64?

    static let all =
        Names.allCases.flatMap { names in Content.allCases.map { PowerCut(content: $0, names: names) } }
        + (1...3).map { PowerCut(content: .kept, names: .kept, coin: $0) }

    var testDescription: String { coin.map { "coin \($0)" } ?? "content \(content), names \(names)" }
}

/// A model of a disk, computed from the recorded operations: the files that programs see, and the files that are there
/// after a power cut.
///
/// A file's content is on the disk after an `fsync` of the file, a name after an `fsync` of its directory. POSIX
/// promises no more, even if file systems do more. An `fsync` that fails drops the bytes that it should have written:
/// programs still see them, but a later `fsync` does not write them unless they are written again.
final class DiskModel {
    /// Synchronizations that have no effect, to prove that the tests would detect missing ones.
    enum Missing: Sendable { case none, ofFiles, ofDirectories, all }

    private final class Node {
        enum Kind { case file, directory, link(String) }

        let kind: Kind
        var bytes: [UInt8] = []
        /// Whether an `fsync` would write each byte to the disk.
        private var isDirty: [Bool] = []
        var durableBytes: [UInt8] = []
        var entries: [String: Node] = [:]
        var durableEntries: [String: Node] = [:]

        init(_ kind: Kind) { self.kind = kind }

        func resize(to count: Int) {
            bytes = Array(bytes.prefix(count)) + Array(repeating: 0, count: max(0, count - bytes.count))
            isDirty =
                Array(isDirty.prefix(count)) + Array(repeating: true, count: max(0, count - isDirty.count))
        }

        func write(_ new: [UInt8], at offset: Int) {
            let end = offset + new.count
            resize(to: max(end, bytes.count))
            bytes.replaceSubrange(offset..<end, with: new)
            isDirty.replaceSubrange(offset..<end, with: Array(repeating: true, count: new.count))
        }

        /// Marks all content as being on the disk.
        func settle() {
            durableBytes = bytes
            durableEntries = entries
            isDirty = Array(repeating: false, count: bytes.count)
        }

        func synchronize(fails: Bool) {
            let former = durableBytes
            if !fails {
                durableBytes = bytes.indices.map {
                    isDirty[$0] ? bytes[$0] : $0 < former.count ? former[$0] : 0
                }
                durableEntries = entries
            }
            isDirty = Array(repeating: false, count: bytes.count)
        }

        func bytes(after content: PowerCut.Content) -> [UInt8] {
            switch content {
            case .kept: bytes
            case .lost: durableBytes
            case .zeroed:
                durableBytes + Array(repeating: 0, count: max(0, bytes.count - durableBytes.count))
            }
        }
    }

    private let root: String
    private let missing: Missing
    private let rootNode = Node(.directory)
    private var nodes: [UInt64: Node] = [:]

    /// - Parameters:
    ///   - root: The directory, whose content is on the disk.
    ///   - missing: The synchronizations that have no effect.
    init(_ root: String, missing: Missing = .none) throws {
        self.root = try FileTree.canonical(root)
        self.missing = missing
        try read(rootNode, self.root)
    }

    private func read(_ node: Node, _ path: String) throws {
        nodes[try FileTree.inode(path)] = node
        switch node.kind {
        case .link: break
        case .file:
            node.bytes = try [UInt8](Data(contentsOf: URL(filePath: path)))
            node.settle()
        case .directory:
            for name in try FileManager.default.contentsOfDirectory(atPath: path) {
                let below = path + "/" + name
                let kind: Node.Kind =
                    switch try FileTree.type(below) {
                    case .typeDirectory: .directory
                    case .typeSymbolicLink:
                        .link(try FileManager.default.destinationOfSymbolicLink(atPath: below))
                    default: .file
                    }
                let child = Node(kind)
                node.entries[name] = child
                try read(child, below)
            }
            node.settle()
        }
    }

    /// Applies an operation's changes.
    func apply(_ operation: FileOperation) throws {
        if operation.error != 0 {
            if operation.kind == .sync { try node(of: operation).synchronize(fails: true) }
            return
        }
        switch operation.kind {
        case .create: try make(operation, .file)
        case .mkdir: try make(operation, .directory)
        case .symlink: try make(operation, .link(operation.other))
        case .unlink:
            let (directory, name) = try place(operation.path)
            directory.entries[name] = nil
        case .rename:
            let (directory, name) = try place(operation.path)
            let (target, targetName) = try place(operation.other)
            target.entries[targetName] = directory.entries.removeValue(forKey: name)
        case .write:
            try node(of: operation).write(operation.bytes, at: operation.offset)
        case .truncate: try node(of: operation).resize(to: operation.offset)
        case .sync:
            let node = try node(of: operation)
            switch (missing, node.kind) {
            case (.all, _), (.ofFiles, .file), (.ofDirectories, .directory): break
            default: node.synchronize(fails: false)
            }
        }
    }

    private func make(_ operation: FileOperation, _ kind: Node.Kind) throws {
        let (directory, name) = try place(operation.path)
        let node = directory.entries[name] ?? Node(kind)
        if operation.offset == 1 { node.resize(to: 0) }
        directory.entries[name] = node
        nodes[operation.inode] = node
    }

    private func node(of operation: FileOperation) throws -> Node {
        try #require(nodes[operation.inode], "\(operation.path) was never made")
    }

    private func place(_ path: String) throws -> (directory: Node, name: String) {
        try #require(path.hasPrefix(root + "/"))
        let names = path.dropFirst(root.count + 1).split(separator: "/").map(String.init)
        var directory = rootNode
        for name in names.dropLast() {
            directory = try #require(directory.entries[name], "\(path): \(name) was never made")
        }
        return (directory, try #require(names.last))
    }

    /// The files that programs see.
    var tree: FileTree { tree(after: PowerCut(content: .kept, names: .kept)) }

    /// Returns the files that are there after a power cut.
    func tree(after cut: PowerCut) -> FileTree {
        var tree = FileTree()
        var coin = cut.coin.map { SplitMix64($0) }
        collect(rootNode, "", cut, &coin, into: &tree)
        return tree
    }

    private func collect(
        _ node: Node, _ prefix: String, _ cut: PowerCut, _ coin: inout SplitMix64?, into tree: inout FileTree
    ) {
        for name in Set(node.entries.keys).union(node.durableEntries.keys).sorted() {
            let names = coin.toss() ?? cut.names
            guard let child = names == .kept ? node.entries[name] : node.durableEntries[name] else {
                continue
            }
            switch child.kind {
            case .link(let target): tree.entries[prefix + name] = .link(to: target)
            case .directory:
                tree.entries[prefix + name] = .directory
                collect(child, prefix + name + "/", cut, &coin, into: &tree)
            case .file:
                tree.entries[prefix + name] = .file(child.bytes(after: coin.toss() ?? cut.content))
            }
        }
    }
}

extension SplitMix64? {
    /// Returns a random case; nil without a generator.
    fileprivate mutating func toss<Choice: CaseIterable>() -> Choice? {
        self == nil ? nil : Choice.allCases.randomElement(using: &self!)
    }
}
