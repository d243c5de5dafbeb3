// The page "Your own sequences" as a program of another package: it trains on arrays and saves the model in one process,
// and predicts in another, which knows only the file. Both print the classes of some sequences. A third process makes a
// mistake: it predicts a sequence of seven numbers, which are no steps of six.
//
// usage: SEQUENCES train FILE | predict FILE | mistake FILE
import Datasets
import NeuralNetworks
import Runs
import Training

let names = ["walk", "run", "sit"]
/// Readings of six sensors, 20 to 200 steps; the class is the size of the swings.
let readings = (0..<240).map { index -> [Float] in
    let swing: Float = [1, 3, 0.1][index % 3]
    let steps = 20 + index * 37 % 181
    return (0..<6 * steps).map { place in swing * Float(place * (7 + place % 6) % 41 - 20) }
}
let arguments = CommandLine.arguments
guard arguments.count == 3 else {
    fatalError("usage: \(arguments[0]) train FILE | predict FILE | mistake FILE")
}
if arguments[1] == "train" {
    let sequences = try LabeledSequences(
        readings, channels: 6, labels: readings.indices.map { $0 % 3 }, classNames: names)
    let (train, validation) = sequences.split(test: 0.25, seed: 0)
    let lstm = RecurrentStack(.lstm, inputSize: 6, hiddenSize: 24, bidirectional: true)
    let model = SequenceModel(lstm, classCount: 3).normalized(by: InputNormalization(fitting: train))
    let trainer = Trainer(
        model: model, optimizer: Adam(learningRate: 1e-2), classWeights: .balanced(train), seed: 0)
    let run = try TrainingRun(creating: arguments[2] + ".run", for: trainer, options: ["hidden": 24])
    try trainer.fit(
        train, epochs: 20, batchSize: 32, validation: validation,
        callbacks: [EpochPrinter(), EarlyStopping(patience: 8, restoresBest: true), run])
    print("Accuracy:", trainer.evaluate(validation).accuracy)
    try Checkpoint(of: trainer).write(to: arguments[2])
}
let predictor = try SequencePredictor(contentsOf: arguments[2])
if arguments[1] == "mistake" { print(predictor.predict([1, 2, 3, 4, 5, 6, 7])) }
print("Classes:", readings.prefix(9).map { names[predictor.predict($0)] }.joined(separator: " "))
