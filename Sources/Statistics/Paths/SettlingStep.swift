/// When a series of distances to the final state came to rest.
public enum SettlingStep {
  /// The first step from which on each distance is at most `fraction` of the first distance.
  ///
  /// nil where that is true of the last alone, which is the final state itself, and without distances. A series that
  /// starts at 0 has settled once it is 0 for good.
  /// - Precondition: `fraction` is finite and not negative.
  public static func of(
    _ distancesToFinal: [(step: Int, value: Double)], within fraction: Double
  ) -> Int? {
    precondition(
      fraction >= 0 && fraction < .infinity,
      "A series settles within a finite fraction that is not negative, got \(fraction).")
    guard let first = distancesToFinal.first else { return nil }
    let limit = fraction * first.value
    let settled = distancesToFinal.reversed().prefix { $0.value <= limit }
    return settled.count > 1 ? settled.last?.step : nil
  }
}
