import Foundation
import Testing

/// A file operation that the tool made, as the library recorded it.
struct FileOperation: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        /// Opening a file that is created if it is missing.
        case create
        case write, sync, rename, symlink, unlink, truncate, mkdir
    }

    let kind: Kind
    /// The `errno`; 0 if the operation succeeded.
    let error: Int32
    /// The inode of the open or created file; a number may be used again after its file is removed.
    let inode: UInt64
    /// The offset of a write, or the new length of a truncated file; 1 if a file was emptied when opened.
    let offset: Int
    let path: String
    /// The new path of a rename, or the target of a link.
    let other: String
    let bytes: [UInt8]

    /// Whether the file is a picture, which can be drawn again from other files.
    var isOfPicture: Bool { Self.isPicture(path) }

    /// Whether a path names a picture, or the temporary file of one.
    static func isPicture(_ path: String) -> Bool {
        path.contains(/\/\.?(curves\.svg|confusion\.svg|mistakes\.png|report\.html)/)
    }

    /// Reads a journal.
    static func journal(_ path: String) throws -> [FileOperation] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        var rest = try [UInt8](Data(contentsOf: URL(filePath: path)))[...]
        var operations: [FileOperation] = []
        func take(_ count: Int) throws -> [UInt8] {
            try #require(rest.count >= count, "the journal is cut off")
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        while !rest.isEmpty {
            let line = try take(#require(rest.firstIndex(of: UInt8(ascii: "\n"))) - rest.startIndex)
            _ = try take(1)
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            try #require(words.count == 7)
            let numbers = try words.dropFirst().map { try #require(Int($0)) }
            let kind = try #require(Kind(rawValue: String(words[0])))
            operations.append(
                FileOperation(
                    kind: kind, error: Int32(numbers[0]), inode: UInt64(numbers[1]), offset: numbers[2],
                    path: String(decoding: try take(numbers[4]), as: UTF8.self),
                    other: String(decoding: try take(numbers[5]), as: UTF8.self),
                    bytes: kind == .write ? try take(numbers[3]) : []))
        }
        return operations
    }
}
