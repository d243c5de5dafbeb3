/// The files of the page, which the program contains.
enum PageFiles {
    /// The files by their names, with their types.
    private static let files: [String: (type: String, bytes: [UInt8])] = [
        "index.html": ("text/html; charset=utf-8", PackageResources.index_html),
        "page.css": ("text/css; charset=utf-8", PackageResources.page_css),
        "app.js": ("text/javascript; charset=utf-8", PackageResources.app_js),
        "texts.json": ("application/json", PackageResources.texts_json),
    ]

    /// - Throws: ``PageError`` if there is no such file.
    static func answer(_ name: String) throws(PageError) -> PageAnswer {
        guard let file = files[name] else {
            throw PageError(.notFound, "\(name.quotedInAnswer): the page has no such file")
        }
        return .content(file.bytes, type: file.type)
    }
}
