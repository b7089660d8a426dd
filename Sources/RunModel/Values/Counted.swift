/// A number with its noun, such as "1 step" or "20 steps".
///
/// - Parameters:
///   - count: the number.
///   - noun: the noun in the singular.
///   - plural: the plural, where it is not the noun with an s.
/// - Returns: the number and the noun.
package func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
  "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}
