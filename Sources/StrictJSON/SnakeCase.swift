extension String {
  /// The name with each capital letter as an underscore and a small one: `learning_rate` for `learningRate`.
  package var snakeCased: String {
    reduce(into: "") { name, character in
      if character.isUppercase { name += "_" }
      name += character.lowercased()
    }
  }
}
