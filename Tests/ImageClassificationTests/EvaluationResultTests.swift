import Platform
import Runs
import Testing

@testable import ImageClassification

@Suite struct EvaluationResultTests {
    /// Returns a result for classes with these names. In each class, `count` images were predicted as the next class;
    /// the last class is predicted correctly.
    private func result(_ names: [String], count: Int) throws -> EvaluationResult {
        let confusion = names.indices.map { row in
            names.indices.map { column in column == min(row + 1, names.count - 1) ? count : 0 }
        }
        let classes = names.map { ["name": $0] }
        let text =
            #"{"checkpoint": "c", "epochs": 1, "steps": 2, "averaged": false, "split": "test", "images": 1, "#
            + #""correct": 0, "accuracy": 0, "standard_error": 0, "loss": 1, "confusion": \#(confusion), "classes": ["#
            + classes.map { #"{"name": "\#($0["name"]!)", "count": \#(count)}"# }.joined(separator: ", ")
            + "]}"
        return try JSON.value(from: text)
    }

    private func confusions(_ names: [String], count: Int = 5, width: Int) throws -> [String] {
        let text = try result(names, count: count).text(width: width)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let start = try #require(lines.lastIndex(of: ""))
        return Array(lines[(start + 1)...])
    }

    private static let clothes = ["T-shirt/top", "Trouser", "Bag"]

    @Test func `the confusion matrix is shown if it fits`() throws {
        let lines = try confusions(Self.clothes, width: 60)
        #expect(lines[0] == "Rows: true class. Columns: predicted class.")
        #expect(lines[1] == "             T-shirt/top  Trouser  Bag")
        #expect(
            lines[3...] == [
                "T-shirt/top            ·        5    ·", "Trouser                ·        ·    5",
                "Bag                    ·        ·    5",
            ])
    }

    @Test func `one image is named in the singular`() throws {
        var result = try result(Self.clothes, count: 5)
        #expect(result.text().hasPrefix("Accuracy on the 1 test image: "))
        (result.images, result.sequences) = (nil, 2)
        #expect(result.text().hasPrefix("Accuracy on the 2 test sequences: "))
    }

    @Test func `titles are shortened before the matrix is left out`() throws {
        #expect(try confusions(Self.clothes, width: 38)[1] == "             T-shirt/top  Trouser  Bag")
        #expect(try confusions(Self.clothes, width: 37)[1] == "             T-sh  Trou  Bag")
        #expect(try confusions(Self.clothes, width: 28)[1] == "             T-sh  Trou  Bag")
        #expect(
            try confusions(Self.clothes, count: 1200, width: 27) == [
                "Confusions (--json has the whole matrix):",
                "True         Predicted  Images",
                "───────────  ─────────  ──────",
                "T-shirt/top  Trouser     1,200",
                "Trouser      Bag         1,200",
            ])
    }

    @Test func `with many classes the most frequent mistakes are listed`() throws {
        let names = (0..<47).map { "class \($0)" }
        var many = try result(names, count: 5)
        many.confusion[46][3] = 7
        many.confusion[9][0] = 1
        let lines = many.text().split(separator: "\n").map(String.init)
        let title = try #require(
            lines.firstIndex(of: "The 20 most frequent of 48 confusions (--json has the whole matrix):"))
        #expect(lines.count == title + 23)
        #expect(lines[title + 3] == "class 46  class 3         7")
        #expect(lines[title + 4] == "class 0   class 1         5")
        #expect(lines[title + 22] == "class 18  class 19        5")
        many.confusion = names.indices.map { row in names.indices.map { $0 == row ? 5 : 0 } }
        #expect(many.text().hasSuffix("\n\nNo image was misclassified."))
    }
}
