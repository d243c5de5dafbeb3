import RunsPage
import Testing

struct PageRequestTests {
    @Test(arguments: [
        ("/", "/"), ("/api/runs", "/api/runs"), ("/api/run?id=a%2Fb+c", "/api/run"), ("/%EC%8B%A4", "/실"),
    ])
    func path(target: String, path: String) throws {
        #expect(try PageRequest(method: "GET", target: target).path == path)
    }

    @Test(arguments: [
        "", "api", "//", "/a//b", "/..", "/a/../b", "/%2e%2e/a", "/a/%2E%2e", "/.", "/a/", "/%", "/%4",
        "/%zz", "/%FF",
        "/a%00", "/a%0A", "http://other/", "/...",
    ])
    func refusedPath(target: String) {
        #expect(throws: PageError.self) { try PageRequest(method: "GET", target: target) }
    }
}
