/// The forms in which a run is named.
package enum RunReference {
  /// The least number of characters of an id that name a run; anything shorter can only be a name.
  package static let shortestIDPrefix = 4

  /// Whether `name` cannot be the name of a run, because a reference of that form means something else.
  package static func isReserved(_ name: String) -> Bool { name.isEmpty || stepsBack(name) != nil }

  /// The number of runs after the one that `latest` or `latest~N` names; nil for a reference of another form.
  static func stepsBack(_ reference: String) -> Int? {
    guard reference != "latest" else { return 0 }
    guard let (name, count) = nameAndPlace(reference), name == "latest" else { return nil }
    return count
  }

  /// The parts of `NAME~N`; nil for a reference of another form.
  static func nameAndPlace(_ reference: String) -> (name: String, place: Int)? {
    guard let tilde = reference.lastIndex(of: "~") else { return nil }
    let place = Int(reference[reference.index(after: tilde)...])
    guard let place, place >= 0, tilde > reference.startIndex else { return nil }
    return (String(reference[..<tilde]), place)
  }
}
