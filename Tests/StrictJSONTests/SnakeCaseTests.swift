import StrictJSON
import Testing

@Suite("Names of keys")
struct SnakeCaseTests {
  @Test(
    "A capital letter is an underscore and a small letter; all other characters stay",
    arguments: [
      ("learningRate", "learning_rate"), ("emaBiasCorrection", "ema_bias_correction"),
      ("beta1", "beta1"), ("init", "init"), ("", ""), ("größeÄ", "größeÄ"), ("aZ", "a_z"),
    ])
  func names(property: String, key: String) {
    #expect(property.snakeCased == key)
  }
}
