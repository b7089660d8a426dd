import Network

extension Dataset {
  /// The 8x8 images of handwritten digits in the binary: 1400 to train on, 397 to test on.
  static func digits() throws(DatasetError) -> Dataset {
    let (train, test) = EmbeddedDigits.examples.fixedSplit(trainCount: 1400)
    return try Dataset(
      name: "digits",
      source: "UCI Optical Recognition of Handwritten Digits, test part, E. Alpaydin and C. Kaynak "
        + "(1998), CC BY 4.0, split into 1400 training and 397 test examples by a permutation that "
        + "is the same for every run.",
      train: train, test: test, exampleShape: TensorShape(height: 8, width: 8, channels: 1))
  }
}

extension Dataset {
  /// The digits in three color channels, black strokes on white: each channel of a pixel is 1 less the pixel.
  static func digitsRGB() throws(DatasetError) -> Dataset {
    let digits = try digits()
    func colored(_ examples: LabeledExamples) -> LabeledExamples {
      let gray = examples.features.matrix
      return LabeledExamples(
        features: FeatureTable(
          Matrix(
            rows: gray.rows, columns: 3 * gray.columns,
            values: gray.values.flatMap { [1 - $0, 1 - $0, 1 - $0] })),
        labels: examples.labels, sourceRows: examples.sourceRows)
    }
    return try Dataset(
      name: "digits-rgb", source: digits.source + " Drawn black on white in three channels.",
      train: colored(digits.train), test: colored(digits.test),
      exampleShape: TensorShape(height: 8, width: 8, channels: 3))
  }
}

extension EmbeddedDigits {
  private static let pixelCount = 64

  /// The images in the order of the published file, with pixels scaled from 0...16 to [0, 1].
  static var examples: LabeledExamples {
    let rows = text.utf8.split(separator: UInt8(ascii: "\n"))
    var pixels: [Float] = []
    pixels.reserveCapacity(rows.count * pixelCount)
    for row in rows {
      for letter in row.prefix(pixelCount) {
        pixels.append(Float(letter - UInt8(ascii: "a")) / 16)
      }
    }
    let labels = rows.map { row in
      row.dropFirst(pixelCount).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
    return LabeledExamples(
      features: FeatureTable(Matrix(rows: rows.count, columns: pixelCount, values: pixels)),
      labels: labels)
  }
}
