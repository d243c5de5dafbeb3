import Datasets
import Foundation
import SequenceFiles

extension FuzzTarget {
    /// A text file. The text must be the same when it is made of its symbols again, and so must its vocabulary when it is
    /// written and read.
    static let text = FuzzTarget("text") { input in
        let text = try TextFile.text(of: input.bytes, path: "input.txt")
        // A text that is too short is refused by an error of the library, which tools turn into their own.
        guard let windows = try? TextWindows(text, length: 7) else { return }
        try require(windows.text.utf8.elementsEqual(text.utf8), "the text differs after its symbols")
        try require(
            (0..<windows.count).reduce(0) { $0 + windows[$1].next.count } == windows.stepCount,
            "the windows do not have all steps")
        let vocabulary = try readBack {
            try JSONDecoder().decode([Vocabulary].self, from: JSONEncoder().encode([windows.vocabulary]))
        }
        try require(vocabulary == [windows.vocabulary], "the vocabulary differs when it is read again")
    }
}
