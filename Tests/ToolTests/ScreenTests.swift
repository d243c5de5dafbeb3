import Foundation
import TestSupport
import Testing

/// The output of successful commands: every heading, label and note, without the figures.
@Suite("Screens", .timeLimit(.minutes(60))) struct ScreenTests {
    @Test func `screens of a classifier`() throws {
        let place = try Workplace(SmallImages(train: 120, test: 40))
        let transcript = Transcript(in: place.path)
        let model = "--hidden-size 2 --layers 1 --threads 1"
        for call in [
            "--data data --epochs 3 --validation 20 --ema 0.9 --early-stopping 2 --name first \(model)",
            "--data data --epochs 2 --recipe best --name second --teacher first \(model)",
            "--data data --epochs 2 --schedule plateau --optimizer sgd --momentum 0.5 --clip-norm 1 --label-smoothing 0.1 --name third \(model)",
            "--data data --epochs 50 --time-limit 0.000001s --name time-limited \(model)",
            "--resume time-limited --epochs 2 --allow-changes --threads 1", "runs", "runs show first",
            "runs show time-limited",
            "runs compare first second third", "evaluate first", "evaluate first --split train --averaged",
            "predict --index 3,4 --no-draw --run first", "predict --index 3 --run first",
            "summary --cell gru",
            "summary first", "report first", "augment --index 7 --out sheet.png --data data --count 2",
            "datasets", "datasets verify mnist --data data",
        ] { try transcript.run("mnist-bilstm " + call, isScreen: true) }
        try Snapshot.check(transcript.text, "Screens/mnist-bilstm")
    }

    @Test func `screens of a sweep`() throws {
        let place = try Workplace(SmallImages(train: 120, test: 40))
        let transcript = Transcript(in: place.path)
        let plan =
            "--seeds 0-1 --set learning-rate=0.00001,0.02 --epochs 6 --hidden-size 8 --layers 1 --batch-size 20 --validation 20 --data data --name rates"
        for call in [
            "sweep plan \(plan)", "sweep run rates --index 0", "sweep report rates", "sweep --jobs 1 \(plan)",
            "sweep run rates --index 0", "runs", "runs show rates",
        ] { try transcript.run("mnist-bilstm " + call, isScreen: true) }
        try Snapshot.check(transcript.text, "Screens/sweep")
    }

    @Test func `screens of a forecast`() throws {
        let place = try ForecastPlace()
        let transcript = Transcript(in: place.place.path)
        try place.write("new.csv", ForecastPlace.table(30, first: 30))
        let small = ForecastPlace.small.joined(separator: " ")
        for call in [
            "--data prices.csv --seeds 2 --horizon 3 --threads 1 --name first \(small)",
            "--data prices.csv --model lstm --scale-on all --threads 1 --name second \(small)",
            "--resume second --horizon 2", "predict first --data new.csv --horizon 2 --out new-forecasts.csv",
            "summary --model lstm", "report first",
        ] { try transcript.run("stock-forecast " + call, isScreen: true) }
        try Snapshot.check(transcript.text, "Screens/stock-forecast")
    }
}
