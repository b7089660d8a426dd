import FoundationEssentials
import TestSupport
import Testing
import Training

@testable import Studies

/// The JSON of a study with two arms, whose parts tests replace.
enum MadeStudy {
  static let text = """
    {
      "name": "made", "question": "Does it?", "source": "nobody",
      "answers": {"holds": "It does.", "does_not_hold": "It does not.", "undecided": "Who knows."},
      "settings": {"layers": [4], "batch_size": 20, "steps": 6, "probe": 10, "noise_every": 0},
      "seeds": 3,
      "arms": [{"name": "without", "settings": {"norm": "none"}}, {"name": "with", "seed_offset": 7}],
      "criteria": [
        {
          "claim": "One is above the other.", "measure": {"kind": "test_accuracy"}, "compare": "difference",
          "of": ["with", {"arm": "without"}], "at_least": -1, "quick": {"at_most": 1}
        }
      ],
      "limits": ["Anything."],
      "quick": {"settings": {"steps": 4}, "seeds": 2}
    }
    """

  static func read(
    _ text: String = text, scale: Study.Scale = Study.Scale()
  ) throws(ConfigurationError) -> Study {
    try Study(json: Array(text.utf8), named: "made.json", scale)
  }
}

@Suite("The file of a study")
struct StudyReadingTests {
  @Test("It gives arms, seeds, runs and criteria")
  func reading() throws {
    let study = try MadeStudy.read()
    #expect(study.name == "made" && study.seeds == [1, 2, 3])
    #expect(study.arms.map(\.name) == ["without", "with"])
    #expect(study.arms[0].configuration.norm == .none && study.arms[1].configuration.steps == 6)
    #expect(study.runs.map(\.configuration.seed) == [1, 2, 3, 8, 9, 10])
    #expect(study.runs[4].name == "made-with-2")
    #expect(study.runs[4].tags == ["study": "made", "arm": "with", "seed": "2"])
    let criterion = study.criteria[0]
    #expect(
      criterion.comparison == .difference && criterion.operands.map(\.arm) == ["with", "without"])
    #expect(criterion.bounds == StudyBounds(atLeast: -1, atMost: nil))
    #expect(criterion.words == "test accuracy, running statistics: with less without")
    #expect(study.answer(.holds) == "It does." && study.answer(.doesNotHold) == "It does not.")
    #expect(study.answer(.undecided) == "Who knows.")
  }

  @Test("A quick study has the settings, seeds and bounds of its own")
  func quick() throws {
    var scale = Study.Scale()
    scale.isQuick = true
    let quick = try MadeStudy.read(scale: scale)
    #expect(quick.seeds == [1, 2] && quick.arms.allSatisfy { $0.configuration.steps == 4 })
    #expect(quick.criteria[0].bounds == StudyBounds(atLeast: nil, atMost: 1))
    (scale.seeds, scale.data) = (9, "linear-map")
    let other = try MadeStudy.read(scale: scale)
    #expect(other.seeds.count == 9)
    #expect(other.arms.allSatisfy { $0.configuration.data == "linear-map" })
  }

  @Test(
    "Studies of made data keep them, whatever data others are done on",
    arguments: [("rescaling", "heights-and-weights"), ("deep-linear", "linear-map")])
  func madeData(name: String, data: String) throws {
    var scale = Study.Scale()
    scale.data = "fashion-mnist"
    let study = try #require(try Study.builtIn(name, scale))
    #expect(study.arms.allSatisfy { $0.configuration.data == data })
  }

  @Test("Every study that comes with the program can be read, whole and quick, under its own name")
  func builtIn() throws {
    #expect(Study.builtInNames.count > 10)
    for name in Study.builtInNames {
      for isQuick in [false, true] {
        var scale = Study.Scale()
        scale.isQuick = isQuick
        let study = try #require(try Study.builtIn(name, scale))
        #expect(study.name == name && study.question.hasSuffix("?"), "\(name)")
        #expect(!study.limits.isEmpty)
      }
    }
    #expect(try Study.builtIn("no-such") == nil)
    let files = try FileManager.default.contentsOfDirectory(
      atPath: Repository.root + "/Sources/Studies/BuiltIn")
    #expect(Set(files) == Set(Study.builtInNames.map { $0 + ".json" }))
  }

  @Test(
    "What is wrong is named with its place",
    arguments: [
      (#""name": "made""#, #""name": "a b""#, "made.json: the name \"a b\" is no name of a study"),
      (#""seeds": 3"#, #""seeds": 1"#, "1 seed can give no verdict; use 2 to 1000"),
      (#""steps": 6"#, #""steps": 0"#, "made.json, the arm \"without\""),
      (#""steps": 6"#, #""stpes": 6"#, "did you mean \"steps\"?"),
      (#""name": "with""#, #""name": "without""#, "each with a name of its own"),
      (#""kind": "test_accuracy""#, #""kind": "test_acuracy""#, "did you mean \"test_accuracy\"?"),
      (
        #"{"kind": "test_accuracy"}"#, "{}",
        "the measure of criteria[0] in made.json lacks the key \"kind\""
      ),
      (
        #"{"kind": "test_accuracy"}"#, #"{"kind": "test_accuracy", "layer": 1}"#,
        "has no key \"layer\""
      ),
      (#"["with", {"arm": "without"}]"#, #"["with", "wihtout"]"#, "did you mean \"without\"?"),
      (#"["with", {"arm": "without"}]"#, #"["with", 7]"#, "the name of an arm"),
      (#"["with", {"arm": "without"}]"#, #"["with"]"#, "a difference is of 2 arms"),
      (
        #""compare": "difference""#, #""compare": "log_slope""#,
        "needs \"over\": a number above 0 for each arm"
      ),
      (
        #""compare": "difference""#, #""compare": "difference", "over": [1, 2]"#,
        "only a log_slope takes"
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "noise", "layer": 0"#, "has the layer 0; use 1 to"
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "noise", "layer": 1"#,
        "measures the arm \"with\", whose runs have no measurement of noise at layer 1; set \"noise_every\" in its settings."
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "landscape", "quantity": "loss_range""#,
        "no loss landscape; set \"landscape_every\""
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "gradient", "quantity": "norm", "layer": 1"#,
        "no gradient shift; set \"gradient_shift_every\""
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "gradient_growth", "first": 1, "last": 2"#,
        "no gradient shift; set \"gradient_shift_every\""
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "mean_less_beta", "layer": 1"#,
        "set \"probe\" and \"quantiles\""
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "test_loss", "statistics": "precise""#,
        "add \"precise\" to the \"statistics\""
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "steps_to_accuracy", "accuracy": 0.5, "statistics": "precise""#,
        "add \"precise\" to the \"statistics\""
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "variance", "layer": 3"#,
        "no layer 3; name one of the 2 layers"
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "alarm_count", "layer": 3"#,
        "no layer 3; name one of the 2 layers"
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "angular_update", "layer": 3, "steps": 2"#,
        "no layer 3; name one of the 2 layers"
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "effective_rank", "layer": 3, "examples": 2"#,
        "no layer 3; name one of the 2 layers"
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "path", "quantity": "length", "layer": 3"#,
        "no layer 3; name one of the 2 layers"
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "noise_law", "quantity": "mean_variance", "layer": 3, "batch_size": 4"#,
        "no layer 3; name one of the 2 layers"
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "noise_law", "quantity": "mean_variance", "layer": 1, "batch_size": 1"#,
        "has the batch_size 1"
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "hessian", "quantity": "largest", "examples": 1"#,
        "has the examples 1"
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "federated_accuracy", "clients": [{}], "rounds": 1, "local_steps": 1"#,
        "has 1 client; use 2 or more"
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "federated_accuracy", "clients": [{}, {}], "rounds": 1, "local_steps": 1, "client": 3"#,
        "has the client 3; use 1 to 2"
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "federated_accuracy", "clients": [{}, {"scale": 1e9}], "rounds": 1, "local_steps": 1"#,
        "use numbers from -1e6 to 1e6"
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "prediction", "quantity": "agreement", "map": {"offset": -1e9}"#,
        "use numbers from -1e6 to 1e6"
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "prediction", "quantity": "gap", "split": "test""#,
        "leave \"split\" out"
      ),
      (#""at_least": -1, "#, #""at_least": -1, "test": "chi", "#, "\"interval\""),
      (#""kind": "test_accuracy""#, #""kind": "training_loss", "last": -5"#, "has the last -5"),
      (
        #""kind": "test_accuracy""#, #""kind": "steps_to_accuracy", "accuracy": 1.5"#,
        "a share from 0 to 1"
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "gradient_growth", "first": 3, "last": 3"#,
        "not after the first"
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "angular_update", "layer": 1, "steps": 900000000"#,
        "has the steps 900000000"
      ),
      (
        #""kind": "test_accuracy""#, #""kind": "effective_rank", "layer": 1, "examples": 0"#,
        "has the examples 0"
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "gradient", "quantity": "norm", "layer": 1, "from": 9, "to": 3"#,
        "from step 9 to 3"
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "prediction", "quantity": "accuracy", "batch_size": 0"#, "has the batch_size 0"
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "prediction", "quantity": "accuracy", "examples": -5"#, "has the examples -5"
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "prediction", "quantity": "accuracy", "pseudo_samples": 1e300"#, "pseudo-samples"
      ),
      (
        #""kind": "test_accuracy""#,
        #""kind": "prediction", "quantity": "accuracy", "corruptions": ["nope"]"#,
        "the corruption \"nope\""
      ),
      (#""at_least": -1, "#, #""at_least": 0, "at_most": -1, "#, "no figure"),
      (#""compare": "difference""#, #""compare": "quotient""#, "\"value\", \"ratio\""),
      (#""at_least": -1, "#, "", "has no bound; add \"at_least\" or \"at_most\""),
      (#""source": "nobody","#, "", "lacks the key \"source\""),
      (#""limits": ["Anything."]"#, #""limits": "Anything.""#, "where a list is wanted"),
    ])
  func faults(old: String, new: String, part: String) throws {
    let text = MadeStudy.text.replacing(old, with: new, maxReplacements: 1)
    #expect(text != MadeStudy.text)
    let error = #expect(throws: ConfigurationError.self) { try MadeStudy.read(text) }
    let sentence = "\(try #require(error))"
    #expect(sentence.contains(part), "\(sentence)")
    #expect(sentence.contains("made.json"), "\(sentence)")
  }

  @Test("No damage to a study's text ends the program")
  func damage() throws {
    var generator = SplitMix64(seed: 7)
    let text = Array(MadeStudy.text.utf8)
    for _ in 0..<2000 {
      let damaged = mutated(text, telling: Array("{}[],:\"1".utf8), by: &generator)
      _ = try? Study(json: damaged, named: "made.json")
    }
  }
}
