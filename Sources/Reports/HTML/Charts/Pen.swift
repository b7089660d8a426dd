/// The data of an SVG path from places to one decimal, in relative moves, which are short.
struct Pen {
  /// The data.
  private(set) var data = ""
  /// The data of the places that were alone between two lifts, a line of next to no length at each.
  private(set) var dots = ""
  /// The last place, in tenths of a pixel.
  private var last: (x: Int, y: Int)?
  private var isAlone = false

  /// Draws a line to a place, or begins one there.
  mutating func draw(_ x: Double, _ y: Double) {
    let (x, y) = (Int((x * 10).rounded()), Int((y * 10).rounded()))
    if let last {
      // A repeated command needs no letter, and a minus separates numbers.
      data += (isAlone ? "l" : x < last.x ? "" : " ") + Pen.text(x - last.x)
      data += (y < last.y ? "" : " ") + Pen.text(y - last.y)
      isAlone = false
    } else {
      data += "M\(Pen.text(x)) \(Pen.text(y))"
      isAlone = true
    }
    last = (x, y)
  }

  /// Ends the line; one of a single place is a dot.
  mutating func lift() {
    if isAlone, let last { dots += "M\(Pen.text(last.x)) \(Pen.text(last.y))h.01" }
    (last, isAlone) = (nil, false)
  }

  private static func text(_ tenths: Int) -> String {
    let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    let sign = tenths < 0 ? "-" : ""
    if rest == 0 { return "\(sign)\(whole)" }
    return whole == 0 ? "\(sign).\(rest)" : "\(sign)\(whole).\(rest)"
  }
}
