/// What is done to gradients that are too large, before the optimizer sees them.
public enum GradientClipping: Codable, Hashable, Sendable {
    case none
    /// Scales all gradients together so that their Euclidean norm is no more than this, as
    /// `torch.nn.utils.clip_grad_norm_` does; infinity only measures the norm. A step whose norm is infinite or
    /// not a number is left out.
    case norm(Double)
    /// Cuts each gradient off at this magnitude, as `torch.nn.utils.clip_grad_value_` does; one that
    /// is not a number stays so, and spoils the parameters.
    case value(Double)

    func check() {
        switch self {
        case .none: break
        case .norm(let limit), .value(let limit):
            precondition(limit >= 0, "gradients are clipped at a number not negative, not at \(limit)")
        }
    }

    var needsNorm: Bool {
        if case .norm = self { true } else { false }
    }

    /// What gradients of a finite norm are multiplied with. PyTorch's 1e-6 also keeps a norm of zero from
    /// dividing.
    func scale(norm: Double) -> Float {
        guard case .norm(let limit) = self else { return 1 }
        return Float(min(limit / (norm + 1e-6), 1))
    }

    var limit: Float {
        if case .value(let limit) = self { Float(limit) } else { .infinity }
    }
}
