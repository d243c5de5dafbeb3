import Console
import Training

extension SweepResults {
    /// Returns sentences about the entries that were computed before; nil if there are none.
    func origins(in language: Language = .english) -> String? {
        let known = results.compactMap { $0?.before }
        let (checked, lookedUp) = (known.count { $0.isChecked }, known.filter { !$0.isChecked })
        var sentences: [String] = []
        if !lookedUp.isEmpty {
            sentences.append(
                language.text(
                    SweepText.computedBefore,
                    [
                        "count": "\(lookedUp.count)", "done": "\(done)", "days": Self.days(lookedUp),
                        // A result of another trajectory has another identity, and is never found.
                        "trajectory": "\(Trajectory.version)",
                    ]))
        }
        if checked > 0 {
            sentences.append(language.text(SweepText.checkedAgain, ["count": "\(checked)"], count: checked))
        }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    /// Returns the first and the last day: "2026-01-31 – 2026-02-01".
    private static func days(_ known: [SweepResult.Before]) -> String {
        let days = Set(known.map(\.day)).sorted()
        return Set([days.first, days.last].compactMap(\.self)).sorted().joined(separator: " – ")
    }
}
