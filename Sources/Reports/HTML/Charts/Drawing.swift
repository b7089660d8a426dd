/// A drawing with axes of its own, as an element of a page.
protocol Drawing {
  /// The drawing in words, for screen readers.
  var title: String { get }
  /// The height that suits a width, in pixels.
  func height(atWidth width: Double) -> Double
  /// The marks of the drawing in the rectangle from (0, 0) to the width and height.
  func marks(width: Double, height: Double, _ theme: FigureTheme) -> HTML
  /// The attributes of the drawing of that size by which the script of a page reads values off it; none where it does not.
  func readings(width: Double, height: Double) -> HTML
  /// The numbers that it shows; nil where there are none.
  var table: PanelTable? { get }
}

extension Drawing {
  func readings(width: Double, height: Double) -> HTML { "" }

  /// The width of a drawing in a page, in pixels.
  static var pageWidth: Double { 430 }

  /// The drawing as an element of a page; `id` is unique in it.
  func svg(id: String) -> HTML {
    let (width, height) = (Self.pageWidth, height(atWidth: Self.pageWidth))
    return """
      <svg viewBox="0 0 \(px: width) \(px: height)" role="img" aria-labelledby="\(id)"\
      \(readings(width: width, height: height)) xmlns="http://www.w3.org/2000/svg" \(PanelText.font)><title id="\(id)">\(title)</title>
      \(marks(width: width, height: height, .light))</svg>

      """
  }
}
