import Foundation
import Testing

/// A file operation that the tool made, as the library recorded it.
struct FileOperation: Sendable {
    enum Kind: String, CaseIterable, Sendable {
        /// Opened to be created if missing.
        case create
        case write, sync, rename, symlink, unlink, truncate, mkdir
    }

    let kind: Kind
    /// The `errno`, if it failed.
    let error: Int32
    /// Of the open file, or what was made; one number may come again when its file is gone.
    let inode: UInt64
    /// Where was written, or how long the file became; 1 if it was emptied when opened.
    let offset: Int
    let path: String
    /// Where it was renamed to, or what the link says.
    let other: String
    let bytes: [UInt8]

    /// Whether it has to do with what can be drawn again from other files.
    var isOfPicture: Bool { Self.isPicture(path) }

    /// Whether a path is that of a picture, be it on its way to its name.
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
