import Platform

extension PriceColumn {
    /// Returns the column that a name means, and the form of its numbers; nil for an unknown name. Footnote marks
    /// (`Close*`) and units in brackets (`Close (USD)`) are ignored.
    static func meaning(of name: String) -> (column: String, quantity: Quantity)? {
        guard name.utf8.count <= 128 else { return nil }
        var key = name.lowercased()
        if key.utf8.contains(UInt8(ascii: "_")) { key.replace("_", with: " ") }
        if let found = columns[key] { return found }
        while let last = key.last, "*†‡¹²³ ".contains(last) { key.removeLast() }
        if let last = key.last, ")]".contains(last), let start = key.lastIndex(where: { "([".contains($0) }),
            !key[start...].contains("%")
        {
            key = String(key[..<start]).trimmed
        }
        return columns[key]
    }

    /// The known columns, by each of their names.
    private static let columns: [String: (column: String, quantity: Quantity)] = names.reduce(into: [:]) {
        columns, known in
        for name in known.names { columns[name] = (known.column, known.quantity) }
    }

    private static let names: [(column: String, quantity: Quantity, names: [String])] = [
        (
            date, .number,
            [
                "date", "datetime", "date time", "trade date", "trading date", "timestamp", "time", "unix",
                "open time", "gmt time", "local time", "날짜", "일자", "일시", "거래일", "거래일자", "年月日", "日付",
                "日付け", "日期", "交易日期", "交易日", "时间", "時間", "datum", "fecha", "data", "дата", "tarih", "ngày",
                "tanggal",
            ]
        ),
        (
            "Open", .price,
            [
                "open", "opening price", "open price", "시가", "始値", "开盘", "开盘价", "開盤", "開盤價", "開市", "開市價",
                "eröffn.", "eröffnung", "erster", "ouv.", "ouverture", "apertura", "abertura", "откр.",
                "açılış",
                "otwarcie", "mở", "pembukaan",
            ]
        ),
        (
            "High", .price,
            [
                "high", "high price", "고가", "高値", "高", "最高", "最高价", "最高價", "hoch", "tageshoch", "plus haut",
                "+ haut", "+haut", "haut", "máximo", "máx.", "máxima", "massimo", "макс.", "yüksek",
                "najwyzszy", "hoog",
                "cao", "tertinggi",
            ]
        ),
        (
            "Low", .price,
            [
                "low", "low price", "저가", "安値", "低", "最低", "最低价", "最低價", "tief", "tagestief", "plus bas",
                "+ bas", "+bas", "bas", "mínimo", "mín.", "mínima", "minimo", "мин.", "düşük", "najnizszy",
                "laag", "thấp",
                "terendah",
            ]
        ),
        (
            close, .price,
            [
                "close", "price", "close/last", "last", "last price", "closing price", "close price",
                "close close price adjusted for splits.", "종가", "현재가", "終値", "收盘", "收盘价", "收盤", "收盤價", "收市",
                "收市價", "schluss", "schlusskurs", "zuletzt", "dernier", "clôture", "cloture", "cours",
                "último", "cierre",
                "fechamento", "ultimo", "chiusura", "цена", "şimdi", "zamkniecie", "laatste", "lần cuối",
                "terakhir",
            ]
        ),
        (
            "Adj Close", .price,
            [
                "adj close", "adj. close", "adjusted close", "adjclose", "수정종가", "調整後終値", "调整收盘价", "調整收盤價",
                "clôture ajustée",
                "adj close adjusted close price adjusted for splits and dividend and/or capital gain distributions.",
            ]
        ),
        (
            "Volume", .volume,
            [
                "volume", "vol.", "vol", "거래량", "出来高", "交易量", "成交量", "成交股數", "volumen", "объём", "hac.",
                "wolumen", "kl",
            ]
        ),
        (change, .change, ["change"]),
        (
            change, .percentage,
            [
                "change %", "change%", "% change", "change (%)", "chg%", "chg. %", "변동 %", "등락률", "変化率 %",
                "前日比%",
                "涨跌幅", "漲跌幅", "漲跌幅%", "+/- %", "variation %", "var. %", "var.%", "var%", "% var.", "изм. %",
                "fark %",
                "verschil %",
            ]
        ),
        (
            ticker, .number,
            ["ticker", "symbol", "tic", "종목코드", "티커", "证券代码", "股票代码", "證券代號", "股票代號", "コード"]
        ),
    ]
}
