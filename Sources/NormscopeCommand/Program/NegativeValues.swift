/// Values of options that begin with a minus sign.
enum NegativeValues {
  /// The arguments with each such value joined to its option: `--shift-data-by -.3` becomes `--shift-data-by=-.3`, for
  /// what stands by itself and begins with "-" is taken for an option.
  static func joined(_ arguments: some Sequence<String>) -> [String] {
    var joined: [String] = []
    var areOptions = true
    for argument in arguments {
      if areOptions, isNegative(argument), let option = joined.last, option.hasPrefix("--"),
        !option.contains("=")
      {
        joined[joined.count - 1] = option + "=" + argument
      } else {
        joined.append(argument)
      }
      if argument == "--" { areOptions = false }
    }
    return joined
  }

  /// Whether it is a negative number, or a list that begins with one.
  private static func isNegative(_ argument: String) -> Bool {
    guard argument.first == "-" else { return false }
    let number = argument.dropFirst()
    let digits = number.first == "." ? number.dropFirst() : number
    return digits.first?.isNumber == true
      || ["inf", "infinity", "nan"].contains(number.lowercased())
  }
}
