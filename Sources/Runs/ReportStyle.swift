import Pictures

extension Markup {
    /// The style of pages in Korean: lines break between words, and within a word only if it is too long.
    static let koreanStyle = Markup.style(
        """

        body { word-break: keep-all; overflow-wrap: break-word; }

        """)

    static let reportStyle = Markup.style(reportCSS)

    /// The style of the report's page, as CSS. Its colours match the charts' colours and have the same contrasts.
    package static let reportCSS: StaticString =
        """

        :root {
          color-scheme: light dark;
          --page: #f3f5f7; --surface: #ffffff; --text: #1b2028; --quiet: #525b68; --line: #dfe3e8; --shadow: #1b202840; --accent: #00609a;
          --running: #00609a; --finished: #00664d; --stopped: #7a5600; --failed: #9b1c3a;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #0d0f12; --surface: #15181d; --text: #eceff3; --quiet: #a9b2be; --line: #2b3038; --shadow: #000000b0; --accent: #6cc0ee;
            --running: #6cc0ee; --finished: #3fd0a4; --stopped: #e6b422; --failed: #f58ba0;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0; background: var(--page); color: var(--text); line-height: 1.5; -webkit-text-size-adjust: 100%;
          font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
        }
        main { max-width: 56rem; margin: 0 auto; padding: 1rem; display: grid; gap: 1rem; grid-template-columns: 100%; }
        header, section {
          background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem;
        }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.15rem; margin: 0 0 0.75rem; }
        p { margin: 0 0 0.75rem; overflow-wrap: anywhere; }
        section :last-child { margin-bottom: 0; }
        .kind { color: var(--quiet); font-size: 0.85rem; margin: 0; }
        .quiet { color: var(--quiet); font-size: 0.9rem; }
        .state { display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem; align-items: baseline; margin: 0.5rem 0 1rem; }
        .badge {
          border: 1.5px solid currentColor; border-radius: 1rem; padding: 0 0.7rem; font-size: 0.9rem; font-weight: 600;
        }
        .badge-running { color: var(--running); }
        .badge-finished { color: var(--finished); }
        .badge-stopped { color: var(--stopped); }
        .badge-failed, .badge-damaged { color: var(--failed); }
        .result strong { display: block; font-size: 2.5rem; line-height: 1.1; font-variant-numeric: tabular-nums; }
        .figures {
          display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 0.75rem 1rem; margin: 0;
          border-top: 1px solid var(--line); padding-top: 1rem;
        }
        .figures dt { color: var(--quiet); font-size: 0.85rem; }
        .figures dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
        .figures:empty { display: none; }
        svg.rn-chart { display: block; width: 100%; max-width: 46rem; height: auto; margin: 0 auto; }
        .scroll {
          overflow-x: auto; margin-bottom: 0.75rem; background:
            linear-gradient(to right, var(--surface) 30%, transparent) left / 2.5rem 100% no-repeat local,
            linear-gradient(to left, var(--surface) 30%, transparent) right / 2.5rem 100% no-repeat local,
            linear-gradient(to right, var(--shadow), transparent) left / 1rem 100% no-repeat scroll,
            linear-gradient(to left, var(--shadow), transparent) right / 1rem 100% no-repeat scroll;
        }
        .scroll:focus-visible, summary:focus-visible {
          outline: 2px solid var(--accent); outline-offset: 2px;
        }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; min-width: 100%; }
        th, td { text-align: left; padding: 0.35rem 1rem 0.35rem 0; border-bottom: 1px solid var(--line); }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { color: var(--quiet); font-size: 0.85rem; font-weight: 600; white-space: nowrap; }
        tbody th { font-weight: 400; white-space: nowrap; }
        tfoot th, tfoot td { font-weight: 600; border-bottom: 0; }
        td { white-space: nowrap; }
        .words td { white-space: normal; overflow-wrap: anywhere; width: 65%; }
        .numbers th, .numbers td { text-align: right; }
        .numbers th:first-child { text-align: left; }
        .settings tbody th { min-width: 8rem; }
        .layers th:last-child, .layers td:last-child { text-align: right; }
        details summary { cursor: pointer; color: var(--accent); margin-bottom: 0.5rem; }
        pre {
          background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem; margin: 0 0 0.75rem;
          white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.9rem; font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
        }
        pre span { display: inline-block; }
        .mistakes {
          list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem 0.75rem;
          grid-template-columns: repeat(auto-fill, minmax(5.5rem, 1fr));
        }
        .mistakes li { display: grid; gap: 0.15rem; align-content: start; font-size: 0.85rem; line-height: 1.35; }
        .mistakes img { image-rendering: pixelated; border-radius: 4px; margin-bottom: 0.25rem; }
        .mistakes strong { font-size: 1rem; overflow-wrap: anywhere; }
        .problems { margin: 0; padding-left: 1.2rem; overflow-wrap: anywhere; }
        @media (max-width: 30rem) {
          main { padding: 0.5rem; gap: 0.5rem; }
          header, section { padding: 1rem 0.85rem; }
          svg.rn-chart { width: calc(100% + 1.5rem); margin: 0 -0.75rem; }
          table { font-size: 0.9rem; }
          th, td { padding-right: 0.6rem; }
          tbody th { white-space: normal; }
        }

        """
}
