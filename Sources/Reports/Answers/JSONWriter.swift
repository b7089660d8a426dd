/// Writes an answer as one JSON document, a row on each line.
final class JSONWriter: JSONRowWriter {
  private var isFirst = true

  override func begin(finding: [String], notes: [String], names: [String]) {
    pending.append("{\"schema\":\(JSONRowWriter.schema),\n")
    append(finding, as: "finding")
    append(notes, as: "notes")
    pending.append("\"columns\":[")
    for (place, name) in names.enumerated() {
      if place > 0 { pending.appendComma() }
      pending.appendJSON(name)
    }
    pending.append("],\n\"rows\":[")
  }

  /// Appends a member that is a list of sentences, each on a line of its own.
  private func append(_ sentences: [String], as key: String) {
    pending.append("\"\(key)\":[")
    for (place, sentence) in sentences.enumerated() {
      pending.append(place == 0 ? "\n" : ",\n")
      pending.appendJSON(sentence)
    }
    pending.append("],\n")
  }

  override func openRow() {
    pending.append(isFirst ? "\n" : ",\n")
    isFirst = false
    super.openRow()
  }

  override func close() {
    pending.append("\n]}\n")
  }
}
