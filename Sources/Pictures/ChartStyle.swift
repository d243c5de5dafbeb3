extension Markup {
    /// The style of all charts. Each selector begins with `.rn-chart`, so that the style has no effect on the rest of
    /// a page and may be repeated there.
    ///
    /// Colours are Okabe and Ito's hues (https://jfly.uni-koeln.de/color), made darker or lighter until lines have a
    /// contrast of 3:1 to the surface and texts 4.5:1 (WCAG 2.2, 1.4.3 and 1.4.11), which a test checks. The layout
    /// uses the larger size of lines and texts, which is for small screens.
    static let chartStyle = Markup.style(
        """

        .rn-chart {
          max-width: 100%; height: auto; color-scheme: light dark;
          font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
          font-variant-numeric: tabular-nums;
          --rn-surface: #ffffff; --rn-text: #1b2028; --rn-text-quiet: #525b68; --rn-grid: #e3e6ea;
          --rn-line-axis: #7d8692; --rn-line-rule: #5b6471;
          --rn-line-0: #0072b2; --rn-line-1: #d55e00; --rn-line-2: #008060; --rn-line-3: #b84f8e;
          --rn-line-4: #8f6500; --rn-line-5: #2a8fc4; --rn-line-6: #4a4f5a; --rn-line-7: #8c1c3a;
          --rn-heat-0: #f4f6f8; --rn-heat-1: #cfe2f3; --rn-heat-2: #b3d2ec; --rn-heat-3: #91bde0;
          --rn-heat-4: #6ca5d2; --rn-heat-5: #3876b2; --rn-heat-6: #21619d; --rn-heat-7: #124c84;
          --rn-heat-8: #08366a; --rn-text-on-low: #10151c; --rn-text-on-high: #ffffff;
        }
        @media (prefers-color-scheme: dark) {
          .rn-chart {
            --rn-surface: #15181d; --rn-text: #eceff3; --rn-text-quiet: #a9b2be; --rn-grid: #2b3038;
            --rn-line-axis: #78828f; --rn-line-rule: #98a2af;
            --rn-line-0: #56b4e9; --rn-line-1: #f0883e; --rn-line-2: #2cc295; --rn-line-3: #e08fc0;
            --rn-line-4: #e6b422; --rn-line-5: #4a90e2; --rn-line-6: #c3cad4; --rn-line-7: #ef6a81;
            --rn-heat-0: #1d2128; --rn-heat-1: #1c3a5c; --rn-heat-2: #224973; --rn-heat-3: #29598c;
            --rn-heat-4: #2f68a1; --rn-heat-5: #5b9bd5; --rn-heat-6: #82b6e3; --rn-heat-7: #abd0ef;
            --rn-heat-8: #d6e8f8; --rn-text-on-low: #ffffff; --rn-text-on-high: #10151c;
          }
        }
        .rn-chart text { font-size: 15px; fill: var(--rn-text); }
        .rn-chart .rn-quiet { fill: var(--rn-text-quiet); }
        .rn-chart .rn-title { font-size: 18px; font-weight: 600; }
        .rn-chart .rn-halo { paint-order: stroke; stroke: var(--rn-surface); stroke-width: 5px; stroke-linejoin: round; }
        .rn-chart .rn-surface { fill: var(--rn-surface); }
        .rn-chart .rn-grid { fill: none; stroke: var(--rn-grid); stroke-width: 1; }
        .rn-chart .rn-axis { fill: none; stroke: var(--rn-line-axis); stroke-width: 1.25; }
        .rn-chart .rn-rule { fill: none; stroke: var(--rn-line-rule); stroke-width: 1.5; stroke-dasharray: 2 4; }
        .rn-chart .rn-line { fill: none; stroke: var(--rn-color); stroke-width: 2.25;
          stroke-linejoin: round; stroke-linecap: round; }
        .rn-chart .rn-dashed { stroke-dasharray: 7 6; }
        .rn-chart .rn-band { fill: var(--rn-color); fill-opacity: 0.18; }
        .rn-chart .rn-mark { fill: var(--rn-color); stroke: var(--rn-surface); stroke-width: 1; }
        @media (max-width: 560px) {
          .rn-chart text { font-size: 19px; }
          .rn-chart .rn-title { font-size: 21px; }
          .rn-chart .rn-grid { stroke-width: 1.5; }
          .rn-chart .rn-axis { stroke-width: 2; }
          .rn-chart .rn-rule { stroke-width: 2.5; stroke-dasharray: 3 5; }
          .rn-chart .rn-line { stroke-width: 3.5; }
          .rn-chart .rn-dashed { stroke-dasharray: 9 8; }
        }
        .rn-chart .rn-color-0 { --rn-color: var(--rn-line-0); }
        .rn-chart .rn-color-1 { --rn-color: var(--rn-line-1); }
        .rn-chart .rn-color-2 { --rn-color: var(--rn-line-2); }
        .rn-chart .rn-color-3 { --rn-color: var(--rn-line-3); }
        .rn-chart .rn-color-4 { --rn-color: var(--rn-line-4); }
        .rn-chart .rn-color-5 { --rn-color: var(--rn-line-5); }
        .rn-chart .rn-color-6 { --rn-color: var(--rn-line-6); }
        .rn-chart .rn-color-7 { --rn-color: var(--rn-line-7); }
        .rn-chart .rn-heat-0 { fill: var(--rn-heat-0); }
        .rn-chart .rn-heat-1 { fill: var(--rn-heat-1); }
        .rn-chart .rn-heat-2 { fill: var(--rn-heat-2); }
        .rn-chart .rn-heat-3 { fill: var(--rn-heat-3); }
        .rn-chart .rn-heat-4 { fill: var(--rn-heat-4); }
        .rn-chart .rn-heat-5 { fill: var(--rn-heat-5); }
        .rn-chart .rn-heat-6 { fill: var(--rn-heat-6); }
        .rn-chart .rn-heat-7 { fill: var(--rn-heat-7); }
        .rn-chart .rn-heat-8 { fill: var(--rn-heat-8); }
        .rn-chart .rn-on-low { fill: var(--rn-text-on-low); }
        .rn-chart .rn-on-high { fill: var(--rn-text-on-high); }
        .rn-chart .rn-cell { font-size: inherit; text-anchor: middle; }

        """)

    static let numberOfChartColors = 8
    /// The number of colours of a heat map, not counting the colour of zero.
    static let numberOfHeatLevels = 8
}
