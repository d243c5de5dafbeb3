import TestSupport
import Testing

@testable import NeuralNetworks

/// Layers computed by PyTorch; `Fixtures/index.json` describes them.
struct RecurrentFixture: CustomTestStringConvertible, Sendable {
    let cell: RecurrentCell
    let layers: Int
    let bidirectional: Bool
    let bias: Bool

    static let all = [RecurrentCell.rnnTanh, .rnnReLU, .lstm, .gru].flatMap { cell in
        [1, 2].flatMap { layers in
            [true, false].flatMap { bidirectional in
                [true, false].map {
                    RecurrentFixture(cell: cell, layers: layers, bidirectional: bidirectional, bias: $0)
                }
            }
        }
    }

    var testDescription: String {
        let kind = cell.rawValue.replacing("-", with: "_")
        return "\(kind)_l\(layers)_\(bidirectional ? "bi" : "uni")_\(bias ? "bias" : "nobias")"
    }

    /// Returns the file in single or double precision.
    func file(_ type: String) throws -> Fixture { try Fixture("\(testDescription)_\(type)") }

    /// Returns the problem in the file; all its numbers are exact in `Double`.
    func problem(_ file: Fixture) throws -> RecurrentProblem {
        let shape = try file.shape("input")
        var problem = RecurrentProblem(
            RecurrentStack(
                cell, inputSize: shape[2], hiddenSize: try file.shape("param.weight_hh_l0")[1],
                numLayers: layers, bias: bias ? .pytorch : .none, bidirectional: bidirectional),
            batch: shape[0], steps: shape[1])
        problem.parameters = try file.parameters("param.", problem.layout)
        problem.input = try file.doubles("input")
        problem.outputFactor = try file.doubles("R")
        (problem.hidden, problem.hiddenFactor) = (try file.doubles("h0"), try file.doubles("S"))
        if cell.hasCellState {
            (problem.cell, problem.cellFactor) = (try file.doubles("c0"), try file.doubles("U"))
        }
        return problem
    }

    /// Returns the solution in the file.
    func solution(_ file: Fixture, _ layout: ParameterLayout) throws -> RecurrentProblem.Solution {
        RecurrentProblem.Solution(
            output: try file.doubles("output"), finalHidden: try file.doubles("h_n"),
            finalCell: cell.hasCellState ? try file.doubles("c_n") : [],
            parameterGradient: try file.parameters("grad.", layout),
            inputGradient: try file.doubles("grad.input"), hiddenGradient: try file.doubles("grad.h0"),
            cellGradient: cell.hasCellState ? try file.doubles("grad.c0") : [])
    }
}

@Suite("Recurrent layers equal PyTorch's outputs, states and gradients")
struct RecurrentFixtureTests {
    @Test(arguments: RecurrentFixture.all, ["f32", "f64"])
    func `the layers equal the fixture`(_ fixture: RecurrentFixture, _ type: String) throws {
        let file = try fixture.file(type)
        let problem = try fixture.problem(file)
        let expected = try fixture.solution(file, problem.layout)
        for set in InstructionSet.available {
            for (found, expected) in zip(problem.solved(by: set).arrays, expected.arrays) {
                expectClose(found.numbers, expected.numbers, "\(set): \(expected.name)")
            }
        }
    }

    @Test(arguments: RecurrentFixture.all)
    func `the reference equals the fixture in double precision`(_ fixture: RecurrentFixture) throws {
        let file = try fixture.file("f64")
        let problem = try fixture.problem(file)
        let expected = try fixture.solution(file, problem.layout)
        for (found, expected) in zip(problem.solvedByReference().arrays, expected.arrays) {
            expectClose(
                found.numbers, expected.numbers, absolute: 1e-14, relative: 1e-10, "\(expected.name)")
        }
        expectClose([problem.objective], try file.doubles("loss"), absolute: 0, relative: 1e-10, "loss")
    }
}
