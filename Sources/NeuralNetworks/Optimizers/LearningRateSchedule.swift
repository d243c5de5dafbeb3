import ElementaryFunctions
import Platform

/// The learning-rate schedule, with the formulas of `torch.optim.lr_scheduler`.
public enum LearningRateSchedule: Codable, Hashable, Sendable {
    /// A constant rate, the optimizer's.
    case constant
    /// Steps: multiplied by `gamma` after every `epochs` epochs (`StepLR`).
    case step(epochs: Int, gamma: Double = 0.1)
    /// Cosine with warm-up: rises linearly to the optimizer's rate during the warm-up, then falls to `minimum` along
    /// half a cosine (Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", 2017); changes at
    /// every step.
    ///
    /// In step t of W warm-up steps, counted from 0, the rate is multiplied by (t + 1) / (W + 1): `LinearLR` with a
    /// start factor of 1 / (W + 1), followed by `CosineAnnealingLR`.
    case cosine(warmUpEpochs: Double = 0, minimum: Double = 0)
    /// One cycle: rises from the optimizer's rate divided by `divisor` to the optimizer's rate during the first
    /// `warmUpShare` of all steps, then falls to its initial value divided by `finalDivisor`, along two half cosines;
    /// changes at every step (Smith and Topin, "Super-convergence", 2018): `OneCycleLR` with the optimizer's rate as
    /// `max_lr`. The momentum does not change.
    case oneCycle(warmUpShare: Double = 0.3, divisor: Double = 25, finalDivisor: Double = 1e4)
    /// Reduce on plateau: multiplied by `factor` when the loss has not fallen below the lowest loss by the fraction
    /// `threshold` for more than `patience` epochs (`ReduceLROnPlateau`).
    case reduceOnPlateau(factor: Double = 0.1, patience: Int = 10, threshold: Double = 1e-4)

    /// Whether the learning rate of a step depends on the number of epochs of the whole training.
    package var dependsOnLastEpoch: Bool {
        switch self {
        case .cosine, .oneCycle: true
        case .constant, .step, .reduceOnPlateau: false
        }
    }

    /// Returns the learning rate of a step, for training loops written by hand. For `reduceOnPlateau` it is always
    /// `base`, because that schedule depends on the losses. A negative step, and counts below 1, trap.
    ///
    /// - Parameters:
    ///   - base: The optimizer's own learning rate.
    ///   - step: The number of the step over all epochs, from 0.
    ///   - stepsPerEpoch: The number of steps of an epoch.
    ///   - epochs: The number of epochs of the whole training.
    public func learningRate(base: Double, step: Int, stepsPerEpoch: Int, epochs: Int) -> Double {
        learningRate(base: base, at: TrainingPlace(step: step, stepsPerEpoch: stepsPerEpoch, epochs: epochs))
    }

    /// Returns the learning rate of a step.
    ///
    /// - Parameters:
    ///   - base: The optimizer's own learning rate.
    ///   - place: The position of the step in training.
    ///   - plateau: The reductions so far; used by `reduceOnPlateau` only.
    package func learningRate(
        base: Double, at place: TrainingPlace, plateau: Plateau = Plateau()
    ) -> Double {
        switch self {
        case .constant:
            return base
        case .step(let epochs, let gamma):
            return base * Elementary.pow(gamma, Double(place.epoch / max(epochs, 1)))
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
            return base * Elementary.pow(factor, Double(plateau.reductions))
        }
    }

    /// Updates `plateau` after an epoch. Schedules other than `reduceOnPlateau` do nothing.
    ///
    /// - Parameters:
    ///   - loss: The loss of the epoch.
    ///   - base: The optimizer's own learning rate.
    ///   - plateau: The losses and reductions so far.
    package func epochEnded(loss: Double, base: Double, _ plateau: inout Plateau) {
        guard case .reduceOnPlateau(let factor, let patience, let threshold) = self else { return }
        if loss < plateau.lowest.map({ $0 * (1 - threshold) }) ?? .infinity {
            plateau.lowest = loss
            plateau.epochsSince = 0
        } else {
            plateau.epochsSince += 1
        }
        guard plateau.epochsSince > patience else { return }
        plateau.epochsSince = 0
        // PyTorch's `eps`: a reduction smaller than this is not made.
        if base * Elementary.pow(factor, Double(plateau.reductions)) * (1 - factor) > 1e-8 {
            plateau.reductions += 1
        }
    }

    /// Returns half a cosine from `start`, at a share of 0, to `end`, at a share of 1.
    private func cosine(from start: Double, to end: Double, at share: Double) -> Double {
        end + (start - end) / 2 * (1 + Elementary.cos(.pi * min(share, 1)))
    }
}

/// The position of a step in training.
package struct TrainingPlace: Hashable, Sendable {
    /// The number of the step over all epochs, from 0.
    package let step: Int
    /// The number of steps of an epoch.
    package let stepsPerEpoch: Int
    /// The number of epochs of the whole training.
    package let epochs: Int

    /// Creates a position. A negative step, and counts below 1, trap.
    ///
    /// - Parameters:
    ///   - step: The number of the step over all epochs, from 0.
    ///   - stepsPerEpoch: The number of steps of an epoch.
    ///   - epochs: The number of epochs of the whole training.
    package init(step: Int, stepsPerEpoch: Int, epochs: Int) {
        precondition(
            step >= 0 && stepsPerEpoch > 0 && epochs > 0,
            "step \(step) of \(epochs) epochs of \(stepsPerEpoch) steps: expected a step from 0 on of at least one"
        )
        self.step = step
        self.stepsPerEpoch = stepsPerEpoch
        self.epochs = epochs
    }

    /// The number of the epoch, from 0.
    package var epoch: Int { step / stepsPerEpoch }
    /// The number of steps of the whole training.
    package var stepCount: Int { epochs * stepsPerEpoch }
}

/// The state of `LearningRateSchedule.reduceOnPlateau` between epochs.
package struct Plateau: Codable, Hashable, Sendable {
    /// The number of reductions of the learning rate so far.
    package var reductions = 0
    /// The lowest loss so far; nil before the first epoch.
    package var lowest: Double?
    /// The number of epochs since the lowest loss or the last reduction.
    package var epochsSince = 0

    /// Creates the state before the first epoch.
    package init() {}
}
