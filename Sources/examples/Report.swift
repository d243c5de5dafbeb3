import Console

/// What the examples print.
enum Report {
    static func step(_ step: Int, _ loss: Double) {
        print("step \(step)  loss \(TextFormat.fixed(loss, decimals: 4))")
    }

    /// How many of the answers are right from the first to the last symbol.
    static func exact(_ isRight: [Bool]) {
        let share = 100 * Double(isRight.count { $0 }) / Double(isRight.count)
        print("exact answers: \(TextFormat.fixed(share, decimals: 1)) % of \(isRight.count)")
    }
}
