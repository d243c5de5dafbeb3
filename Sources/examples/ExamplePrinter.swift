import Console

/// The lines that the examples print.
enum ExamplePrinter {
    static func step(_ step: Int, _ loss: Double) {
        print("step \(step)  loss \(TextFormat.fixed(loss, decimals: 4))")
    }

    /// Prints the share of answers in which every symbol is correct.
    static func exact(_ isRight: [Bool]) {
        let share = 100 * Double(isRight.count { $0 }) / Double(isRight.count)
        print("exact answers: \(TextFormat.fixed(share, decimals: 1)) % of \(isRight.count)")
    }
}
