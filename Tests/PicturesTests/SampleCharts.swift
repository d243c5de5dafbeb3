import CZlib

@testable import Pictures

/// Charts of edge cases: no points, one point, many and invalid points, long and unusual texts.
enum SampleCharts {
    static let all: [(name: String, chart: any Chart)] = [
        ("curves", curves), ("runs", runs), ("forecast", forecast), ("no series", line([])),
        ("no points", line([.init("a", points: [])])), ("one point", line([.init("a", points: [(3, 0.5)])])),
        ("constant", line([.init("a", points: [(1, 7), (2, 7), (3, 7)])])),
        ("bad points", badPoints), ("rules", rules), ("texts", texts),
        ("empty stack", LineChartStack("nothing", [])),
        ("one class", matrix(1)), ("two classes", matrix(2)), ("ten classes", matrix(10)),
        ("fifty classes", matrix(50)), ("named classes", named),
        ("zeros", ConfusionMatrixChart("", counts: [[0, 0], [0, 0]], classNames: ["a", "b"])),
        ("ones", ConfusionMatrixChart("", counts: [[1, 0], [0, 1]], classNames: ["a", "b"])),
        (
            "greatest",
            ConfusionMatrixChart("", counts: [[.max / 4, 1], [0, .max / 4]], classNames: ["a", "b"])
        ),
    ]

    /// The checksum of each picture, in brackets.
    static var checksums: String {
        "["
            + all.map { name, chart in
                let bytes = Array(chart.svgFile.utf8)
                return "\(name): \(crc32(0, bytes, UInt32(bytes.count)))"
            }.joined(separator: ", ") + "]"
    }

    static func line(_ series: [LineChart.Series], y: Axis = Axis("loss"), rules: [LineChart.Rule] = [])
        -> LineChart
    {
        LineChart("Loss", x: Axis("epoch", ticks: .integers), y: y, series: series, rules: rules)
    }

    static func decay(_ factor: Double) -> [(x: Double, y: Double)] {
        (1...51).map { (Double($0), factor / Double($0)) }
    }

    static let curves: LineChartStack = {
        let series: [LineChart.Series] = [
            .init("train", points: decay(0.3)), .init("validation", points: decay(0.4), line: .dashed),
        ]
        return LineChartStack(
            "Loss and accuracy",
            [
                line(
                    series, y: Axis("cross-entropy", scale: .logarithmic), rules: [.init(37, "best epoch 37")]
                ),
                LineChart("Accuracy", x: Axis("epoch", ticks: .integers), y: Axis("%"), series: series),
            ])
    }()

    static let runs = line(
        ["bilstm-12", "bilstm-64", "gru-32", "lstm-32 without dropout", "rnn-tanh", "rnn-relu"].enumerated()
            .map {
                .init($1, points: decay(Double($0 + 1)))
            })

    static let forecast: LineChart = {
        let points: [(x: Double, y: Double)] = (0..<431).map { (Double($0), 2000 + Double($0 * 37 % 101)) }
        let days: [(position: Double, label: String)] = (0..<431).map { (Double($0), "2019-01-\($0)") }
        return LineChart(
            "KOSPI", x: Axis("day", ticks: .labels(days)), y: Axis("won"),
            series: [
                .init("actual", points: points, line: .dashed),
                .init("predicted", points: points, band: points.map { ($0.x, $0.y - 50, $0.y + 50) }),
            ], rules: [.init(200, "train | test")])
    }()

    static let badPoints = line(
        [
            .init(
                "a",
                points: [
                    (1, .nan), (2, 1), (3, 2), (4, .infinity), (5, 3), (6, -.infinity), (.nan, 1), (7, 1e308),
                    (8, 2),
                    (9, 1), (-.infinity, 0),
                ],
                band: [(1, .nan, 2), (2, 0, 2), (3, 0, .infinity), (.nan, 0, 1), (4, 0, 3), (5, 1, 4)])
        ], rules: [.init(.nan, "bad"), .init(5, "good")])

    static let rules = line(
        [.init("a", points: [(0, 0), (2000, 1)])],
        rules: [
            .init(1, "first"), .init(100, "second rule"), .init(160, "third rule"), .init(1950, "near last"),
            .init(1999, "last rule"),
        ])

    static let texts: LineChart = {
        let text = String(repeating: "<wide & \"strange\"> ", count: 10)
        return LineChart(
            text, x: Axis(text), y: Axis(text),
            series: [
                .init(text, points: [(0, 0), (1, 1)]), .init("\u{1}\u{FFFF}", points: [(0, 1), (1, 0)]),
            ],
            rules: [.init(0.5, text)])
    }()

    static func matrix(_ classes: Int) -> ConfusionMatrixChart {
        let counts = (0..<classes).map { row in
            (0..<classes).map { $0 == row ? 980 - row : (row * 7 + $0 * 5) % 8 }
        }
        return ConfusionMatrixChart(
            "Confusion matrix", counts: counts, classNames: (0..<classes).map(String.init))
    }

    static let named = ConfusionMatrixChart(
        "Clothes", counts: [[9, 1, 0], [0, 8, 2], [1, 0, 9]],
        classNames: ["<T-shirt> & top", "a name that goes on and on, and on", ""])
}
