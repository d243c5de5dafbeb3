import ArgumentParser
import Console

package struct PlanSweep<Tool: RunTool>: ParsableCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "plan", abstract: "Write the list of entries without training them.",
            discussion: """
                Example: \(Tool.program.name) sweep plan \(Tool.Training.sweepExamples.plan)

                Exit codes: 0 done, 64 bad option, 65 damaged plan, 73 plan in use by another process, 74 the plan could \
                not be written.
                """)
    }

    package init() {}

    @OptionGroup var options: SweepArguments<Tool>

    @Flag(help: "Print only the number of entries")
    var count = false

    @OptionGroup var place: RunsArguments

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("Options of train, for all entries", valueName: "options of train"))
    var base: [String] = []

    package func run() throws {
        try explained { console in
            let sweep = try options.sweep(base: base, root: place.runs)
            let plan = try sweep.plan()
            console.print(count ? "\(plan.entries.count)" : "\(plan.table())\n\(sweep.path): \(plan.size)")
        }
    }
}
