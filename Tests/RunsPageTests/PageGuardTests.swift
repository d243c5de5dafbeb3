import RunsPage
import Testing

@Suite struct PageGuardTests {
    private func request(
        _ headers: [String: String], method: String = "GET", target: String = "/"
    ) throws -> PageRequest {
        try PageRequest(method: method, target: target, headers: headers)
    }

    private func status(_ access: PageGuard, _ request: PageRequest) -> Int {
        do throws(PageError) {
            try access.check(request)
            return 200
        } catch {
            return error.status.rawValue
        }
    }

    @Test(arguments: [
        (["Host": "127.0.0.1:8128"], 200), (["host": "LOCALHOST:8128"], 200), (["Host": "[::1]:8128"], 200),
        ([:], 403), (["Host": ""], 403), (["Host": "127.0.0.1"], 403), (["Host": "127.0.0.1:80"], 403),
        (["Host": "evil.example:8128"], 403), (["Host": "127.0.0.1:8128.evil.example"], 403),
        (["Host": "127.0.0.1:8128", "Origin": "http://127.0.0.1:8128"], 200),
        (["Host": "127.0.0.1:8128", "Origin": "http://localhost:8128"], 403),
        (["Host": "127.0.0.1:8128", "Origin": "https://127.0.0.1:8128"], 403),
        (["Host": "127.0.0.1:8128", "Origin": "null"], 403),
        (["Host": "127.0.0.1:8128", "Origin": "http://evil.example"], 403),
        (["Host": "127.0.0.1:8128", "Sec-Fetch-Site": "cross-site"], 403),
        (["Host": "127.0.0.1:8128", "Sec-Fetch-Site": "same-site"], 403),
        (["Host": "127.0.0.1:8128", "Sec-Fetch-Site": "same-origin"], 200),
        (["Host": "127.0.0.1:8128", "Sec-Fetch-Site": "none"], 200),
    ])
    func `requests of other websites are refused`(headers: [String: String], status: Int) throws {
        #expect(self.status(.loopback(port: 8128), try request(headers)) == status)
    }

    private static let full = [
        "Host": "127.0.0.1:8128", "X-Runs-Page": "1", "Content-Type": "application/json; charset=utf-8",
    ]

    @Test(
        arguments: [
            ("", "", 200), ("X-Runs-Page", "0", 403), ("X-Runs-Page", nil, 403),
            ("Content-Type", "text/plain", 403), ("Content-Type", nil, 403),
            ("Content-Type", "application/x-www-form-urlencoded", 403),
            ("Origin", "http://evil.example", 403),
        ] as [(String, String?, Int)])
    func `a change needs the fields of the page`(name: String, value: String?, status: Int) throws {
        var headers = Self.full
        if !name.isEmpty { headers[name] = value }
        #expect(self.status(.loopback(port: 8128), try request(headers, method: "POST")) == status)
    }

    @Test(arguments: [
        ("/?token=secret", "", 200), ("/", "runs-page=secret", 200), ("/", "a=b; runs-page=secret", 200),
        ("/", "", 401), ("/?token=", "", 401), ("/?token=secre", "", 401), ("/?token=secret2", "", 401),
        ("/?token=wrong", "runs-page=secret", 401), ("/", "runs-page=wrong", 401),
        ("/", "xruns-page=secret", 401),
        ("/?token=secret&token=wrong", "", 200), ("/?Token=secret", "", 401),
    ])
    func `a server of a network needs its token`(target: String, cookie: String, status: Int) throws {
        let access = PageGuard(hosts: [], token: "secret")
        let headers = ["Host": "any:1"].merging(cookie.isEmpty ? [:] : ["Cookie": cookie]) { $1 }
        #expect(self.status(access, try request(headers, target: target)) == status)
    }

    @Test func `the token becomes a cookie that scripts and other websites cannot use`() throws {
        let access = PageGuard(hosts: [], token: "secret")
        let cookie = try #require(access.cookie(for: try request(["Host": "a"], target: "/?token=secret")))
        #expect(cookie.hasPrefix("runs-page=secret;"))
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
        #expect(access.cookie(for: try request(["Host": "a"])) == nil)
        #expect(
            PageGuard.loopback(port: 1).cookie(for: try request(["Host": "a"], target: "/?token=x")) == nil)
    }

    @Test(arguments: ["GET", "HEAD"])
    func `every answer has the safeguards`(method: String) throws {
        let sample = try PageSample.ofEveryState()
        for target in [
            "/", "/page/app.js", "/api/runs", "/api/run?id=\(PageSample.finished)", "/api/nothing", "/%",
        ] {
            let answer = sample.get(target, method: method)
            #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
            #expect(answer.headers["Referrer-Policy"] == "no-referrer")
            let policy = try #require(answer.headers["Content-Security-Policy"])
            #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'self'"))
            #expect(!policy.contains("unsafe"))
            if method == "HEAD" { #expect(answer.bytes.isEmpty || answer.status != 200) }
        }
    }

    @Test(arguments: ["PUT", "DELETE", "OPTIONS", "TRACE", "get", "", "GET "])
    func `other methods are refused`(method: String) throws {
        #expect(try PageSample.ofEveryState().get("/api/runs", method: method).status == 405)
    }

    @Test func `a foreign page changes nothing and reads nothing`() throws {
        let sample = try PageSample.ofEveryState()
        let files = try sample.files()
        for headers in [
            ["Host": "evil.example"], ["Host": PageSample.host, "Origin": "http://evil.example"],
            ["Host": PageSample.host, "Content-Type": "text/plain"],
        ] {
            for target in ["marks", "delete", "restore", "purge", "stop", "resume"] {
                let answer = sample.page.answer(
                    method: "POST", target: "/api/\(target)", headers: headers,
                    body: Array(
                        #"{"id": "\#(PageSample.finished)", "ids": ["\#(PageSample.finished)"]}"#.utf8))
                #expect(answer.status == 403)
                #expect(!answer.text.contains(PageSample.finished))
            }
        }
        #expect(try sample.files() == files)
    }
}
