/// Suggests an option for a mistyped or abbreviated name.
package enum Suggestion {
    /// Returns the most similar name; nil if none is similar.
    ///
    /// Kinds of similarity, in this order: the same letters (`learningRate`), the initials of the words (`lr` for
    /// `learning-rate`), the beginning of the name or of one of its words (`sched`, `rate`), a few wrong letters
    /// (`epcohs`), and some of the letters in the same order (`lrate`).
    ///
    /// - Parameters:
    ///   - name: The unknown name, without dashes in front of it.
    ///   - names: The known names, without dashes in front of them.
    package static func closest(to name: String, among names: [String]) -> String? {
        // A longer word is not an abbreviation, and comparing it takes time.
        guard name.utf8.count <= 40 else { return nil }
        let letters = Array(plain(name))
        guard !letters.isEmpty else { return nil }
        return names.compactMap { known in rank(of: known, for: letters).map { (known, $0) } }
            .min { ($0.1, $0.0.utf8.count) < ($1.1, $1.0.utf8.count) }?.0
    }

    /// Returns the rank of the similarity in the order above, with the number of wrong letters; nil if the names are
    /// not similar.
    private static func rank(of known: String, for letters: [UInt8]) -> Int? {
        let candidate = plain(known)
        if candidate == letters { return 0 }
        let words = known.utf8.split(separator: UInt8(ascii: "-"))
        if letters.count > 1, words.compactMap(\.first) == letters { return 1 }
        if letters.count > 1, candidate.starts(with: letters) { return 2 }
        let wrong = distance(letters, candidate)
        if wrong <= max(1, letters.count / 3), wrong < letters.count, letters.count > 2 { return 2 + wrong }
        if letters.count > 2, words.contains(where: { $0.starts(with: letters) }) { return 20 }
        if letters.count > 2, candidate.first == letters[0], isSubsequence(letters, of: candidate) {
            return 30
        }
        return nil
    }

    /// Returns the letters and digits, in lower case.
    private static func plain(_ name: String) -> [UInt8] {
        name.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }.map {
            (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0
        }
    }

    private static func isSubsequence(_ letters: [UInt8], of others: [UInt8]) -> Bool {
        var rest = letters[...]
        for letter in others where letter == rest.first { rest.removeFirst() }
        return rest.isEmpty
    }

    /// Returns the number of edits that turn one word into the other: insertions, deletions, replacements and exchanges
    /// of neighbours (optimal string alignment distance).
    private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        var rows = [Array(0...other.count)]
        for i in one.indices {
            var row = [i + 1]
            for j in other.indices {
                var least = min(
                    rows[i][j] + (one[i] == other[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] {
                    least = min(least, rows[i - 1][j - 1] + 1)
                }
                row.append(least)
            }
            rows.append(row)
        }
        return rows[one.count][other.count]
    }
}
