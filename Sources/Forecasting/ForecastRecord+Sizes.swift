extension ForecastRecord {
    /// A description of sizes that do not match, with the expected and the found size; nil if the record is consistent.
    /// A record from a file can be inconsistent.
    package var mismatch: String? {
        func values(_ name: String, _ count: Int, of days: Int) -> String? {
            count == days ? nil : "\(name): expected \(days) values as there are days, found \(count)"
        }
        if !(0...dates.count).contains(trainCount) {
            return "trainCount: expected 0 to \(dates.count) as there are days, found \(trainCount)"
        }
        if let mismatch = values("actual", actual.count, of: dates.count) { return mismatch }
        if let mismatch = values("previous", previous.count, of: dates.count) { return mismatch }
        for model in models {
            if model.members.isEmpty { return "\(model.model): expected at least one member, found none" }
            for member in model.members {
                let name = "\(model.model), seed \(member.seed)"
                if let mismatch = values("\(name), forecasts", member.forecasts.count, of: dates.count)
                    ?? values("\(name), future", member.future.count, of: futureDates.count)
                {
                    return mismatch
                }
            }
        }
        return nil
    }
}
