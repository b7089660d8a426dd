import Testing

@testable import StrictJSON

@Suite("JSON with comments and trailing commas")
struct CommentedJSONTests {
  @Test(
    "Comments, trailing commas and a byte order mark are no part of the value",
    arguments: [
      ("{\"a\": 1} // b", "{\"a\": 1}"), ("//\n{}", "{}"), ("/*\n*/{/**/}", "{}"),
      ("/*/ { */[]", "[]"), ("[1, 2, /* c */\n]", "[1, 2]"), ("[1 /***/ , /* * / */ 2]", "[1, 2]"),
      ("{\"a\": [[],],}", "{\"a\": [[]]}"), ("[\"a\",]", "[\"a\"]"), ("[{},{},]", "[{},{}]"),
      ("\u{FEFF}{}", "{}"), ("{\"a\" /* : */ : // 2\n1}", "{\"a\": 1}"),
      // In strings all of it stays.
      ("[\"//\", \"/*\", \",]\", \"\\\"//,]\"]", "[\"//\", \"/*\", \",]\", \"\\\"//,]\"]"),
    ])
  func taken(text: String, plain: String) throws {
    let value = try #require(JSONValue(text: plain))
    #expect(try JSONValue(commented: Array(text.utf8), named: "a") == value)
    #expect((JSONValue(text: text) == nil) == (text != plain))
  }

  @Test(
    "A comma after no value is no trailing comma, and an open comment is no comment",
    arguments: [
      "[,]", "{,}", "[1,,]", "{\"a\":,}", ",]", "{} /* {", "{} / {", "/", "/*/", "{} //*\n*/",
      "[1 2]",
    ])
  func refused(text: String) {
    let error = #expect(throws: JSONError.self) {
      try JSONValue(commented: Array(text.utf8), named: "a")
    }
    #expect(error?.description.hasPrefix("a is not valid JSON on line ") == true)
  }
}
