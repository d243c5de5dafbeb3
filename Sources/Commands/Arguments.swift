import ArgumentParser
import Training

// What is an argument in several programs.

extension EpochPrinter.Progress: ExpressibleByArgument {}
