import NeuralNetworks
import Runs
import Testing
import TrainingSamples

@testable import ImageClassification

@Suite("Models and optimizers of the main job's options")
struct ImageTrainingOptionsTests {
    private func options(_ change: (inout ImageTraining.Options) -> Void) -> ImageTraining.Options {
        var options = ImageTraining.Options()
        change(&options)
        return options
    }

    @Test
    func `every schedule has its options`() {
        func schedule(_ name: ScheduleName) -> LearningRateSchedule {
            options {
                $0.schedule = name
                ($0.warmUpEpochs, $0.stepEpochs, $0.patience, $0.reduction) = (1.5, 7, 3, 0.25)
            }.chosenSchedule
        }
        #expect(schedule(.constant) == .constant)
        #expect(schedule(.step) == .step(epochs: 7, gamma: 0.25))
        #expect(schedule(.cosine) == .cosine(warmUpEpochs: 1.5))
        #expect(
            options { ($0.schedule, $0.learningRate, $0.finalShare) = (.cosine, 0.5, 0.25) }.chosenSchedule
                == .cosine(minimum: 0.125))
        #expect(schedule(.oneCycle) == .oneCycle())
        #expect(schedule(.plateau) == .reduceOnPlateau(factor: 0.25, patience: 3))
    }

    @Test
    func `every optimizer has its options and defaults`() {
        func optimizer(_ name: OptimizerName, _ momentum: Double?, _ decay: Double?)
            -> any Optimizer
        {
            options {
                ($0.optimizer, $0.learningRate, $0.momentum, $0.weightDecay) = (name, 0.02, momentum, decay)
            }.chosenOptimizer
        }
        #expect(optimizer(.adam, nil, nil) as? Adam == Adam(learningRate: 0.02))
        #expect(optimizer(.adam, nil, 0.3) as? Adam == Adam(learningRate: 0.02, weightDecay: 0.3))
        #expect(optimizer(.adamw, nil, nil) as? AdamW == AdamW(learningRate: 0.02, weightDecay: 0.01))
        #expect(optimizer(.adamw, nil, 0.3) as? AdamW == AdamW(learningRate: 0.02, weightDecay: 0.3))
        #expect(
            optimizer(.sgd, nil, nil) as? SGD == SGD(learningRate: 0.02, momentum: 0.9, nesterov: true))
        #expect(optimizer(.sgd, 0, 0.3) as? SGD == SGD(learningRate: 0.02, weightDecay: 0.3))
        #expect(
            optimizer(.rmsprop, 0.5, 0.3) as? RMSprop
                == RMSprop(learningRate: 0.02, momentum: 0.5, weightDecay: 0.3))
    }

    @Test
    func `clipping has its kind and limit`() {
        #expect(options { _ in }.clipping == .none)
        #expect(options { $0.clipNorm = 2 }.clipping == .norm(2))
        #expect(options { $0.clipValue = 3 }.clipping == .value(3))
    }

    @Test(
        arguments: zip(
            ImageTraining.AugmentationName.allCases,
            [ImageAugmentation.none, .shift, .affine, .elastic]))
    func `an augmentation has its named ranges, each replaced if its option is given`(
        name: ImageTraining.AugmentationName, ranges: ImageAugmentation
    ) {
        #expect(options { $0.augment = name }.augmentation == ranges)
        let given:
            [(WritableKeyPath<ImageTraining.Options, Double?>, WritableKeyPath<ImageAugmentation, Double>)]
        given = [
            (\.augmentShift, \.shift), (\.augmentRotation, \.rotation), (\.augmentScale, \.scale),
            (\.augmentShear, \.shear), (\.augmentElastic, \.elastic),
        ]
        for (option, range) in given {
            for value in [0, 0.75] {
                var expected = ranges
                expected[keyPath: range] = value
                #expect(
                    options {
                        $0.augment = name
                        $0[keyPath: option] = value
                    }.augmentation == expected)
            }
        }
    }

    @Test
    func `the model follows from the options`() {
        let images = noiseImages(3)
        let model = options {
            ($0.cell, $0.hiddenSize, $0.layers, $0.bidirectional) = (.gru, 7, 3, false)
            ($0.readout, $0.dropout, $0.readoutDropout) = (.mean, 0.25, 0.125)
        }.model(for: images)
        #expect(
            model
                == SequenceModel(
                    RecurrentStack(
                        .gru, inputSize: images.columns, hiddenSize: 7, numLayers: 3, dropout: 0.25),
                    sequenceLength: images.rows, classCount: images.classCount, readout: .mean,
                    dropout: 0.125))
    }

    @Test
    func `the training method is described in words`() {
        #expect(options { _ in }.learningDescription == "Adam, learning rate 0.005")
        #expect(
            options {
                ($0.optimizer, $0.schedule, $0.clipNorm) = (.sgd, .plateau, 2)
                ($0.weightDecay, $0.labelSmoothing) = (0.1, 0.2)
            }.learningDescription
                == "SGD, learning rate 0.005, momentum 0.9 (Nesterov), weight decay 0.1, "
                + "plateau schedule (factor 0.1 after 5 epochs without a lower training loss), "
                + "gradient clipping (norm 2.0), label smoothing 0.2"
        )
        #expect(
            ImageTraining.Recipe.best.options.learningDescription
                == "AdamW, learning rate 0.02, weight decay 0.01, cosine schedule (warm-up 3.0 epochs, final fraction 0.001), "
                + "augmentation (shift ±1.5 px, rotation ±10.0°, scale ±0.1, shear ±0.1, elastic 0.7 px)")
    }
}
