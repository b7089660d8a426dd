import Glibc
import Testing

@testable import Reports

@Suite("The look of figures")
struct LookTests {
  /// The relative luminance of a color, as WCAG 2.2 defines it.
  static func luminance(_ color: String) -> Double {
    let value = Int(color.dropFirst(), radix: 16) ?? 0
    let parts = [value >> 16, value >> 8 & 255, value & 255].map { part -> Double in
      let share = Double(part) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  static func contrast(_ a: Ink, _ b: Ink, _ theme: FigureTheme) -> Double {
    let values = [luminance(a.color(theme)), luminance(b.color(theme))].sorted()
    return (values[1] + 0.05) / (values[0] + 0.05)
  }

  @Test(
    "Lines and texts stand out from the ground, light and dark", arguments: FigureTheme.allCases)
  func contrast(theme: FigureTheme) {
    // WCAG 2.2: 4.5 for text, 3 for graphics.
    #expect(Self.contrast(.text, .paper, theme) > 7)
    #expect(Self.contrast(.muted, .paper, theme) > 4.5)
    for run in 0..<Ink.runCount {
      #expect(Self.contrast(.run(run), .paper, theme) > 3, "\(run)")
    }
  }

  @Test("Ten runs have ten patterns of dashes, so that their colors are not needed")
  func dashes() {
    #expect(Set((0..<10).map { RunLook.stroke($0).markup }).count == 10)
    #expect(RunLook.stroke(0).markup.contains("stroke-dasharray") == false)
    #expect(Set((0..<Ink.runCount).map { Ink.run($0).color(.light) }).count == Ink.runCount)
  }

  @Test("An element has its colors itself, and a class by which a dark page replaces them")
  func paint() {
    #expect(
      FigureTheme.light.paint(stroke: .run(0), as: "line").markup
        == "class=\"line s-run0\" stroke=\"#0072b2\" fill=\"none\"")
    #expect(
      FigureTheme.dark.paint(fill: .paper).markup == "class=\"f-paper\" fill=\"#15181b\"")
    for ink in Ink.all {
      #expect(Ink.darkRules.markup.contains(".s-\(ink.name){stroke:\(ink.color(.dark))}"))
    }
  }

  @Test("Shades of a heatmap become darker on paper and lighter on a dark ground")
  func shades() {
    let light = (0..<Ink.shadeCount).map { Self.luminance(Ink.shade($0).color(.light)) }
    let dark = (0..<Ink.shadeCount).map { Self.luminance(Ink.shade($0).color(.dark)) }
    #expect(zip(light, light.dropFirst()).allSatisfy { $0 > $1 })
    #expect(zip(dark, dark.dropFirst()).allSatisfy { $0 < $1 })
  }
}
