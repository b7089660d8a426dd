/// Writes an answer as one JSON document, a row on each line.
final class JSONWriter: JSONRowWriter {
  private var isFirst = true

  override func begin(finding: String?, notes: [String], names: [String]) {
    pending.append("{\"schema\":\(JSONRowWriter.schema),\n")
    if let finding {
      pending.append("\"finding\":")
      pending.appendJSON(finding)
      pending.append(",\n")
    }
    pending.append("\"notes\":[")
    for (place, note) in notes.enumerated() {
      pending.append(place == 0 ? "\n" : ",\n")
      pending.appendJSON(note)
    }
    pending.append("],\n\"columns\":[")
    for (place, name) in names.enumerated() {
      if place > 0 { pending.appendComma() }
      pending.appendJSON(name)
    }
    pending.append("],\n\"rows\":[")
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
