import Platform

/// The clipping of gradients before the optimizer reads them (Pascanu, Mikolov and Bengio, 2013).
public enum GradientClipping: Codable, Hashable, Sendable {
    /// No clipping.
    case none
    /// Scales all gradients together so that their Euclidean norm is at most this number
    /// (`torch.nn.utils.clip_grad_norm_`); infinity only measures the norm. A step whose norm is infinite or NaN is
    /// skipped.
    case norm(Double)
    /// Limits each gradient to ± this number (`torch.nn.utils.clip_grad_value_`), also an infinite one. A NaN stays a
    /// NaN: ``Optimization/step()`` then skips the step.
    case value(Double)

    /// Traps on a negative limit.
    func check() {
        switch self {
        case .none: break
        case .norm(let limit), .value(let limit):
            precondition(limit >= 0, "gradients are clipped at a number not negative, not at \(limit)")
        }
    }

    /// Whether the norm of the gradients is needed.
    var needsNorm: Bool {
        if case .norm = self { true } else { false }
    }

    /// Returns whether gradients with this norm can be applied: no gradient is NaN, and none is infinite unless it is
    /// limited. The square of a `Float` is finite in `Double`, so that the norm is infinite only if a gradient is.
    func isUsable(norm: Double) -> Bool {
        if case .value = self { !norm.isNaN } else { norm.isFinite }
    }

    /// Returns the factor for gradients with a finite norm. PyTorch's 1e-6 also prevents a division by zero.
    func scale(norm: Double) -> Float {
        guard case .norm(let limit) = self else { return 1 }
        return Float(min(limit / (norm + 1e-6), 1))
    }

    /// The limit of each gradient's magnitude.
    var limit: Float {
        if case .value(let limit) = self { Float(limit) } else { .infinity }
    }
}
