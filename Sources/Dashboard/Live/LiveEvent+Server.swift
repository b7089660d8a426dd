import StrictJSON

extension LiveEvent {
  /// Says why the database cannot be read now, as `{"sentence": …}`; a `reload` follows when it can.
  static func unavailable(_ sentence: String, at position: String) -> LiveEvent {
    let data: JSONValue = ["sentence": .string(sentence)]
    return LiveEvent(name: "unavailable", data: data.json, id: position)
  }

  /// Says that the page has to be loaded anew, because the database can be read again or is another one.
  static func reload(at position: String) -> LiveEvent {
    LiveEvent(name: "reload", data: "{}", id: position)
  }
}
