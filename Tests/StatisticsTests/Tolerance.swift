/// Whether `value` is within `relative` of `expected`, measured by the larger of |expected| and
/// `scale`.
func isClose(
  _ value: Double, _ expected: Double, relative: Double, scale: Double = 0
) -> Bool {
  abs(value - expected) <= relative * max(abs(expected), scale)
}
