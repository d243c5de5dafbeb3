import ArgumentParser
import Runs

/// The option of `train` that shows the runs in a browser. It belongs to no run.
package struct PageArguments: ParsableArguments {
    package init() {}

    @Flag(
        help: ArgumentHelp(
            """
            Show the runs in a browser while they train: start \(TrainingPage.program), which goes on after the training, \
            and print the address
            """))
    package var page = false
}
