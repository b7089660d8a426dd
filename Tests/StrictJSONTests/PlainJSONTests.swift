import Testing

@testable import StrictJSON

@Suite("JSON without its comments and trailing commas")
struct PlainJSONTests {
  @Test(
    "Only comments and trailing commas become spaces, and lines stay where they are",
    arguments: [
      ("{\"a\": 1} // b", "{\"a\": 1}     "), ("//\n{}", "  \n{}"),
      ("/*\n*/{/**/}", "  \n  {    }"),
      ("/*/ { */}", "        }"), ("[1, 2, /* c */\n]", "[1, 2         \n]"),
      ("{\"a\": [[],],}", "{\"a\": [[] ] }"), ("[\"a\",]", "[\"a\" ]"), ("[{},{},]", "[{},{} ]"),
      // In strings all of it stays.
      ("[\"//\", \"/*\", \",]\", \"\\\"//,]\"]", "[\"//\", \"/*\", \",]\", \"\\\"//,]\"]"),
      // What no value stands before is no trailing comma, and what has no end is no comment.
      ("[,]", "[,]"), ("{,}", "{,}"), ("[1,,]", "[1,,]"), ("{\"a\":,}", "{\"a\":,}"), (",]", ",]"),
      ("{} /* {", "{} /* {"), ("{} / {", "{} / {"), ("/", "/"), ("/*", "/*"), ("/*/", "/*/"),
      ("\u{FEFF}{}", "   {}"), ("", ""), ("\"\\", "\"\\"),
    ])
  func plain(text: String, expected: String) {
    #expect(String(decoding: plainJSON(Array(text.utf8)), as: UTF8.self) == expected)
  }
}
