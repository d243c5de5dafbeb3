import ArgumentParser
import Commands

struct Summary: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the layers and parameters of the networks.",
        discussion: """
            Example: stock-forecast summary --model lstm --hidden-size 16

            It shows the networks that the options describe, without reading data.

            Exit codes: 0 done, 64 bad option.
            """)

    @OptionGroup(title: "Data") var data: DataArguments

    @OptionGroup(title: "Networks") var networks: NetworkArguments

    func run() throws {
        try explained { console in
            let options = networks.applied(to: data.applied(to: .init()))
            for (index, model) in options.model.models.enumerated() {
                if index > 0 { console.print() }
                console.print("\(model.title)\n\(options.network(model).summary())")
            }
        }
    }
}
