/// Writes each row of an answer as a JSON object on a line of its own; without notes.
final class NDJSONWriter: JSONRowWriter {
  override var objectStart: String { "{\"schema\":\(JSONRowWriter.schema)" }
  override var objectEnd: String { "}\n" }
}
