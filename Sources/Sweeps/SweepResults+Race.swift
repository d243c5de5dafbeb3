import Console

extension SweepResults {
    /// Returns whether a setting is paused because it cannot win.
    func isPaused(_ place: Int) -> Bool { race?.standings[place].state == .paused }

    /// Returns a row for each setting other than the best, with the evidence against it.
    func evidenceRows(_ race: SweepRace) -> [[String]] {
        ranked.filter { $0 != best && race.standings[$0].seeds > 0 }.map { place in
            let standing = race.standings[place]
            return [
                settings[place].title, gap(to: place).map(Self.points) ?? "–", "\(standing.seeds)",
                TextFormat.fixed(standing.evidence, decimals: 1), Self.chance(race.probability(of: place)),
            ]
        }
    }

    /// Returns the mean of the best setting's accuracy minus another's, over the seeds that both have.
    private func gap(to place: Int) -> Double? {
        guard let best else { return nil }
        let count = plan.settings.count
        let differences = plan.seeds.indices.compactMap { seed -> Double? in
            guard let one = results[seed * count + best]?[.accuracy, .validation],
                let other = results[seed * count + place]?[.accuracy, .validation]
            else { return nil }
            return one - other
        }
        return differences.isEmpty ? nil : differences.reduce(0, +) / Double(differences.count)
    }

    /// Returns a sentence about a race that is not over.
    func progress(of race: SweepRace, in language: Language) -> String {
        language.text(SweepText.racing, values(of: race))
    }

    /// Returns the sentences about a race that is over.
    ///
    /// - Parameter winner: The values of the texts for the winner.
    func endings(of race: SweepRace, _ winner: [String: String], in language: Language) -> [String] {
        let values = values(of: race).merging(winner) { $1 }
        return [language.text(race.isSettled ? SweepText.settled : .unsettled, values)]
    }

    private func values(of race: SweepRace) -> [String: String] {
        [
            "looks": "\(race.looks)", "seeds": "\(plan.seeds.count)", "left": "\(race.racing.count)",
            "count": "\(settings.count)", "until": plan.until.map { "\($0)" } ?? "",
        ]
    }
}
