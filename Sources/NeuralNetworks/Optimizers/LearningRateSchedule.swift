#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// How the learning rate changes while training. The formulas are those of `torch.optim.lr_scheduler`.
public enum LearningRateSchedule: Codable, Hashable, Sendable {
    /// The optimizer's own.
    case constant
    /// Times `gamma` after every `epochs` epochs: `StepLR`.
    case step(epochs: Int, gamma: Double = 0.1)
    /// Linearly up to the optimizer's rate over the first epochs, then down to `minimum` along half a cosine
    /// (Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017), step by step.
    ///
    /// Of W steps of warm-up the t-th, from 0 on, has (t + 1) / (W + 1) of the rate: `LinearLR` with a start
    /// factor of 1 / (W + 1), followed by `CosineAnnealingLR`.
    case cosine(warmUpEpochs: Double = 0, minimum: Double = 0)
    /// Up from the rate divided by `divisor` to the optimizer's rate and down to the first divided by
    /// `finalDivisor`, along two half cosines, step by step (Smith and Topin, "Super-convergence", 2018):
    /// `OneCycleLR` with the optimizer's rate as `max_lr`. The momentum stays as it is.
    case oneCycle(warmUpShare: Double = 0.3, divisor: Double = 25, finalDivisor: Double = 1e4)
    /// Times `factor` whenever the loss of more than `patience` epochs on end was not lower, by the share
    /// `threshold`, than the lowest before: `ReduceLROnPlateau`.
    case reduceOnPlateau(factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4)

    /// The learning rate of a step.
    ///
    /// - Parameters:
    ///   - base: the optimizer's own learning rate.
    ///   - place: of the step in training.
    ///   - plateau: only looked at on reducing on plateaus.
    public func learningRate(
        base: Double, at place: TrainingPlace, plateau: Plateau = Plateau()
    ) -> Double {
        switch self {
        case .constant:
            return base
        case .step(let epochs, let gamma):
            return base * pow(gamma, Double(place.epoch / max(epochs, 1)))
        case .cosine(let warmUpEpochs, let minimum):
            let warmUp = (warmUpEpochs * Double(place.stepsPerEpoch)).rounded()
            let step = Double(place.step)
            if step < warmUp { return base * (step + 1) / (warmUp + 1) }
            return cosine(
                from: base, to: minimum, at: (step - warmUp) / max(Double(place.stepCount) - warmUp, 1))
        case .oneCycle(let warmUpShare, let divisor, let finalDivisor):
            let lowest = base / divisor
            let step = Double(place.step)
            let last = Double(place.stepCount - 1)
            let peak = warmUpShare * Double(place.stepCount) - 1
            if step <= peak { return cosine(from: lowest, to: base, at: peak > 0 ? step / peak : 1) }
            return cosine(
                from: base, to: lowest / finalDivisor, at: last > peak ? (step - peak) / (last - peak) : 1)
        case .reduceOnPlateau(let factor, _, _):
            return base * pow(factor, Double(plateau.reductions))
        }
    }

    /// What an epoch's loss does to the learning rate; nothing unless it is reduced on plateaus.
    public func epochEnded(loss: Double, base: Double, _ plateau: inout Plateau) {
        guard case .reduceOnPlateau(let factor, let patience, let threshold) = self else { return }
        if loss < plateau.lowest.map({ $0 * (1 - threshold) }) ?? .infinity {
            plateau.lowest = loss
            plateau.epochsSince = 0
        } else {
            plateau.epochsSince += 1
        }
        guard plateau.epochsSince > patience else { return }
        plateau.epochsSince = 0
        // PyTorch's `eps`: there is no use in smaller steps than these.
        if base * pow(factor, Double(plateau.reductions)) * (1 - factor) > 1e-8 { plateau.reductions += 1 }
    }

    /// Half a cosine, from a share of 0 to one of 1.
    private func cosine(from start: Double, to end: Double, at share: Double) -> Double {
        end + (start - end) / 2 * (1 + cos(.pi * min(share, 1)))
    }
}

/// Where in training a step is.
public struct TrainingPlace: Hashable, Sendable {
    /// From 0 on, over all epochs.
    package let step: Int
    package let stepsPerEpoch: Int
    /// Of the whole training.
    package let epochs: Int

    public init(step: Int, stepsPerEpoch: Int, epochs: Int) {
        precondition(
            step >= 0 && stepsPerEpoch > 0 && epochs > 0,
            "step \(step) of \(epochs) epochs of \(stepsPerEpoch) steps: expected a step from 0 on of at least one"
        )
        self.step = step
        self.stepsPerEpoch = stepsPerEpoch
        self.epochs = epochs
    }

    package var epoch: Int { step / stepsPerEpoch }
    package var stepCount: Int { epochs * stepsPerEpoch }
}

/// What `LearningRateSchedule.reduceOnPlateau` remembers of the epochs before.
public struct Plateau: Codable, Hashable, Sendable {
    /// How often the learning rate was reduced.
    package var reductions = 0
    /// The lowest loss so far; nil before the first epoch.
    package var lowest: Double?
    /// Epochs since, or since the last reduction.
    package var epochsSince = 0

    public init() {}
}
