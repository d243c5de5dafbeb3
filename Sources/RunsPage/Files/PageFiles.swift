import Platform

/// The files of the page, which the program contains. While someone works on them, they are read from a directory.
struct PageFiles: Sendable {
    /// The directory with the files; nil for the files in the program.
    let directory: String?

    /// The files by their names.
    private static let files: [String: [UInt8]] = [
        "api.js": PackageResources.api_js,
        "app.js": PackageResources.app_js,
        "bin.js": PackageResources.bin_js,
        "chart-drawing.js": PackageResources.chart_drawing_js,
        "chart.js": PackageResources.chart_js,
        "compare.js": PackageResources.compare_js,
        "curves.js": PackageResources.curves_js,
        "details.js": PackageResources.details_js,
        "dialog.js": PackageResources.dialog_js,
        "dom.js": PackageResources.dom_js,
        "draw.js": PackageResources.draw_js,
        "forecast.js": PackageResources.forecast_js,
        "index.html": PackageResources.index_html,
        "list.js": PackageResources.list_js,
        "metrics.js": PackageResources.metrics_js,
        "numbers.js": PackageResources.numbers_js,
        "page.css": PackageResources.page_css,
        "records.js": PackageResources.records_js,
        "results.js": PackageResources.results_js,
        "rows.js": PackageResources.rows_js,
        "run.js": PackageResources.run_js,
        "runs.js": PackageResources.runs_js,
        "scale.js": PackageResources.scale_js,
        "store.js": PackageResources.store_js,
        "sweep.js": PackageResources.sweep_js,
        "texts-run.json": PackageResources.texts_run_json,
        "texts-time.json": PackageResources.texts_time_json,
        "texts.json": PackageResources.texts_json,
        "time-pictures.js": PackageResources.time_pictures_js,
        "time.css": PackageResources.time_css,
        "time.js": PackageResources.time_js,
        "weights.js": PackageResources.weights_js,
    ]

    private static let types = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8", "json": "application/json",
    ]

    /// - Throws: ``PageError`` if there is no such file, or if it cannot be read.
    func answer(_ name: String) throws(PageError) -> PageAnswer {
        guard let type = Self.types[String(name.drop { $0 != "." }.dropFirst())],
            directory != nil || Self.files[name] != nil, RunID.isName(name)
        else {
            throw PageError(.notFound, .noFile, ["name": name.quotedInAnswer])
        }
        return .content(try bytes(name), type: type)
    }

    private func bytes(_ name: String) throws(PageError) -> [UInt8] {
        guard let directory else { return Self.files[name] ?? [] }
        do {
            return try OpenFile(FilePath.join(directory, name), .readingInput).read(1 << 20)
        } catch {
            throw PageError(.notFound, error)
        }
    }
}
