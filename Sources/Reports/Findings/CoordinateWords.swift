import RunModel
import ShiftAnalysis

extension ShiftCoordinates {
  /// The sentence that says what was taken in place of the statistics mode that was asked for; nil where nothing was.
  func substitution(for asked: StatisticsMode?) -> String? {
    guard let asked, asked != statistics, statistics == .none, asked != .none else { return nil }
    return
      "There are no \(asked.words), as no batch norm has to do with this tensor: it is the same in every mode."
  }
}

extension LayerLabels {
  /// The cautions for readers of figures of several layers; one that is not true of all says of which.
  func cautions(_ layers: [(layer: Int, coordinates: ShiftCoordinates)]) -> [String] {
    var cautions: [(text: String, layers: [Int])] = []
    for (layer, coordinates) in layers {
      guard let text = coordinates.caution else { continue }
      if let place = cautions.firstIndex(where: { $0.text == text }) {
        cautions[place].layers.append(layer)
      } else {
        cautions.append((text, [layer]))
      }
    }
    return cautions.map { caution in
      guard caution.layers.count < layers.count else { return caution.text }
      return "Of \(words(of: caution.layers)): \(caution.text)"
    }
  }
}
