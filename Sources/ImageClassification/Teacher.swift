import NeuralNetworks
import Platform
import Runs
import Training

/// The teacher of a run for knowledge distillation. The run keeps a copy of it, so that it can be resumed even if the
/// original file changes.
struct Teacher {
    let checkpoint: Checkpoint
    let distillation: Distillation
    /// Whether the teacher may have been trained on the run's validation images.
    private let mayKnowHeldOutImages: Bool

    /// - Returns: Nil for a run without a teacher.
    /// - Throws: The error of the teacher's file.
    init?(_ options: ImageTraining.Options, copy: Checkpoint?) throws {
        guard let name = options.teacher else { return nil }
        checkpoint = try copy ?? ImageModel(name, root: options.runs).checkpoint
        let parameters = FloatBuffer(count: checkpoint.parameters.count)
        parameters.assign(checkpoint.parameters)
        distillation = Distillation(
            teacher: checkpoint.model, parameters: parameters,
            weight: options.teacherWeight ?? ImageTraining.Options.defaultTeacherWeight,
            temperature: options.temperature ?? ImageTraining.Options.defaultTemperature)
        let own = try? ImageTraining.Options().with(decisive: checkpoint.details.options)
        let differences = own?.validationDifferences(to: options)
        mayKnowHeldOutImages = options.validation > 0 && differences?.isEmpty != true
    }

    /// - Throws: ``OptionError`` if the teacher does not fit the model.
    func check(_ model: SequenceModel, _ options: ImageTraining.Options) throws(OptionError) {
        guard let misfit = distillation.misfit(of: model) else { return }
        throw OptionError("--teacher \(options.teacher ?? ""): \(misfit)")
    }

    /// A warning for the user; nil if there is none.
    var warning: String? {
        mayKnowHeldOutImages
            ? "the teacher may have been trained on images of this validation set, which makes validation scores too "
                + "high; train the teacher with the same --validation and --seed" : nil
    }
}

extension ImageTraining.Options {
    /// Replaces the teacher's name by the path of a checkpoint, because the name may refer to another one later.
    ///
    /// - Throws: The errors of ``ImageModel``.
    package mutating func resolveTeacher() throws {
        if let name = teacher { teacher = try ImageModel(name, root: common.runs).path }
    }
}
