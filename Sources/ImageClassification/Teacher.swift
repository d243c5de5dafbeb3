import NeuralNetworks
import Platform
import Runs
import Training

/// The trained model that a run learns of beside the labels. The run keeps a copy of it, to be resumed by whatever
/// becomes of the file that it was given.
struct Teacher {
    let checkpoint: Checkpoint
    let distillation: Distillation
    /// Whether it may have been trained on images that the run holds out.
    private let mayKnowHeldOutImages: Bool

    /// - Returns: nil for a run without a teacher.
    /// - Throws: what is wrong with the teacher's file.
    init?(_ options: ImageTraining.Options, copy: String?) throws {
        guard let name = options.teacher else { return nil }
        checkpoint =
            if let copy { try Checkpoint(OpenFile(copy, .reading)) } else {
                try TrainedModel(name, root: options.runs).checkpoint
            }
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

    /// - Throws: ``OptionError`` if a model cannot learn of it.
    func check(_ model: SequenceModel, _ options: ImageTraining.Options) throws(OptionError) {
        guard let misfit = distillation.misfit(of: model) else { return }
        throw OptionError("--teacher \(options.teacher ?? ""): \(misfit)")
    }

    /// What a person should know; nil for nothing.
    var warning: String? {
        mayKnowHeldOutImages
            ? "the teacher may have been trained on images of this validation set, which makes validation scores too "
                + "high; train the teacher with the same --validation and --seed" : nil
    }
}

extension ImageTraining.Options {
    /// Puts the path of a checkpoint in the place of a teacher's name, which may stand for another one tomorrow.
    ///
    /// - Throws: what ``TrainedModel`` throws.
    package mutating func resolveTeacher() throws {
        if let name = teacher { teacher = try TrainedModel(name, root: runs).path }
    }
}
