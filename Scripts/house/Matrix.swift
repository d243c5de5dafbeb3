import Foundation

/// The number of files of one room that refer to another. If all references have one direction, nothing is above the
/// diagonal.
struct Matrix: CustomStringConvertible {
    let names: [String]
    private var files: [[Set<String>]]

    init(names: [String]) {
        self.names = names
        files = names.map { _ in names.map { _ in [] } }
    }

    mutating func add(_ path: String, from room: Int, to other: Int) { files[room][other].insert(path) }

    /// The table, with a row for each referring room and a column for each referred room.
    var description: String {
        let width = names.map(\.count).max() ?? 0
        let heads = names.indices.map { "\($0 + 1)".right(3) }.joined()
        let rows = files.enumerated().map { row, counts in
            let last = max(row, counts.lastIndex { !$0.isEmpty } ?? 0)
            let cells = counts[...last].enumerated().map { column, files in
                files.isEmpty ? (column < row ? "·" : column == row ? "-" : "") : "\(files.count)"
            }
            let name = names[row].padding(toLength: width, withPad: " ", startingAt: 0)
            return "\(row + 1)".right(2) + " " + name + cells.map { $0.right(3) }.joined()
        }
        return (["".right(width + 3) + heads] + rows).joined(separator: "\n")
    }
}

extension String {
    func right(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
