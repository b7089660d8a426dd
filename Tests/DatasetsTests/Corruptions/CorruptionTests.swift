import Network
import Testing

@testable import Datasets

@Suite("Corruptions")
struct CorruptionTests {
  static let digits = EmbeddedDigits.examples.features.matrix(ofRows: 0..<200)
  static let digitShape = TensorShape(height: 8, width: 8, channels: 1)

  func corrupted(
    _ kind: Corruption.Kind, _ severity: Int = 3, _ examples: Matrix = digits,
    shape: TensorShape = digitShape, seed: UInt64 = 1
  ) throws -> Matrix {
    var generator = RandomGenerator(seed: seed)
    return try Corruption(kind, severity: severity)
      .corrupted(examples, shape: shape, generator: &generator)
  }

  /// The mean of |x − y| over all features.
  func distance(_ first: Matrix, _ second: Matrix) -> Double {
    zip(first.values, second.values).reduce(0.0) { $0 + Double(abs($1.0 - $1.1)) }
      / Double(first.values.count)
  }

  @Test("Each keeps the numbers in 0...1, and moves them further at each severity")
  func severities() throws {
    for kind in Corruption.Kind.allCases {
      let (examples, shape) =
        kind == .color ? try Self.colored() : (Self.digits, Self.digitShape)
      let moved = try (1...5).map { try corrupted(kind, $0, examples, shape: shape) }
      for corrupted in moved {
        #expect(corrupted.values.allSatisfy { (0...1).contains($0) }, "\(kind)")
      }
      let distances = moved.map { distance(examples, $0) }
      #expect(distances[0] > 0)
      guard kind != .invert else { continue }
      for (weaker, stronger) in zip(distances, distances.dropFirst()) {
        #expect(weaker < stronger, "\(kind): \(distances)")
      }
    }
  }

  static func colored() throws -> (Matrix, TensorShape) {
    let dataset = try Dataset.load("digits-rgb")
    return (dataset.train.features.matrix(ofRows: 0..<200), dataset.exampleShape)
  }

  @Test("A color is put on black strokes, and white stays white")
  func color() throws {
    let examples = Matrix(rows: 1, columns: 6, values: [0, 0, 0, 1, 1, 1])
    let shape = TensorShape(height: 1, width: 2, channels: 3)
    for (severity, strength) in zip(1...5, [Float(0.2), 0.4, 0.6, 0.8, 1]) {
      let found = try corrupted(.color, severity, examples, shape: shape).values
      for (a, b) in zip(found, [strength, 0.55 * strength, 0, 1, 1, 1]) {
        #expect(abs(a - b) < 1e-6)
      }
    }
    let gray = Matrix(rows: 1, columns: 6, repeating: 0.5)
    #expect(try corrupted(.color, 5, gray, shape: shape).values == [1, 0.775, 0.5, 1, 0.775, 0.5])
  }

  @Test("A color is refused for examples of one channel, and for features that are no image")
  func colorless() {
    for (examples, shape) in [
      (Self.digits, Self.digitShape),
      (Matrix(rows: 1, columns: 3, repeating: 0.5), TensorShape(features: 3)),
    ] {
      let error = #expect(throws: DatasetError.self) {
        try corrupted(.color, 3, examples, shape: shape)
      }
      #expect(error?.kind == .badData)
      #expect(error?.description.contains("color:3 colors images of 3 channels") == true)
    }
  }

  @Test("Brightness adds light, and white stays white")
  func brightness() throws {
    let examples = Matrix(rows: 1, columns: 4, values: [0, 0.25, 0.75, 1])
    let shape = TensorShape(features: 4)
    for (severity, added) in zip(1...5, [Float(0.1), 0.2, 0.3, 0.4, 0.5]) {
      let expected = examples.values.map { min($0 + added, 1) }
      #expect(try corrupted(.brightness, severity, examples, shape: shape).values == expected)
    }
  }

  @Test("Contrast keeps the mean of each image and shrinks what departs from it")
  func contrast() throws {
    let examples = Matrix(rows: 2, columns: 2, values: [0, 1, 0.5, 0.75])
    let shape = TensorShape(features: 2)
    for (severity, factor) in zip(1...5, [Float(0.4), 0.3, 0.2, 0.1, 0.05]) {
      let found = try corrupted(.contrast, severity, examples, shape: shape).values
      let expected = [
        0.5 - 0.5 * factor, 0.5 + 0.5 * factor, 0.625 - 0.125 * factor, 0.625 + 0.125 * factor,
      ]
      for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-6) }
    }
  }

  @Test("Inverted twice, an image is itself")
  func inversion() throws {
    let once = try corrupted(.invert)
    #expect(once.values == Self.digits.values.map { 1 - $0 })
    #expect(try corrupted(.invert, 3, once) == Self.digits)
  }

  @Test("Impulse noise changes its share of the pixels, half of them to white")
  func impulseNoise() throws {
    let grey = Matrix(rows: 500, columns: 64, repeating: 0.5)
    for (severity, share) in zip(1...5, [0.03, 0.06, 0.09, 0.17, 0.27]) {
      let found = try corrupted(.impulseNoise, severity, grey).values
      let count = Double(found.count)
      let white = Double(found.count { $0 == 1 }) / count
      let black = Double(found.count { $0 == 0 }) / count
      // Five standard deviations of a share of 32,000.
      let tolerance = 5 * (share / 2 / count).squareRoot()
      #expect(abs(white - share / 2) < tolerance && abs(black - share / 2) < tolerance)
      #expect(found.allSatisfy { [0, 0.5, 1].contains($0) })
    }
  }

  @Test("Gaussian and shot noise have the mean and variance that they are said to have")
  func noiseMoments() throws {
    func moments(_ kind: Corruption.Kind, _ severity: Int, of value: Float) throws -> (
      mean: Double, variance: Double
    ) {
      let found = try corrupted(
        kind, severity, Matrix(rows: 500, columns: 64, repeating: value)
      ).values.map(Double.init)
      let mean = found.reduce(0, +) / Double(found.count)
      return (mean, found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(found.count))
    }
    let gaussian = try moments(.gaussianNoise, 2, of: 0.5)
    #expect(abs(gaussian.mean - 0.5) < 0.003 && abs(gaussian.variance - 0.01) < 0.0005)
    // Of 60 · 0.3 photons the variance is 18, so that of the pixel is 18/60²; nothing is clipped.
    let shot = try moments(.shotNoise, 1, of: 0.3)
    #expect(abs(shot.mean - 0.3) < 0.003 && abs(shot.variance - 0.005) < 0.0003)
    #expect(try moments(.shotNoise, 5, of: 0) == (0, 0))
  }

  @Test("Noise depends on the seed alone")
  func seeds() throws {
    for kind in [Corruption.Kind.gaussianNoise, .impulseNoise, .shotNoise] {
      #expect(try corrupted(kind, seed: 5) == corrupted(kind, seed: 5))
      #expect(try corrupted(kind, seed: 5) != corrupted(kind, seed: 6))
    }
  }

  @Test("A translation of an image of 28 pixels moves each by whole pixels and lets black in")
  func translation() throws {
    let shape = TensorShape(height: 28, width: 28, channels: 1)
    var generator = RandomGenerator(seed: 3)
    let image = Matrix(
      rows: 1, columns: 784, values: (0..<784).map { _ in Float(generator.uniform()) })
    for pixels in 1...5 {
      let found = try corrupted(.translate, pixels, image, shape: shape)
      for row in 0..<28 {
        for column in 0..<28 {
          let expected =
            row < pixels || column < pixels
            ? 0 : image[0, (row - pixels) * 28 + column - pixels]
          #expect(found[0, row * 28 + column] == expected)
        }
      }
    }
    // Between pixels it interpolates: 3 · 8/28 = 6/7 of a pixel down, then right.
    let dot = Matrix(rows: 1, columns: 64, values: (0..<64).map { $0 == 18 ? 1 : 0 })
    let moved = try corrupted(.translate, 3, dot)
    for (place, share) in [(18, 1.0 / 49), (19, 6.0 / 49), (26, 6.0 / 49), (27, 36.0 / 49)] {
      #expect(abs(Double(moved[0, place]) - share) < 1e-6)
    }
  }

  @Test(
    "A rotation turns clockwise about the center, and scaling by a half takes every other pixel")
  func geometry() throws {
    // Five pixels above the center of a 13x13 image; 30 degrees clockwise of that lies 2.5 to the right, 4.33 up.
    let shape = TensorShape(height: 13, width: 13, channels: 1)
    let dot = Matrix(rows: 1, columns: 169, values: (0..<169).map { $0 == 1 * 13 + 6 ? 1 : 0 })
    let turned = try corrupted(.rotate, 3, dot, shape: shape)
    var (mass, row, column) = (0.0, 0.0, 0.0)
    for place in 0..<169 {
      let value = Double(turned[0, place])
      mass += value
      row += value * Double(place / 13)
      column += value * Double(place % 13)
    }
    #expect(abs(mass - 1) < 0.2)
    #expect(abs(column / mass - 8.5) < 0.2 && abs(row / mass - (6 - 4.33)) < 0.2)

    let small = try corrupted(.scale, 5, Matrix(rows: 1, columns: 169, repeating: 1), shape: shape)
    for place in 0..<169 {
      let isInside = abs(place / 13 - 6) <= 3 && abs(place % 13 - 6) <= 3
      #expect(small[0, place] == (isInside ? 1 : 0))
    }
  }

  @Test("Channels of a pixel move together")
  func channels() throws {
    let shape = TensorShape(height: 8, width: 8, channels: 2)
    let both = Matrix(
      rows: 1, columns: 128,
      values: (0..<64).flatMap { [Self.digits[7, $0], 1 - Self.digits[7, $0]] })
    let moved = try corrupted(.rotate, 2, both, shape: shape)
    let alone = try corrupted(.rotate, 2, Self.digits.copy(ofRows: 7..<8))
    for place in 0..<64 { #expect(moved[0, 2 * place] == alone[0, place]) }
  }

  @Test("Features outside of 0...1, and pixels to move where there are no images, are refused")
  func refusals() throws {
    let plain = TensorShape(features: 2)
    for value in [Float(-0.001), 1.001, .nan, .infinity] {
      let examples = Matrix(rows: 2, columns: 2, values: [0, 1, value, 0])
      let error = #expect(throws: DatasetError.self) {
        try corrupted(.brightness, 1, examples, shape: plain)
      }
      #expect(error?.kind == .badData)
      #expect(error?.description.contains("feature 1 of example 2") == true)
    }
    for kind in [Corruption.Kind.translate, .rotate, .scale] {
      let error = #expect(throws: DatasetError.self) {
        try corrupted(kind, 1, Matrix(rows: 1, columns: 2), shape: plain)
      }
      #expect(error?.description.contains("\(kind.rawValue):1") == true)
    }
  }

  @Test("A severity that is not there stops the program")
  func precondition() async {
    await #expect(processExitsWith: .failure) { _ = Corruption(.brightness, severity: 6) }
    await #expect(processExitsWith: .failure) { _ = Corruption(.brightness, severity: 0) }
  }
}
