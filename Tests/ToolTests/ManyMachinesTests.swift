import Testing

/// `make mpi-test` tests the program with MPI; this is the one that every build makes.
@Suite("mnist-bilstm-mpi without MPI") struct ManyMachinesTests {
    private static func run(_ words: [String]) throws -> Tool.Outcome {
        try RunningTool(words, program: Tool.products.appending(path: "mnist-bilstm-mpi").path).finish()
    }

    @Test(arguments: [[], ["--epochs", "1"]]) func `it says how to build it with MPI`(words: [String]) throws
    {
        let outcome = try Self.run(words)
        #expect(outcome.exitCode == 69)
        #expect(outcome.output == "")
        #expect(
            outcome.errors
                == "Error: this program was built without MPI. Install Open MPI or MPICH, then build it with: make mpi\n"
        )
    }

    @Test func `a wrong option is an error before that`() throws {
        let outcome = try Self.run(["--epoch", "1"])
        #expect(outcome.exitCode == 64)
        #expect(outcome.errors.contains("Did you mean '--epochs'?"))
    }
}
