import ArgumentParser

/// The options of a command that cannot be undone: to confirm it in advance, or only to show what it would do.
struct CautionOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Do it without asking.")
  var yes = false
  @Flag(help: "Say what would be done, and change nothing.")
  var dryRun = false

  /// Asks for confirmation of `deed`, which cannot be undone, such as "delete 3 moments".
  ///
  /// - Returns: whether it is to be done: it was agreed to, and this is no dry run.
  /// - Throws: `ValidationError` where nobody can be asked; `ExitCode` where it was refused.
  func allows(_ deed: String) throws -> Bool {
    if dryRun { return false }
    if yes { return true }
    guard Terminal.isInputInteractive else {
      throw ValidationError(
        "This cannot be undone (\(deed)) and there is no terminal to confirm it; add --yes or --dry-run."
      )
    }
    Terminal.ask("\(deed.prefix(1).uppercased() + deed.dropFirst())? [y/N]")
    let answer = readLine()?.lowercased() ?? ""
    guard ["y", "yes"].contains(answer) else {
      Terminal.say("Nothing was changed.")
      throw ExitCode(1)
    }
    return true
  }
}
