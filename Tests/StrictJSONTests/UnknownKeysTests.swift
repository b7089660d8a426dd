import StrictJSON
import Testing

@Suite("Keys that a configuration does not know")
struct UnknownKeysTests {
  @Test(
    "An unknown key is refused with its path, and with the known one that is near",
    arguments: [
      (
        "{\"learing_rate\": 1}",
        "a.json has no key \"learing_rate\"; did you mean \"learning_rate\"?"
      ),
      (
        "{\"learningRate\": 1}",
        "a.json has no key \"learningRate\"; did you mean \"learning_rate\"?"
      ),
      ("{\"nmae\": 1}", "a.json has no key \"nmae\"; did you mean \"name\"?"),
      (
        "{\"layers\": [{\"units\": 1}, {\"uints\": 1}]}",
        "layers[1] in a.json has no key \"uints\"; did you mean \"units\"?"
      ),
      (
        "{\"layers\": [{\"units\": 1, \"width\": 1}]}",
        "layers[0] in a.json has no key \"width\"; its keys are \"units\", \"activation\", \"scale\"."
      ),
      (
        "{\"\": 1}",
        "a.json has no key \"\"; its keys are \"learning_rate\", \"seed\", \"shuffles\", \"name\", \"layers\", \"tags\"."
      ),
      // Of several the first by name, whatever their order.
      ("{\"sede\": 1, \"layer\": 1}", "a.json has no key \"layer\"; did you mean \"layers\"?"),
      ("{\"layer\": 1, \"sede\": 1}", "a.json has no key \"layer\"; did you mean \"layers\"?"),
    ])
  func unknown(text: String, sentence: String) {
    JSONDecodingTests.expectRefusal(text, sentence)
  }

  @Test("A long key is cut short and its control characters are escaped")
  func longKey() {
    let key = "\\u001b\\n" + String(repeating: "x", count: 100_000)
    let error = #expect(throws: JSONError.self) {
      try JSONDecodingTests.decode("{\"\(key)\": 1}")
    }
    #expect(
      error?.description.hasPrefix("a.json has no key \"\\u001b\\u000axxx") == true)
    #expect((error?.description.count ?? .max) < 250)
  }
}
