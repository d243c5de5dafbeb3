import NeuralNetworks
import Testing
import TrainingSamples

@testable import ImageClassification

@Suite struct AugmentationSheetTests {
    @Test func `a sheet shows the image and its augmented versions in the epochs`() throws {
        let images = noiseImages(9)
        let sheet = AugmentationSheet.draw(images[7], .affine, seed: 5, epochs: 10)
        let pictures = try #require(MistakeSheet.pictures(on: sheet, count: 11))
        #expect(pictures[0].samples == images[7].pixels)
        for epoch in 0..<10 {
            let expected = ImageAugmentation.affine.augmented(
                images[7].pixels, rows: 6, columns: 5, seed: 5, epoch: epoch, index: 7)
            #expect(pictures[1 + epoch].samples == expected, "epoch \(epoch)")
        }
        // The first image has a white frame, the second none.
        #expect(sheet[7, 7] == [255, 255, 255])
        #expect(sheet[8 + 15 + 7, 7] == sheet[0, 0] && sheet[0, 0] != [255, 255, 255])
    }

    @Test func `zero epochs show only the image`() throws {
        let images = noiseImages(2)
        let sheet = AugmentationSheet.draw(images[1], .elastic, seed: 0, epochs: 0)
        let pictures = try #require(MistakeSheet.pictures(on: sheet, count: 1))
        #expect(pictures.map(\.samples) == [images[1].pixels])
    }

    @Test func `a negative number of epochs traps`() async {
        await #expect(processExitsWith: .failure) {
            _ = AugmentationSheet.draw(noiseImages(1)[0], .shift, seed: 0, epochs: -1)
        }
    }
}
