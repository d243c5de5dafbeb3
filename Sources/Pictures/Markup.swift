/// SVG or HTML as a tree, so that every text and every attribute is escaped in one place.
public struct Markup: Sendable {}
