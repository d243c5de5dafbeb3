import Testing

@testable import NeuralNetworks

@Suite("Instruction sets")
struct InstructionSetTests {
    @Test
    func `available sets are ordered by vector width`() {
        let available = InstructionSet.available
        #expect(available.first == .portable)
        #expect(available == InstructionSet.allCases.filter(available.contains))
        #expect(InstructionSet.best == available.last)
        #expect(InstructionSet.mismatch == nil)
        #expect(Set(available.map(\.description)).count == available.count)
    }

    @Test(arguments: InstructionSet.available)
    func `the multiply-adds of the peak are counted`(_ set: InstructionSet) {
        let kernels = set.kernels
        let made = kernels.multiplyAdds(atLeast: 10_000, factor: 0.5)
        #expect(made >= 10_000)
        #expect(made < 11_000)
    }
}
