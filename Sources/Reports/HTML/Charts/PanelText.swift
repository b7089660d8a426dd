import Glibc

/// Texts of panels: their sizes, and the attributes that place and color them.
enum PanelText {
  /// The attributes of the font of a figure.
  static let font: HTML = "font-family=\"system-ui, 'DejaVu Sans', sans-serif\" font-size=\"12\""
  /// The distance between the baselines of texts one below the other, in pixels.
  static let lineHeight = 15.0

  /// The side of a text at its place.
  enum Side: String { case start, middle, end }

  /// A text element; `isName` where the text is a user's, whose writing direction is kept to itself.
  static func text(
    _ text: String, _ x: Double, _ y: Double, _ side: Side = .start, _ ink: Ink = .muted,
    _ theme: FigureTheme, isBold: Bool = false, isName: Bool = false, size: Double? = nil
  ) -> HTML {
    let anchor: HTML = side == .start ? "" : " text-anchor=\"\(side.rawValue)\""
    let weight: HTML = isBold ? " font-weight=\"600\"" : ""
    let direction: HTML = isName ? " unicode-bidi=\"isolate\"" : ""
    let height: HTML = size.map { " font-size=\"\(px: $0)\"" } ?? ""
    return """
      <text x="\(px: x)" y="\(px: y)"\(anchor)\(weight)\(direction)\(height) \(theme.paint(fill: ink))>\(text)</text>
      """
  }

  /// An estimate of the width of `text` at the usual size, in pixels.
  static func width(_ text: String) -> Double {
    // Digits are wider than the usual letter.
    6.9 * Double(text.displayWidth) + 0.8 * Double(text.utf8.count { (48..<58).contains($0) })
  }

  /// A number in little room: two significant digits, very large and very small ones with an exponent.
  static func number(_ value: Double) -> String {
    let text = NumberFormat.significant(value, 2)
    guard let value = Double(text), value != 0, value.isFinite,
      !(1e-3..<1e5).contains(abs(value))
    else { return text }
    let exponent = Int(floor(log10(abs(value)) + 1e-9))
    // In two steps, as a power of ten may be too small for a number.
    let half = pow(10, Double(exponent / 2))
    let factor = value / half / pow(10, Double(exponent - exponent / 2))
    return "\(NumberFormat.significant(factor, 2))e\(exponent)"
  }

  /// `text` cut to `width` pixels; of a user's name both ends stay.
  static func fitted(_ text: String, _ width: Double, isName: Bool = false) -> String {
    let columns = max(4, Int(width / 6.9))
    return isName ? text.cutInMiddle(toWidth: columns) : text.cut(toWidth: columns)
  }

  /// The texts of `labels` that do not come closer than `gap` to one before, by their places and lengths.
  static func apart(_ labels: [(text: String, place: Double, length: Double)], gap: Double)
    -> [(text: String, place: Double)]
  {
    var end = -Double.infinity
    return labels.sorted { $0.place < $1.place }.compactMap { label in
      guard label.place - label.length / 2 >= end + gap else { return nil }
      end = label.place + label.length / 2
      return (label.text, label.place)
    }
  }

  /// `text` in lines of at most `width` pixels, broken between words.
  static func lines(_ text: String, width: Double) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, PanelText.width("\(last) \(word)") <= width {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
