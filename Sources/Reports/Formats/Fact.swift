/// Something that is known, under a key.
struct Fact: Encodable {
  let key: String
  let value: DataTable.Cell

  init(_ key: String, _ value: DataTable.Cell) {
    self.key = key
    self.value = value
  }
}

extension [Fact] {
  /// A row for each fact, for people or, exact, for programs.
  func table(isExact: Bool) -> TextTable {
    var table = TextTable([.text("key"), .text("value")])
    for fact in self { table.add([fact.key, fact.value.text(isExact: isExact)]) }
    return table
  }
}
