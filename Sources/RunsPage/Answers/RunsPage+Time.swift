import Datasets
import ImageClassification
import NeuralNetworks
import Platform
import Runs
import SequenceClassification
import Training

/// Looking at a run after any of its steps: `/api/at` and `/api/histograms`.
extension RunsPage {
    /// Returns the states of the network that reads one image, after a step; 202 while the step is computed.
    func stateAnswer(_ request: PageRequest) throws -> PageAnswer {
        try Self.explained {
            let run = try self.run(request).directory
            let step = try Self.number(request, "step", 0...1 << 40)
            let split = try Self.split(in: request)
            let model = try imageModel(of: run)
            guard split == .train || model.options?.test ?? true else {
                throw PageError(.conflict, .noTestSet)
            }
            guard StateTrace.canShow(model.checkpoint.model) else {
                throw PageError(.conflict, .largeModel)
            }
            let images = try self.images.images(split, of: model)
            let index = try Self.number(request, "image", 0...images.count - 1, ifMissing: 0)
            let weights: StepWeights
            switch try self.weights(after: step, of: run) {
            case .computing(let progress): return try .json(Computing(progress: progress), status: 202)
            case .ready(let ready): weights = ready
            }
            let image = images[index]
            let trace = StateTrace(
                of: image.pixels, label: image.label, model: weights.model, parameters: weights.parameters)
            return try .json(StateContent(weights, image, of: images.count, trace, model.classNames))
        }
    }

    /// Returns the distribution of each parameter, of the newest checkpoint or after a step.
    func histogramAnswer(_ request: PageRequest) throws -> PageAnswer {
        try Self.explained {
            let run = try self.run(request).directory
            guard request["step"] != nil else {
                guard let newest = try CheckpointStore(run).newest(CheckpointFile.read)?.checkpoint else {
                    throw PageError(.conflict, .noCheckpointYet)
                }
                return try .json(HistogramContent(step: newest.stepCount, newest.namedParameters))
            }
            let step = try Self.number(request, "step", 0...1 << 40)
            switch try weights(after: step, of: run) {
            case .computing(let progress): return try .json(Computing(progress: progress), status: 202)
            case .ready(let weights):
                return try .json(
                    HistogramContent(step: step, weights.model.layout.named(weights.parameters)))
            }
        }
    }

    /// Returns the parameters after a step: of its checkpoint, if it has one, otherwise computed.
    private func weights(after step: Int, of run: RunDirectory) throws -> StepWorker.Answer {
        if let saved = try CheckpointStore(run).undamaged(atStep: step) {
            return .ready(StepWeights(ReplayedState(saved, origin: step)))
        }
        return try steps.weights(
            after: step, of: run, isTraining: { [root] in Self.isTraining(in: root, or: run) },
            make: { [images] in try Self.replay(of: run, isTraining: $0, images) })
    }

    // MARK: Requests

    static func number(
        _ request: PageRequest, _ name: String, _ range: ClosedRange<Int>, ifMissing: Int? = nil
    ) throws(PageError) -> Int {
        if request[name] == nil, let ifMissing { return ifMissing }
        guard let number = request[name].flatMap({ Int($0) }), range.contains(number) else {
            throw PageError(
                .badRequest, request[name] == nil ? .noNumber : .number,
                [
                    "name": name, "low": "\(range.lowerBound)", "high": "\(range.upperBound)",
                    "found": request[name]?.quotedInAnswer ?? "",
                ])
        }
        return number
    }

    private static func split(in request: PageRequest) throws(PageError) -> ImageShelf.Split {
        guard let split = ImageShelf.Split(rawValue: request["split"] ?? "test") else {
            throw PageError(
                .badRequest, .choice,
                ["name": "split", "choices": "test, train", "found": (request["split"] ?? "").quotedInAnswer])
        }
        return split
    }

    // MARK: Runs

    /// The program of a run, according to its configuration; nil if that is not known.
    static func program(of run: RunDirectory) throws -> Program? {
        try RunConfiguration(run, of: PagePrograms.all).program.flatMap(PagePrograms.named)
    }

    /// Returns the newest model of a run of images.
    ///
    /// - Throws: ``PageError`` for other runs.
    func imageModel(of run: RunDirectory, choice: CheckpointChoice? = .last) throws -> ImageModel {
        guard try Self.program(of: run)?.name == Program.mnistBiLSTM.name else {
            throw PageError(.conflict, .notImages)
        }
        return try ImageModel(run.path, root: root, choice: choice)
    }

    /// Returns the computation of a run's steps: on one thread while a run trains.
    private static func replay(
        of run: RunDirectory, isTraining: Bool, _ images: ImageShelf
    ) throws -> any RunReplaying {
        let threads = isTraining ? 1 : UsableCores.count
        switch try program(of: run)?.name {
        case Program.mnistBiLSTM.name:
            return RunReplay<ImageTraining>(run, threads: threads) { try $0.data(reading: images.training) }
        case Program.sequenceClassifier.name: return try SequenceTraining.replay(of: run, threads: threads)
        default:
            throw PageError(.conflict, .notRepeatable)
        }
    }

    /// Returns whether a run trains: this one, or one of the newest.
    private static func isTraining(in root: String, or run: RunDirectory) -> Bool {
        let newest = ((try? POSIX.names(in: root)) ?? []).filter(RunID.isName).sorted().suffix(50)
        return ([run] + newest.map { RunDirectory(path: FilePath.join(root, $0)) }).contains {
            (try? $0.isRunning) ?? false
        }
    }

    /// Turns the errors of runs into answers that say what can be done on the page.
    static func explained<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as RunError {
            switch error {
            case .noSuchStep(_, let step, let last):
                throw PageError(.notFound, .noStep, ["last": "\(last)", "found": "\(step)"])
            case .noCheckpoint, .checkpointsRemoved, .neverBegan:
                throw PageError(.conflict, .noCheckpoint)
            case .otherData(_, let expected, let found):
                throw PageError(
                    .conflict, .otherData,
                    ["expected": expected.cut(atMost: 120), "found": found.cut(atMost: 120)])
            case .notReproduced(let run, let expected, let found):
                throw PageError(
                    .conflict, .notReproduced,
                    ["run": run.printableLine, "expected": expected, "found": found])
            case .changedOptions(_, let after, let next):
                throw PageError(.conflict, .changedOptions, ["after": "\(after)", "next": "\(next)"])
            case .otherVersion(_, let expected, let found):
                throw PageError(
                    .conflict, .otherVersion, ["expected": expected, "found": found.cut(atMost: 40)])
            default: throw PageError(.failed, error)
            }
        } catch let error as FileError where error.isMissing {
            throw PageError(.notFound, error)
        } catch let error as DatasetError {
            throw PageError(.conflict, .data, ["error": "\(error)"])
        }
    }
}

/// The answer while a step is computed.
private struct Computing: Encodable {
    let progress: Double
}

extension TrainerCheckpoint {
    /// Each parameter with its name and shape.
    fileprivate var namedParameters: [NamedParameter] {
        switch self {
        case let checkpoint as Checkpoint: checkpoint.model.layout.named(checkpoint.parameters)
        case let checkpoint as ModuleCheckpoint:
            checkpoint.namedParameters.map { ($0.name, $0.shape, $0.values[...]) }
        default: []
        }
    }
}

extension ParameterLayout {
    fileprivate func named(_ values: [Float]) -> [NamedParameter] {
        parameters.map { ($0.name, $0.shape, values[$0.range]) }
    }
}
