import Console
import Datasets
import Pictures
import Platform
import Runs
import Training

/// The texts of the charts of sequences.
enum SequenceChartText: TextKey {
    case step, channel, someChannels

    var text: Text {
        switch self {
        case .step: Text("step", ko: "시점")
        case .channel: Text("channel {number}", ko: "채널 {number}")
        case .someChannels:
            Text(
                "Of the {count} channels, the first {shown} are drawn.",
                ko: "채널 {count}개 가운데 처음 {shown}개를 그렸습니다.")
        }
    }
}

/// The content of `mistakes.json`: the sequences of the worst mistakes, in the order of the evaluation, so that the report
/// can be drawn without the data.
package struct SequenceMistakes: Codable, Hashable, Sendable {
    static let most = 8
    /// The limits of the file.
    package static let fileLimits = JSON.Limits(bytes: 256 << 20, values: 16_000_000)
    static let mostChannels = 16

    /// The number of channels of the data.
    package var channels: Int
    /// The names of the channels; nil if they have none.
    package var names: [String]?
    /// The values of each sequence, [mistake][channel][step]; at most ``mostChannels`` channels.
    package var sequences: [[[Float]]]

    init(_ evaluation: Evaluation, of data: LabeledSequences, names: [String]?) {
        (channels, self.names) = (data.channels, names)
        sequences = evaluation.mistakes.map { mistake in
            let sequence = data[mistake.index]
            return (0..<min(data.channels, Self.mostChannels)).map { channel in
                stride(from: channel, to: sequence.values.count, by: data.channels).map {
                    sequence.values[$0]
                }
            }
        }
    }

    package static func path(_ run: RunDirectory) -> String { FilePath.join(run.path, "mistakes.json") }

    /// Returns the chart of a sequence, one line for each channel.
    fileprivate func chart(of sequence: [[Float]], title: String, _ language: Language) -> LineChart {
        LineChart(
            title, x: Axis(language.text(SequenceChartText.step), ticks: .integers), y: Axis(""),
            series: sequence.prefix(Self.mostChannels).enumerated().map { channel, values in
                let name = names.flatMap { $0.indices.contains(channel) ? $0[channel] : nil }
                return .init(
                    name ?? language.text(SequenceChartText.channel, ["number": "\(channel + 1)"]),
                    values: values, place: channel)
            }, language: language)
    }
}

/// The report of a run of `sequence-classifier`, which shows the worst mistakes as line charts.
package enum SequenceRunReport {
    /// - Parameter language: The language of the report; the run's if nil.
    package static func of(_ record: RunRecord, language: Language? = nil) -> ClassifierReport {
        let (mistakes, problem): (SequenceMistakes?, _) = RunFile.readForReport(
            from: SequenceMistakes.path(record.run), SequenceMistakes.fileLimits)
        return ClassifierReport(
            record, sample: record.summary?.sample == .character ? .character : .sequence, language: language,
            problem: problem,
            gallery: { captions, language in
                guard let mistakes else { return [] }
                let drawn = zip(captions, mistakes.sequences).flatMap { caption, sequence in
                    [
                        Markup("p") {
                            Markup("strong") { caption.classes }
                            " \(caption.share) "
                            Markup("span", ["class": "quiet"]) { caption.sample }
                        }, mistakes.chart(of: sequence, title: caption.description, language).svg,
                    ]
                }
                guard mistakes.channels > SequenceMistakes.mostChannels, !drawn.isEmpty else { return drawn }
                let note = language.text(
                    SequenceChartText.someChannels,
                    ["count": "\(mistakes.channels)", "shown": "\(SequenceMistakes.mostChannels)"])
                return drawn + [Markup("p", ["class": "quiet"]) { note }]
            })
    }
}
