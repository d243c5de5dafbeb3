import Foundation
import Testing

@testable import Datasets

/// Numbers computed by scikit-learn 1.9.1; see Scripts/scaler_fixture.py.
private enum Figures {
    static let columns: [[Double]] = [
        [2477.25, 2498.5, 2441.125, 2510.0, 2395.75, 2401.0625, 2488.5],
        [4_096_610_000, 3_702_620_000, 0, 877_000_000, 775_000_000, 1_073_600_000, 947_800_000],
        [Double](repeating: 0.1, count: 7),
        [-0.0314, 0.0021, 0.0, 0.0496, -0.0101, -0.000012, 0.0086],
        [1, 1 + 0x1p-52, 1, 1, 1 + 0x1p-51, 1, 1],
    ]
    static let new = [2600.5, 5e9, 0.35, -0.2, 1.5]
    static let scaled = [0.25, -0.5, 0.75, 1.5, 2.0]

    static let minMax: [[Double]] = [
        [
            0.7133479212253846, 0.8993435448577678, 0.3971553610503271, 1.0, 0.0, 0.046498905908098465,
            0.8118161925601761,
        ],
        [
            1.0, 0.9038253580399404, 0.0, 0.21407944617622862, 0.1891808104750025, 0.2620703459689841,
            0.23136202860413854,
        ],
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [
            0.0, 0.41358024691358025, 0.38765432098765434, 1.0, 0.26296296296296295, 0.38750617283950617,
            0.4938271604938272,
        ],
        [0.0, 2.220446049250313e-16, 0.0, 0.0, 4.440892098500626e-16, 0.0, 0.0],
    ]
    static let minMaxNew = [
        1.792122538293217, 1.220521357903242, 0.24999999999999997, -2.081481481481482, 0.5,
    ]
    static let minMaxInverse = [2424.3125, -2048305000.0, 0.85, 0.09009999999999999, 3.0]
    static let symmetric: [[Double]] = [
        [
            0.4266958424507692, 0.7986870897155356, -0.20568927789934577, 1.0, -1.0, -0.9070021881838031,
            0.6236323851203522,
        ],
        [
            1.0, 0.8076507160798807, -1.0, -0.5718411076475427, -0.6216383790499951, -0.4758593080620318,
            -0.5372759427917229,
        ],
        [-1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0],
        [
            -1.0, -0.17283950617283944, -0.2246913580246913, 1.0, -0.47407407407407404,
            -0.2249876543209876, -0.012345679012345595,
        ],
        [-1.0, -0.9999999999999996, -1.0, -1.0, -0.9999999999999991, -1.0, -1.0],
    ]
    static let symmetricNew = [2.584245076586434, 1.4410427158064838, -0.5, -5.162962962962964, 0.0]
    static let symmetricInverse = [2467.15625, 1024152500.0, 0.975, 0.06984999999999998, 2.5]
    static let standard: [[Double]] = [
        [
            0.4255051713093751, 0.9178252042293098, -0.4114388846545138, 1.1842572220448038,
            -1.4626869549482566, -1.339606946718273, 0.6861451887375758,
        ],
        [
            1.6728214360769613, 1.4046500244919866, -1.1155581837436512, -0.5186234190033716,
            -0.5880502673540084, -0.384806572084399, -0.4704330183835178,
        ],
        [
            1.3877787807814457e-17, 1.3877787807814457e-17, 1.3877787807814457e-17, 1.3877787807814457e-17,
            1.3877787807814457e-17, 1.3877787807814457e-17, 1.3877787807814457e-17,
        ],
        [
            -1.5079827707122375, -0.025837986682782164, -0.11874855523388236, 2.0757105876873414,
            -0.5656041468367928, -0.11927947276846007, 0.26174234454681367,
        ],
        [0.0, 2.220446049250313e-16, 0.0, 0.0, 4.440892098500626e-16, 0.0, 0.0],
    ]
    static let standardNew = [3.2809613622449962, 2.287718696189528, 0.25, -8.967374131529139, 0.5]
    static let standardInverse = [2469.674673706238, 904361010.6676617, 0.85, 0.03658757038088214, 3.0]
    static let mean = [2458.8839285714284, 1638947142.857143, 0.09999999999999999, 0.002684, 1.0]
    static let scale = [43.162980539237694, 1469172264.3789625, 1.0, 0.022602380253921424, 1.0]
}

/// Returns whether two numbers are equal except for the last bits; NaN is not close to any number.
private func isClose(_ value: Double, _ expected: Double, tolerance: Double = 1e-14) -> Bool {
    abs(value - expected) <= tolerance * max(1, abs(expected))
}

private func isClose(_ values: [Double], _ expected: [Double]) -> Bool {
    values.count == expected.count && zip(values, expected).allSatisfy { isClose($0, $1) }
}

/// Returns rows with one value for each column.
private func rows(_ values: [Double]) -> [[Double]] { values.map { [$0] } }

@Suite("Scalers")
struct ScalerTests {
    @Test
    func `the least and greatest value become 0 and 1, bit-identical to scikit-learn`() {
        let scaler = MinMaxScaler(fitting: Figures.columns)
        #expect(scaler.transform(Figures.columns) == Figures.minMax)
        #expect(scaler.transform(rows(Figures.new)).flatMap(\.self) == Figures.minMaxNew)
        #expect(scaler.inverseTransform(rows(Figures.scaled)).flatMap(\.self) == Figures.minMaxInverse)
        #expect(scaler.featureRange == 0...1 && scaler.columnCount == 5)
        #expect(scaler.dataMinimum == Figures.columns.map { $0.min() })
        #expect(scaler.dataMaximum == Figures.columns.map { $0.max() })
    }

    @Test
    func `another range can be chosen`() {
        let scaler = MinMaxScaler(fitting: Figures.columns, featureRange: -1...1)
        #expect(scaler.transform(Figures.columns) == Figures.symmetric)
        #expect(scaler.transform(rows(Figures.new)).flatMap(\.self) == Figures.symmetricNew)
        #expect(scaler.inverseTransform(rows(Figures.scaled)).flatMap(\.self) == Figures.symmetricInverse)
    }

    @Test
    func `columns get mean 0 and variance 1, as in scikit-learn`() {
        let scaler = StandardScaler(fitting: Figures.columns)
        #expect(isClose(scaler.mean, Figures.mean))
        #expect(isClose(scaler.scale, Figures.scale))
        for (column, expected) in zip(scaler.transform(Figures.columns), Figures.standard) {
            #expect(isClose(column, expected))
        }
        #expect(isClose(scaler.transform(rows(Figures.new)).flatMap(\.self), Figures.standardNew))
        #expect(
            isClose(scaler.inverseTransform(rows(Figures.scaled)).flatMap(\.self), Figures.standardInverse))
        // The columns are constant, some only except for the last bits.
        #expect(scaler.scale[2] == 1 && scaler.scale[4] == 1)
    }

    @Test(arguments: Scaler.Kind.allCases)
    func `the inverse transform returns the original values`(kind: Scaler.Kind) {
        let scaler = Scaler(kind, fitting: Figures.columns)
        #expect(scaler.kind == kind && scaler.columnCount == 5)
        for (column, expected) in zip(
            scaler.inverseTransform(scaler.transform(Figures.columns)), Figures.columns)
        {
            #expect(isClose(column, expected))
        }
        for column in 0..<5 {
            let values = Figures.columns[column]
            #expect(scaler.transform(values, column: column) == scaler.transform(Figures.columns)[column])
            #expect(
                scaler.inverseTransform(values, column: column)
                    == scaler.inverseTransform(Figures.columns)[column])
        }
    }

    @Test
    func `a kind gives a scaler with scikit-learn's defaults`() {
        let columns = Figures.columns
        #expect(
            Scaler(.minMax, fitting: columns) == .minMax(MinMaxScaler(fitting: columns, featureRange: 0...1)))
        #expect(Scaler(.standard, fitting: columns) == .standard(StandardScaler(fitting: columns)))
        #expect(Scaler.Kind.allCases.map(\.rawValue) == ["min-max", "standard"])
    }

    @Test
    func `a single row can be fitted`() {
        #expect(MinMaxScaler(fitting: [[5]]).transform([[7]]) == [[2]])
        #expect(StandardScaler(fitting: [[5]]).transform([[7]]) == [[2]])
    }

    @Test(arguments: Scaler.Kind.allCases)
    func `a decoded scaler is bit-identical to the encoded one`(kind: Scaler.Kind) throws {
        let scaler = Scaler(kind, fitting: Figures.columns)
        let data = try JSONEncoder().encode(scaler)
        let decoded = try JSONDecoder().decode(Scaler.self, from: data)
        #expect(decoded == scaler)
        #expect(decoded.transform(Figures.columns) == scaler.transform(Figures.columns))
    }

    @Test(
        arguments: [
            #"{"kind": "min-max", "featureRange": [0, 1], "dataMinimum": [1], "dataMaximum": [2, 3]}"#,
            #"{"kind": "min-max", "featureRange": [0, 1], "dataMinimum": [2], "dataMaximum": [1]}"#,
            #"{"kind": "min-max", "featureRange": [1, 1], "dataMinimum": [1], "dataMaximum": [2]}"#,
            #"{"kind": "standard", "mean": [1, 2], "scale": [1]}"#,
            #"{"kind": "standard", "mean": [1], "scale": [0]}"#,
            #"{"kind": "standard", "mean": [1], "scale": [-1]}"#,
            #"{"kind": "robust", "mean": [1], "scale": [1]}"#,
            #"{"mean": [1], "scale": [1]}"#,
        ])
    func `numbers that fitting cannot produce are rejected`(text: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Scaler.self, from: Data(text.utf8)) }
    }

    @Test
    func `numbers that fitting can produce are accepted`() throws {
        let text = #"{"kind": "min-max", "featureRange": [0, 1], "dataMinimum": [1], "dataMaximum": [1]}"#
        let scaler = try JSONDecoder().decode(Scaler.self, from: Data(text.utf8))
        #expect(scaler == .minMax(MinMaxScaler(fitting: [[1, 1]])))
    }

    @Test
    func `a column that was not fitted, and nothing to fit, trap`() async {
        await #expect(processExitsWith: .failure) {
            _ = MinMaxScaler(fitting: [[1, 2]]).transform([[1], [2]])
        }
        await #expect(processExitsWith: .failure) {
            _ = StandardScaler(fitting: [[1, 2]]).transform([1], column: 1)
        }
        await #expect(processExitsWith: .failure) { _ = MinMaxScaler(fitting: [[1], [2]]).transform([[1]]) }
        await #expect(processExitsWith: .failure) { _ = MinMaxScaler(fitting: [[]]) }
        await #expect(processExitsWith: .failure) { _ = StandardScaler(fitting: [[.nan]]) }
        await #expect(processExitsWith: .failure) { _ = MinMaxScaler(fitting: [[1]], featureRange: 1...1) }
    }
}
