/// The step at which a series of distances to the final state settles.
public enum SettlingStep {
  /// The first step after which each distance is at most `fraction` of the first distance.
  ///
  /// nil where only the last distance is, which is the final state itself, and without distances. A series that starts
  /// at 0 settles once it stays 0.
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
