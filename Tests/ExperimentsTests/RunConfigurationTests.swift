import Experiments
import FoundationEssentials
import Network
import Testing

@Suite("Run configurations")
struct RunConfigurationTests {
  @Test("A configuration reads back from its JSON as it was")
  func roundTrip() throws {
    var configuration = RunConfiguration()
    configuration.layers = [3, 1, 4]
    configuration.initializer = .normal(standardDeviation: 0.05)
    configuration.seed = .max
    configuration.placement = .after
    let text = try jsonText(configuration)
    #expect(try JSONDecoder().decode(RunConfiguration.self, from: Data(text.utf8)) == configuration)
    #expect(text.contains("\"init\":\"normal:0.05\""))
    #expect(text.contains("\"batch_size\":50"))
  }

  @Test("The defaults are possible")
  func defaults() throws {
    try RunConfiguration().validate()
  }

  @Test(
    "Initializers read from their notation",
    arguments: [
      ("glorot", WeightInitializer.glorot), ("he", .he),
      ("normal:0.5", .normal(standardDeviation: 0.5)),
      ("normal:1e-3", .normal(standardDeviation: 0.001)),
    ])
  func initializers(text: String, initializer: WeightInitializer) {
    #expect(WeightInitializer(text) == initializer)
    #expect(WeightInitializer(initializer.description) == initializer)
  }

  @Test(
    "What is no initializer is not taken for one",
    arguments: ["", "Glorot", "normal", "normal:", "normal:x"])
  func noInitializer(text: String) {
    #expect(WeightInitializer(text) == nil)
  }

  @Test("A value that is not a number is refused wherever it stands")
  func notNumbers() {
    for path in [\RunConfiguration.learningRate, \.epsilon, \.emaDecay] {
      var configuration = RunConfiguration()
      configuration[keyPath: path] = .nan
      #expect(throws: ConfigurationError.self) { try configuration.validate() }
    }
  }
}
