import ArgumentParser

/// The command `sweep`: trains settings × seeds and compares the settings.
package struct SweepCommand<Tool: RunTool>: ShowsOptionsOfDefault {
    package static var configuration: CommandConfiguration {
        let program = Tool.program.name
        let examples = Tool.Training.sweepExamples
        return CommandConfiguration(
            commandName: "sweep",
            abstract: "Train settings × seeds and compare the settings.",
            discussion: """
                Without a command, it runs a whole sweep on this machine. Examples:
                  \(program) sweep \(examples.whole)
                  \(program) sweep \(examples.other)
                  \(program) sweep \(examples.until)

                An entry is one run: one setting with one seed. All other options are options of train and apply to \
                every entry; \(examples.validation). Each entry uses one thread; by default, as many entries run at a \
                time as there are cores. To resume a sweep that was stopped or killed, repeat the command; results.csv \
                will be the same. The test set is read after all entries are done, and only for the setting with the \
                highest mean validation accuracy.

                To distribute a sweep over machines that share a directory: sweep plan writes the list of entries, sweep \
                run --index K trains one entry, sweep report collects the results.
                """,
            subcommands: [
                StartSweep<Tool>.self, PlanSweep<Tool>.self, RunSweepEntry<Tool>.self, ReportSweep<Tool>.self,
            ],
            defaultSubcommand: StartSweep<Tool>.self)
    }

    package init() {}
}

/// The arguments in the examples of the helps about sweeps. A line of a help has 80 characters.
package struct SweepExamples {
    /// The arguments of a whole sweep.
    let whole: String
    /// The default name of a sweep.
    let name: String
    /// The arguments of another call of `sweep`.
    let other: String
    /// The arguments of `sweep plan`.
    let plan: String
    /// The arguments of a sweep that stops when it is settled.
    let until: String
    /// The part of a sentence that says when a validation set must be given.
    let validation: String

    package init(
        whole: String, name: String, other: String, plan: String, until: String,
        validation: String = "--validation is required"
    ) {
        self.whole = whole
        self.name = name
        self.other = other
        self.plan = plan
        self.until = until
        self.validation = validation
    }
}
