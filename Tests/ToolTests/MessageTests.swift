import Foundation
import TestSupport
import Testing

/// The answers of the tools to mistakes that users make.
@Suite("Error messages", .timeLimit(.minutes(60))) struct MessageTests {
    private static let brief = "--epochs 1 --hidden-size 2 --layers 1 --threads 1 --name small"

    /// A directory with a small data set in `data` and nothing else.
    private func place() throws -> Workplace { try Workplace(SmallImages(train: 120, test: 40)) }

    private func check(_ transcript: Transcript, _ name: String) throws {
        try Snapshot.check(transcript.text, "Messages/\(name)")
    }

    @Test func `messages about options of training`() throws {
        let place = try place()
        let transcript = Transcript(in: place.path)
        try transcript.run(
            "mnist-bilstm",
            [
                "trian", "--epochs 0", "--epochs 1.5", "--epochs", "--set lr=1", "--lr 0.1", "--sched cosine",
                "--epcohs 3", "--learningRate 1", "--colour red", "extra argument", "--batch-size 0",
                "--learning-rate 0", "--learning-rate nan", "--cell tlsm", "--readout first", "--dropout 1",
                "--label-smoothing 1", "--optimizer adamm", "--momentum 0.9", "--weight-decay -1",
                "--schedule slow", "--warm-up-epochs 1", "--final-share 0.1", "--step-epochs 2",
                "--patience 2",
                "--reduction 0.5", "--schedule step --reduction 1", "--clip-norm 0",
                "--clip-norm 1 --clip-value 1", "--ema 1", "--temperature 2", "--teacher-weight 0.5",
                "--teacher none --teacher-weight 2", "--teacher none", "--validation -1", "--validation 120",
                "--early-stopping 3", "--augment warp", "--augment-shift -1", "--augment-scale 1",
                "--hidden-size 2049", "--layers 17", "--seed -1", "--threads 0", "--threads 1025",
                "--name ''",
                "--name a/b", "--data ''", "--runs ''", "--dataset cifar", "--progress bars",
                "--log-every -1",
                "--checkpoint-every 0", "--checkpoint-every 5x", "--keep-checkpoints 0",
                "--on-save-error panic", "--time-limit 10", "--time-limit 0s", "--allow-changes",
                "--resume latest --name a", "--resume latest --recipe best",
                "--epochs 2 --schedule cosine --warm-up-epochs 2",
                "--epochs 2 --schedule step --step-epochs 2",
            ].map { $0 == "trian" || $0.contains("--data") ? $0 : $0 + " --data data" })
        #expect(place.runNames.isEmpty)
        try check(transcript, "options-of-training")
    }

    @Test func `messages about commands`() throws {
        let place = try place()
        let transcript = Transcript(in: place.path)
        try transcript.run(
            "mnist-bilstm",
            [
                "compare first second", "comapre first second", "fetch mnist", "verify mnist", "list",
                "show latest",
                "plan", "run", "start", "runs latest", "runs reprot", "datasets get mnist", "sweep nothing",
                "train --set lr=1", "--run latest", "--out x.png", "--json", "predict --cell gru",
                "report --json",
                "sweep plan --jobs 2", "sweep --index 3 --seeds 0 --validation 20",
                "sweep --seeds 0 --set jobs=1,2 --validation 20", "summary --epochs 3",
            ])
        try transcript.run(
            "stock-forecast",
            [
                "evaluate latest", "predcit latest", "predict --epochs 3 --data a.csv", "--csw a.csv",
                "report --out x",
            ])
        #expect(place.runNames.isEmpty)
        try check(transcript, "commands")
    }

    @Test func `messages about the page of the runs`() throws {
        let place = try place()
        let transcript = Transcript(in: place.path)
        try transcript.run(
            "runs-page",
            [
                "--port 70000", "--port -1", "--port", "--host somewhere", "--host ''", "--until-idle 0",
                "--until-idle 2000000", "--until-idle soon", "--runs ''", "--prot 1", "runs",
                "--runs data/train-labels-idx1-ubyte", "--host 203.0.113.1 --port 0",
            ])
        try check(transcript, "page-of-runs")
    }

    @Test func `messages about training data`() throws {
        let place = try place()
        let transcript = Transcript(in: place.path)
        let labels = place.data + "/train-labels-idx1-ubyte"
        let images = place.data + "/train-images-idx3-ubyte"
        try transcript.run("mnist-bilstm --epochs 1")
        try transcript.run("mnist-bilstm --data none")
        try transcript.run("mnist-bilstm --dataset emnist-letters --data none")
        try transcript.run("mnist-bilstm --dataset idx")
        let whole = try (
            labels: Data(contentsOf: URL(filePath: labels)), images: Data(contentsOf: URL(filePath: images))
        )
        func tried(_ path: String, _ bytes: Data) throws {
            try bytes.write(to: URL(filePath: path))
            try transcript.run("mnist-bilstm --data data")
        }
        try tried(labels, Data())
        try tried(labels, Data("text".utf8))
        try tried(labels, Data("<html>".utf8))
        try tried(labels, Data("version https://git-lfs.github.com/spec/v1\noid sha256:0\n".utf8))
        try tried(labels, whole.labels.dropLast(20))
        try tried(labels, whole.labels + Data([0]))
        try tried(labels, whole.labels.prefix(18) + Data([10]) + whole.labels.dropFirst(19))
        try tried(labels, Data(idxHeader(type: 0x0D, shape: [120])) + Data(count: 480))
        try tried(labels, Data(idxHeader(type: 8, shape: [119])) + Data(count: 119))
        try tried(labels, Data(idxHeader(type: 7, shape: [119])) + Data(count: 119))
        try tried(labels, Data(idxHeader(type: 8, shape: [.max, .max, .max])) + Data(count: 119))
        try whole.labels.write(to: URL(filePath: labels))
        try tried(images, Data(idxHeader(type: 8, shape: [120, 784])) + Data(count: 120 * 784))
        try tried(images, Data(idxHeader(type: 8, shape: [0, 28, 28])))
        try FileManager.default.removeItem(atPath: images)
        try transcript.run("mnist-bilstm --data data")
        try FileManager.default.createDirectory(atPath: images, withIntermediateDirectories: true)
        try transcript.run("mnist-bilstm --data data")
        try FileManager.default.removeItem(atPath: images)
        try tried(images + ".gz", Data(gzip(Array(whole.images)).dropLast(30)))
        try Data("mine".utf8).write(to: URL(filePath: place.path + "/file"))
        try whole.images.write(to: URL(filePath: images))
        try transcript.run("mnist-bilstm --data data --runs file")
        try transcript.run("mnist-bilstm --data data --learning-rate 1e30 --batch-size 120 --quiet")
        try check(transcript, "data-of-training")
    }

    @Test func `messages about recipes`() throws {
        let place = try place()
        let transcript = Transcript(in: place.path)
        for (name, text) in [
            ("empty", "{}"), ("list", "[]"), ("comma", "{\"options\": {\"epochs\": 3,}}"),
            ("other", "{\"program\": \"stock-forecast\", \"options\": {}}"),
            ("unknown", "{\"options\": {\"epoch\": 3}}"), ("text", "{\"options\": {\"epochs\": \"3\"}}"),
            ("range", "{\"options\": {\"epochs\": 0}}"), ("twice", "{\"options\": {}, \"options\": {}}"),
            ("useless", "{\"options\": {\"momentum\": 0.5}}"),
        ] {
            _ = try place.write(Array(text.utf8), name + ".json")
            try transcript.run("mnist-bilstm --data data --recipe \(name).json")
        }
        try transcript.run("mnist-bilstm --recipe bset")
        try transcript.run("mnist-bilstm --recipe data")
        #expect(place.runNames.isEmpty)
        try check(transcript, "recipes")
    }

    @Test func `messages about resuming and reading runs`() throws {
        let place = try place()
        #expect(try place.run(Self.brief.split(separator: " ").map(String.init)).exitCode == 0)
        #expect(
            try place.run(
                (Self.brief + " --validation 20").replacing("small", with: "held").split(separator: " ").map(
                    String.init)
            ).exitCode == 0)
        let transcript = Transcript(in: place.path)
        let (small, held) = ("mnist-bilstm --resume small", "mnist-bilstm --resume held")
        for call in [
            small, small + " --epochs 2", small + " --hidden-size 3 --epochs 2",
            small + " --hidden-size 3 --epochs 2 --allow-changes",
            small + " --optimizer sgd --epochs 2 --allow-changes",
            held + " --validation 30 --epochs 2", held + " --validation 30 --epochs 2 --allow-changes",
            "mnist-bilstm --resume none", "mnist-bilstm --resume data", "mnist-bilstm evaluate none",
            "mnist-bilstm evaluate data", "mnist-bilstm evaluate --averaged",
            "mnist-bilstm evaluate small --split validation",
            "mnist-bilstm evaluate small --split training", "mnist-bilstm evaluate small --run small",
            "mnist-bilstm evaluate small --checkpoint first",
            "mnist-bilstm evaluate small --dataset emnist-letters",
            "mnist-bilstm evaluate runs/latest/checkpoints/last.safetensors --checkpoint last",
            "mnist-bilstm evaluate data/train-images-idx3-ubyte",
            "mnist-bilstm evaluate runs/latest/config.json",
            "mnist-bilstm summary --checkpoint last", "mnist-bilstm summary small --cell gru",
            "mnist-bilstm summary --runs runs", "mnist-bilstm report none", "mnist-bilstm runs show none",
            "mnist-bilstm runs compare small", "mnist-bilstm runs compare small small",
            "mnist-bilstm runs compare small none", "mnist-bilstm runs compare small held --out ''",
            "mnist-bilstm runs --runs ''",
            "mnist-bilstm augment --index 3", "mnist-bilstm augment --index 300 --out x.png --data data",
            "mnist-bilstm augment --index 3 --out x.png --count 0 --data data",
            "mnist-bilstm augment --index 3 --out none/x.png --data data",
            "mnist-bilstm augment --index 3 --out ''",
            "stock-forecast --resume small", "stock-forecast report small",
        ] { try transcript.run(call) }
        try transcript.run("mnist-bilstm runs compare small held --out none/x.svg", isScreen: true)
        let checkpoint = place.latest("checkpoints/" + (place.target(of: "last") ?? ""))
        var bytes = try Data(contentsOf: URL(filePath: checkpoint))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(filePath: checkpoint))
        try transcript.run("mnist-bilstm evaluate held")
        try transcript.run("mnist-bilstm --resume held --epochs 2 --allow-changes")
        try bytes.prefix(1000).write(to: URL(filePath: checkpoint))
        try transcript.run("mnist-bilstm evaluate held --checkpoint last")
        let checkpoints = place.latest("checkpoints")
        for name in try FileManager.default.contentsOfDirectory(atPath: checkpoints) {
            try FileManager.default.removeItem(atPath: checkpoints + "/" + name)
        }
        try transcript.run("mnist-bilstm evaluate held")
        try FileManager.default.removeItem(atPath: checkpoints)
        for call in ["evaluate held", "evaluate held --checkpoint best", "--resume held"] {
            try transcript.run("mnist-bilstm " + call)
        }
        try FileManager.default.removeItem(atPath: place.latest("config.json"))
        try transcript.run("mnist-bilstm --resume held")
        try transcript.run("mnist-bilstm runs show held", isScreen: true)
        try check(transcript, "resuming-and-reading-runs")
    }

    @Test func `messages about pictures`() throws {
        let place = try place()
        #expect(try place.run(Self.brief.split(separator: " ").map(String.init)).exitCode == 0)
        let transcript = Transcript(in: place.path)
        _ = try place.write([0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF".utf8), "photo.png")
        _ = try place.write(Array("no picture".utf8), "text.png")
        _ = try place.write([], "empty.png")
        _ = try place.write(Array("<!DOCTYPE html><title>404</title>".utf8), "page.png")
        let blank = Palette.png([UInt8](repeating: 9, count: 784), width: 28, height: 28)
        _ = try place.write(blank, "blank.png")
        _ = try place.write(Array(blank.dropLast(20)), "cut.png")
        _ = try place.write(blank.prefix(30) + [0xAA] + blank.dropFirst(31), "damaged.png")
        let images = "data/t10k-images-idx3-ubyte"
        try transcript.run(
            "mnist-bilstm predict",
            [
                "photo.png", "text.png", "empty.png", "page.png", "blank.png", "cut.png", "damaged.png",
                "none.png", "data", ".", "8", "small", "runs/latest", "8 photo.png", "none.png photo.png",
                "--index 40", "--index -1", "--index 3,",
                "--index x",
                "--indx 1", "--labels x --index 1", "--polarity auto --index 1", "--as-is --index 1",
                "blank.png --index 1", "blank.png --images \(images)", "blank.png --polarity dark",
                "blank.png --polarity auto --as-is", "blank.png --data data", "blank.png --dataset mnist",
                "--index 1 --draw --json", images, "--images none", "--images data/t10k-labels-idx1-ubyte",
                "--images \(images) --labels \(images)", "--images \(images) --index 40",
                "--images \(images) --labels data/train-labels-idx1-ubyte", "--index 1 --run none",
                "--index 1 --run page.png", "--index 1 --data none",
            ])
        try transcript.run("mnist-bilstm predict")
        try check(transcript, "pictures")
    }

    @Test func `messages about sweeps`() throws {
        let place = try place()
        let transcript = Transcript(in: place.path)
        let whole = "--seeds 0-1 --set cell=lstm,gru --epochs 1 --validation 20 --data data"
        try transcript.run(
            "mnist-bilstm sweep",
            [
                "--set cell=lstm,gru --validation 20", "--seeds 0-1 --set cell=lstm,gru",
                "--seeds x --set cell=lstm --validation 20", "--seeds 0,0 --set cell=lstm --validation 20",
                "--seeds 0-9999999 --set cell=lstm --validation 20", "--seeds 0 --set cell --validation 20",
                "--seeds 0 --set lr=0.1 --validation 20", "--seeds 0 --set sched=cosine --validation 20",
                "--seeds 0 --set Cell=gru --validation 20", "--seeds 0 --set cell=gru, --validation 20",
                "--seeds 0 --set cell=gru,gru --validation 20", "--seeds 0 --set cell=tlsm --validation 20",
                "--seeds 0 --set epochs=0,1 --validation 20",
                "--seeds 0 --set learning-rate=0.1..0.2 --validation 20",
                "--seeds 0 --set learning-rate=0.2..0.1 --random 2 --validation 20",
                "--seeds 0 --set batch-size=1..9007199254740994 --random 2 --validation 20",
                "--seeds 0 --set cell=lstm,gru --random 5 --validation 20",
                "--seeds 0 --random 5 --validation 20",
                "--seeds 0 --set seed=1,2 --validation 20", "--seeds 0 --set threads=1,2 --validation 20",
                "--seeds 0 --set dataset=mnist,kmnist --validation 20",
                "--seeds 0 --set cell=gru --set cell=lstm --validation 20",
                "--seeds 0 --set cell=gru --seed 3 --validation 20",
                "--seeds 0 --set cell=gru --threads 3 --validation 20",
                "--seeds 0 --set cell=gru --cell lstm --validation 20",
                "--seeds 0 --set momentum=0.1,0.2 --validation 20",
                "--seeds 0 --set patience=1,2 --schedule constant --validation 20", "--random-seed 3",
                "--random 0",
                "--jobs 0", "--until 0 --set cell=lstm,gru --validation 20",
                "--until 1.5 --set cell=lstm,gru --validation 20", "--until x",
                "--until 0.01 --validation 20",
                "--until 0.01 --set cell=gru --validation 20", "--resume none --until 0.01", "--results ''",
                "--results shared --no-lookup", "--resume none", "--resume none --seeds 0", "--name a/b",
                "plan --seeds 0-99999 --set hidden-size=1,2,3,4,5,6,7,8,9,10,11 --validation 20",
                "run none --index 0", "report none", "report", "run cells", "run", "run cells --index x",
                "report none --data ''", "--sched cosine --seeds 0 --validation 20", "nothing --seeds 0",
            ].map { "\($0)" })
        try transcript.run("mnist-bilstm sweep plan --name cells \(whole)")
        try transcript.run("mnist-bilstm sweep plan --name cells --hidden-size 3 \(whole)")
        try transcript.run("mnist-bilstm sweep plan --name cells --until 0.01 \(whole)")
        try transcript.run("mnist-bilstm sweep --resume cells --until 0.01")
        try transcript.run("mnist-bilstm sweep --resume cells --results data/t10k-labels-idx1-ubyte")
        try transcript.run("mnist-bilstm sweep run cells --index 4")
        try transcript.run("mnist-bilstm sweep run cells --index 1 --data none")
        try transcript.run("mnist-bilstm evaluate cells")
        _ = try place.write(Array("{}".utf8), "plan.json")
        try transcript.run("mnist-bilstm runs show .")
        try check(transcript, "sweeps")
    }

    @Test func `messages about data sets`() throws {
        let place = try place()
        let transcript = Transcript(in: place.path)
        try transcript.run(
            "mnist-bilstm datasets",
            [
                "list --root ''", "verify cifar", "verify mnist --root data",
                "verify mnist kmnist --data data",
                "verify mnist --data data", "fetch", "fetch cifar", "fetch mnist --to ''", "get mnist",
            ])
        try check(transcript, "data-sets")
    }

    @Test func `messages about options of forecasts`() throws {
        let place = try ForecastPlace()
        let transcript = Transcript(in: place.place.path)
        try transcript.run(
            "stock-forecast",
            [
                "pradict", "--epochs 0", "--epochs 1.5", "--lr 0.1", "--colour red", "--batch-size 0",
                "--learning-rate nan", "--hidden-size 2049", "--layers 17", "--seeds 0", "--seed -1",
                "--model tcn",
                "--rows 0", "--sequence-length 0", "--train-windows 0", "--horizon 1001", "--print-every -1",
                "--scaler max", "--scale-on test", "--from 2010-02-30", "--to yesterday",
                "--from 2010-01-02 --to 2009-01-01", "--data ''", "--target ''", "--runs ''",
                "--features Open,,Low",
                "--features Open,Low,open", "--threads 0", "--name a/b", "--date-order dym", "--ticker ''",
                "--date-column ''", "--allow-changes", "--resume latest --name a", "--resume latest",
                "--no-sigmoid --model gru", "predict", "predict --csv a.csv",
                "predict latest --run latest --csv a.csv",
                "predict --csv a.csv --horizon -1", "predict --csv a.csv --out ''",
                "predict --csv a.csv --rows 0",
                "predict --csv a.csv --out a.csv", "predict --csv a.csv --from 2010-01-02 --to 2009-01-01",
                "report", "report none", "summary --model tcn",
            ])
        #expect(place.place.runNames.isEmpty)
        try check(transcript, "options-of-forecasts")
    }

    @Test func `messages about price files`() throws {
        let place = try ForecastPlace()
        let transcript = Transcript(in: place.place.path)
        let small = ForecastPlace.small.joined(separator: " ")
        var lines = ForecastPlace.table(40).split(separator: "\n").map(String.init)
        lines[7] = lines[7].replacing("109.", with: "1o9.")
        try place.write("short.csv", ForecastPlace.table(23))
        try place.write("empty.csv", "")
        try place.write("blank.csv", "\n\n")
        try place.write("header.csv", "Date,Close\n")
        try place.write("values.json", "[{\"Date\": \"2000-01-03\"}]")
        try place.write("page.csv", "<!doctype html>\n<title>404</title>\n")
        try place.write("pointer.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
        let start = "Date,Close\n2000-01-03,1\n2000-01-04,2\n"
        for (name, text) in [
            ("word", "2000-01-05,high\n"), ("zero", "2000-01-05,0\n"), ("huge", "2000-01-05,1e31\n"),
            ("fields", "2000-01-05,1,2\n"), ("quote", "2000-01-05,\"3\n"), ("stray", "2000-01-05,3\"4\n"),
            ("after", "2000-01-05,\"3\"4\n"), ("date", "2000-13-05,3\n"), ("twice", "2000-01-04,3\n"),
            ("clock", "2000-01-04 10:00,3\n"), ("words", "the end,\n"),
        ] { try place.write(name + ".csv", start + text) }
        try place.write("same.csv", "Date,Close,close\n2000-01-03,1,2\n")
        try place.write("nodate.csv", "Day,Close\nMonday,1\nTuesday,2\n")
        try place.write("order.csv", "Date,Close\n01/02/2000,1\n01/03/2000,2\n")
        try place.write("tickers.csv", "Date,Close,Ticker\n2000-01-03,1,A\n2000-01-03,2,B\n")
        let files = [
            "none", "short", "empty", "blank", "header", "page", "pointer", "word", "zero", "huge", "fields",
            "quote", "stray", "after", "date", "twice", "clock", "words", "same", "nodate", "order",
            "tickers",
        ]
        try transcript.run(
            "stock-forecast --model rnn \(small)",
            files.map { "--features Close --data \($0).csv" }
                + [
                    "--data .", "--data values.json", "--data short.csv", "--data prices.csv --target Bid",
                    "--data prices.csv --features Open,Ask", "--data prices.csv --rows 41",
                    "--data prices.csv --rows 4", "--data prices.csv --from 2030-01-01",
                    "--data prices.csv --date-column Day", "--data prices.csv --date-column Close",
                    "--data prices.csv --date-order dmy", "--data prices.csv --ticker A",
                    "--data tickers.csv --features Close --ticker C", "--data none.csv --features Close",
                ])
        #expect(place.place.runNames.isEmpty)
        try transcript.run(
            "stock-forecast --data prices.csv --learning-rate 1e30 --model lstm --quiet \(small)")
        #expect(try place.train("--model", "lstm", "--name", "one").exitCode == 0)
        try place.write("others.csv", ForecastPlace.table(40, first: 1))
        try transcript.run(
            "stock-forecast",
            [
                "--resume one --epochs 4", "--resume one --features Close", "--resume one --data others.csv",
                "--resume one --model gru",
                "predict one --data short.csv --rows 3",
                "predict one --data prices.csv --model gru", "predict one --data header.csv",
                "predict one --data prices.csv --out none/x.csv",
            ])
        for words in ["evaluate one", "--resume one"] { try transcript.run("mnist-bilstm \(words)") }
        try check(transcript, "files-of-prices")
    }
}

extension Workplace {
    func run(_ arguments: [String]) throws -> Tool.Outcome { try Tool.run(places + arguments) }
}
