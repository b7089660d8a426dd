import ArgumentParser
import Statistics

/// A measure of shift on the command line, from moments or from histograms.
enum MeasureName: ExpressibleByArgument, Hashable, Sendable {
  case moments(ShiftMeasure)
  case histograms(HistogramMeasure)

  init?(argument: String) {
    if let measure = ShiftMeasure(rawValue: argument) {
      self = .moments(measure)
    } else if let measure = HistogramMeasure(rawValue: argument) {
      self = .histograms(measure)
    } else {
      return nil
    }
  }

  var defaultValueDescription: String { name }

  static var allValueStrings: [String] {
    ShiftMeasure.allCases.map(\.rawValue) + HistogramMeasure.allCases.map(\.rawValue)
  }

  /// The measures of `names` where all are from histograms, nil where all are from moments.
  ///
  /// - Throws: `ValidationError` where there are both, or one is there twice.
  static func histogramMeasures(of names: [MeasureName]) throws -> [HistogramMeasure]? {
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      throw ValidationError("The measure \(name.name) is named twice; name it once.")
    }
    let measures = names.compactMap { name -> HistogramMeasure? in
      if case .histograms(let measure) = name { measure } else { nil }
    }
    guard !measures.isEmpty else { return nil }
    guard measures.count == names.count else {
      throw ValidationError(
        "Measures from histograms (\(HistogramMeasure.allCases.map(\.rawValue).joined(separator: ", "))) are not shown beside those from moments; ask for them by themselves."
      )
    }
    return measures
  }

  /// The measure, where it is from moments.
  var ofMoments: ShiftMeasure? {
    if case .moments(let measure) = self { measure } else { nil }
  }

  private var name: String {
    switch self {
    case .moments(let measure): measure.rawValue
    case .histograms(let measure): measure.rawValue
    }
  }
}
