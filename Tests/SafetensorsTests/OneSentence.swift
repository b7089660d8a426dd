/// Whether an error is told in one sentence on one line.
func isOneSentence(_ error: some CustomStringConvertible) -> Bool {
  let text = error.description
  return (text.hasSuffix(".") || text.hasSuffix("?")) && !text.contains(". ")
    && !text.contains(where: \.isNewline)
}
