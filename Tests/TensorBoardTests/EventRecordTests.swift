import TestSupport
import Testing

@testable import TensorBoard

/// The expected bytes are printed by `Scripts/event_fixture.py`, which makes the package tensorboard 2.21.0 encode and
/// frame the same events.
@Suite struct EventRecordTests {
    private static let wallTime = 1_700_000_000.25

    private func record(_ values: SummaryValue..., step: Int) -> String {
        hex(EventRecord.values(values, step: step, wallTime: Self.wallTime))
    }

    @Test func `the file version equals TensorBoard's bytes`() {
        expectSame(
            hex(EventRecord.fileVersion(wallTime: Self.wallTime)),
            """
            1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe9
            """)
    }

    @Test func `scalars equal TensorBoard's bytes`() {
        expectSame(
            record(
                .scalar(tag: "loss/train", value: 0.1), .scalar(tag: "accuracy/train", value: 97.25),
                step: 469),
            """
            3800000000000000a3797d570900001040fc54d94110d5032a2a0a110a0a6c6f73732f747261696e15cdcccc3d0a150a\
            0e61636375726163792f747261696e150080c24262ad0cfe
            """)
    }

    /// Step 0 is omitted, as in `proto3`. A value of 0 is not, because it is one of several kinds.
    @Test func `a zero at step 0 equals TensorBoard's bytes`() {
        expectSame(
            record(.scalar(tag: "learning_rate", value: 0), step: 0),
            """
            2100000000000000017becf60900001040fc54d9412a160a140a0d6c6561726e696e675f7261746515000000001eb506\
            0e
            """)
    }

    @Test func `a negative step and NaN equal TensorBoard's bytes`() {
        expectSame(
            record(.scalar(tag: "x", value: .nan), step: -1),
            """
            200000000000000029eda9500900001040fc54d94110ffffffffffffffffff012a0a0a080a0178150000c07ff1cc1ddd
            """)
    }

    @Test func `text equals TensorBoard's bytes`() {
        expectSame(
            record(
                .text(tag: "config", markdown: String(repeating: "| größe | 64 |\n|---|---|\n", count: 6)),
                step: 0),
            """
            cd000000000000003efb1bcb0900001040fc54d9412ac1010abe010a06636f6e66696742a9010807120042a2017c2067\
            72c3b6c39f65207c203634207c0a7c2d2d2d7c2d2d2d7c0a7c206772c3b6c39f65207c203634207c0a7c2d2d2d7c2d2d\
            2d7c0a7c206772c3b6c39f65207c203634207c0a7c2d2d2d7c2d2d2d7c0a7c206772c3b6c39f65207c203634207c0a7c\
            2d2d2d7c2d2d2d7c0a7c206772c3b6c39f65207c203634207c0a7c2d2d2d7c2d2d2d7c0a7c206772c3b6c39f65207c20\
            3634207c0a7c2d2d2d7c2d2d2d7c0a4a080a060a04746578740afcd525
            """)
    }

    @Test func `a histogram equals TensorBoard's bytes`() {
        let values: [Float] = [0.5, -1.25, 3, 0.25, 0.25, -0.5, 2.75, .nan, .infinity, 1, 0.125]
        expectSame(
            record(.histogram(tag: "weights/fc.bias", Histogram(values, bucketCount: 4)), step: 3),
            """
            9500000000000000d593a3460900001040fc54d94110032a87010a84010a0f776569676874732f66632e626961732a71\
            09000000000000f4bf110000000000000840190000000000002240210000000000801840290000000000c43340322000\
            0000000000c8bf000000000000ec3f000000000000ff3f00000000000008403a20000000000000004000000000000010\
            40000000000000f03f00000000000000400aa0fe03
            """)
    }

    @Test func `images equal TensorBoard's bytes`() {
        let first = PNGImage(
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], width: 300, height: 28, colorSpace: .grayscale)
        let second = PNGImage([UInt8](repeating: 0, count: 130), width: 2, height: 1, colorSpace: .rgba)
        expectSame(
            record(.image(tag: "mistakes/0", first), .image(tag: "mistakes/1", second), step: 50),
            """
            ca00000000000000accf13c50900001040fc54d94110322abc010a1d0a0a6d697374616b65732f30220f081c10ac0218\
            01220689504e470d0a0a9a010a0a6d697374616b65732f31228b01080110021804228201000000000000000000000000\
            000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
            000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
            00000000000000000000000000000000000000000000fb585ec2
            """)
    }

    @Test func `an image without pixels traps`() async {
        await #expect(processExitsWith: .failure) {
            _ = PNGImage([], width: 0, height: 1, colorSpace: .rgb)
        }
    }
}
