import ArgumentParser
import Training

// Arguments that several programs have.

extension EpochPrinter.Progress: ExpressibleByArgument {}
