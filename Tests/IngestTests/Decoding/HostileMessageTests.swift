import Ingest
import RunModel
import TestSupport
import Testing

@Suite("Messages that are wrong")
struct HostileMessageTests {
  /// A message that is refused.
  struct Refusal: CustomTestStringConvertible, Sendable {
    /// The message.
    let message: String
    /// The sentence, from its third line on.
    let sentence: String

    var testDescription: String { message }

    init(_ message: String, _ sentence: String) {
      self.message = message
      self.sentence = sentence
    }
  }

  static let start = [
    #"{"type": "begin", "protocol": 1, "name": "run", "tensors": [{"name": "bn", "units": 2, "epsilon": 1e-5}, {"name": "fc", "units": 1}]}"#,
    #"{"type": "step", "step": 3, "moments": {"fc": {"count": 4, "mean": [0], "variance": [1]}}}"#,
    #"{"type": "evaluation", "step": 3, "split": "test", "count": 9}"#,
    #"{"type": "noise", "step": 3, "noise": {"fc": [{"count": 2, "mean": [0], "variance": [1]}, {"count": 2, "mean": [1], "variance": [1]}]}}"#,
  ]

  private static func step(_ moments: String) -> String {
    #"{"type": "step", "step": 4, "moments": {\#(moments)}}"#
  }

  private static func normalized(_ members: String) -> String {
    step(#""bn": {"count": 4, "mean": [0, 0], "variance": [1, 1]\#(members)}"#)
  }

  @Test(
    "Each has one sentence with its line and its key",
    arguments: [
      // Names that are equal, and lengths of nothing.
      Refusal(
        #"{"type": "tensors", "tensors": [{"name": "\u00e9", "units": 1}, {"name": "e\u0301", "units": 1}]}"#,
        "tensors[1] in line 5 declares \"e\u{301}\" twice, with other code points for the same characters; use one spelling."
      ),
      Refusal(
        #"{"type": "tensors", "tensors": [{"name": "a", "units": 1, "shape": [3, 0]}]}"#,
        "tensors[0].shape[1] in line 5 is 0, where a whole number from 1 is wanted."),
      // Not a message.
      Refusal("[1]", "Line 5 is not a JSON object, as every message is."),
      Refusal(
        #"{"type": "step", "step": 4"#,
        "Line 5 is not valid JSON; look for a missing or misplaced comma, quote or bracket, or a line break within the message."
      ),
      Refusal(
        #"{"type": "step", "step": 4, "loss": NaN}"#,
        #"Line 5 is not valid JSON; write NaN and infinities as "NaN", "Infinity" and "-Infinity"."#
      ),
      Refusal(
        #"{"type": "step", "step": 4, "step": 4}"#,
        "Line 5 repeats a key of the same object; remove one of the two."),
      Refusal(#"{"step": 4}"#, #"Line 5 lacks the key "type"."#),
      Refusal(#"{"type": "stepp"}"#, #"type in line 5 is unknown; did you mean "step"?"#),
      Refusal(
        #"{"type": 7}"#,
        #"type in line 5 is unknown; the types are "begin", "tensors", "moments", "step", "noise", "evaluation", "event", "configuration", "end"."#
      ),
      Refusal(
        #"{"type": "step", "step": 4, "lose": 1}"#,
        #"Line 5 has no key "lose"; did you mean "loss"?"#),
      // The beginning.
      Refusal(
        #"{"type": "begin", "protocol": 1, "name": "run"}"#,
        #"type in line 5 is "begin" again; a stream has one run, so start another one."#),
      // Steps.
      Refusal(#"{"type": "step"}"#, #"Line 5 lacks the key "step"."#),
      Refusal(
        #"{"type": "step", "step": -1}"#,
        "step in line 5 is -1, where a whole number from 0 to 1099511627776 is wanted."),
      Refusal(
        #"{"type": "step", "step": 1.5}"#,
        "step in line 5 is 1.5, where a whole number from 0 to 1099511627776 is wanted."),
      Refusal(
        #"{"type": "step", "step": 3}"#,
        "step in line 5 is 3, where step 3 has ended; steps increase."),
      Refusal(
        #"{"type": "step", "step": 2}"#,
        "step in line 5 is 2, where step 3 has ended; steps increase."),
      Refusal(
        #"{"type": "step", "step": 4, "learning_rate": "Infinity"}"#,
        #"learning_rate in line 5 is "Infinity", where a finite number is wanted."#),
      Refusal(
        #"{"type": "step", "step": 4, "duration": "NaN"}"#,
        #"duration in line 5 is "NaN", where a finite number is wanted."#),
      Refusal(
        #"{"type": "step", "step": 4, "batch_size": 0}"#,
        "batch_size in line 5 is 0, where a whole number from 1 to 9007199254740992 is wanted."),
      Refusal(
        #"{"type": "step", "step": 4, "loss": "high"}"#,
        #"loss in line 5 is "high", where a number, "NaN", "Infinity" or "-Infinity" is wanted."#),
      Refusal(
        #"{"type": "step", "step": 4, "accuracy": 7}"#,
        "accuracy in line 5 is 7, where a number from 0 to 1 is wanted."),
      Refusal(
        #"{"type": "step", "step": 4, "duration": -1}"#,
        "duration in line 5 is -1, where a number from 0 is wanted."),
      Refusal(
        #"{"type": "step", "step": 4, "loss": 1e400}"#,
        #"loss in line 5 is a number beyond double precision or text that is not Unicode, where a number, "NaN", "Infinity" or "-Infinity" is wanted."#
      ),
      // Moments.
      Refusal(
        step(#""fc": {"count": 4, "mean": [0], "variance": [-1]}"#),
        #"moments.fc.variance in line 5 has -1.0 for unit 1 of "fc", where a variance from 0 is wanted."#
      ),
      Refusal(
        step(#""fc": {"count": 4, "mean": ["NaN"], "variance": [1], "non_finite": 0}"#),
        #"moments.fc.mean in line 5 has NaN for unit 1 of "fc", where non_finite is 0."#),
      Refusal(
        step(#""fc": {"count": 4, "mean": [0], "variance": ["NaN"], "non_finite": 0}"#),
        #"moments.fc.variance in line 5 has NaN for unit 1 of "fc", where non_finite is 0."#),
      Refusal(
        step(#""fc": {"count": 4, "mean": [0], "variance": [1], "non_finite": 5}"#),
        #"moments.fc.non_finite in line 5 has 5, where "fc" has 1 element in each of 4 rows."#),
      Refusal(
        step(
          #""fc": {"count": 4, "mean": [0], "variance": [1], "skewness": [5], "kurtosis": [20]}"#),
        #"moments.fc.kurtosis in line 5 has 20.0 for unit 1 of "fc", where at least 1 + skewness² is wanted, skewness 5.0."#
      ),
      Refusal(
        step(#""fc": {"count": 4294967297, "mean": [0], "variance": [1]}"#),
        "moments.fc.count in line 5 is 4294967297, where a whole number from 1 to 4294967296 is wanted."
      ),
      Refusal(
        step(#""z": {"count": 1}, "b": {"count": 1}, "m": {"count": 1}"#),
        #"moments.b in line 5 lacks the key "mean"."#),
      Refusal(
        step(
          ["z", "b1", "m"].map { #""\#($0)": {"count": 1, "mean": [0], "variance": [1]}"# }
            .joined(separator: ",")),
        #"moments.b1 in line 5 is not declared; did you mean "bn"?"#),
      Refusal(
        step(#""fd": {"count": 4, "mean": [0], "variance": [1]}"#),
        #"moments.fd in line 5 is not declared; did you mean "fc"?"#),
      Refusal(
        step(#""convolution": {"count": 4, "mean": [0], "variance": [1]}"#),
        #"moments.convolution in line 5 is not declared; send a message of type "tensors" first."#),
      Refusal(
        step(#""fc": {"count": 0, "mean": [0], "variance": [1]}"#),
        "moments.fc.count in line 5 is 0, where a whole number from 1 to 4294967296 is wanted."
      ),
      Refusal(
        step(#""fc": {"count": 4, "mean": [0, 1], "variance": [1]}"#),
        "moments.fc.mean in line 5 has 2 numbers, where the tensor has 1 unit."),
      Refusal(
        step(#""fc": {"count": 4, "mean": [0], "variance": []}"#),
        "moments.fc.variance in line 5 has 0 numbers, where the tensor has 1 unit."),
      Refusal(
        step(#""fc": {"count": 4, "mean": [null], "variance": [1]}"#),
        #"moments.fc.mean[0] in line 5 is null, where a number, "NaN", "Infinity" or "-Infinity" is wanted."#
      ),
      Refusal(
        step(#""fc": {"count": 4, "mean": 0, "variance": [1]}"#),
        "moments.fc.mean in line 5 is 0, where a list of numbers is wanted."),
      Refusal(
        step(#""fc": {"count": 4, "mean": [0], "variance": [1], "gamma": [1], "beta": [0]}"#),
        "moments.fc in line 5 has gamma, where the tensor is declared without an epsilon."),
      Refusal(
        normalized(""),
        #"moments.bn in line 5 lacks the key "gamma", which a tensor with an epsilon needs."#),
      Refusal(
        normalized(#", "gamma": [1, 1]"#),
        #"moments.bn in line 5 lacks the key "beta", which a tensor with an epsilon needs."#),
      Refusal(
        normalized(#", "gamma": [1, 1], "beta": [0, 0], "skewness": [0, 0]"#),
        "moments.bn in line 5 has one of skewness and kurtosis; send both or none."),
      Refusal(
        #"{"type": "moments", "step": 3, "moments": {}}"#,
        "step in line 5 is 3, where step 3 has ended; steps increase."),
      Refusal(#"{"type": "moments", "step": 4}"#, #"Line 5 lacks the key "moments"."#),
      // Tensors.
      Refusal(
        #"{"type": "tensors", "tensors": [{"name": "bn", "units": 3, "epsilon": 1e-5}]}"#,
        #"tensors[0] in line 5 declares "bn" again and otherwise; leave it out, or give it another name."#
      ),
      Refusal(
        #"{"type": "tensors", "tensors": [{"name": "bn2", "layer": "bn", "units": 2, "epsilon": 1e-5}]}"#,
        #"tensors[0] in line 5 declares "bn2" with the layer, tap, population and statistics of "bn"; give it others."#
      ),
      Refusal(
        #"{"type": "tensors", "tensors": [{"name": "x", "units": 0}]}"#,
        "tensors[0].units in line 5 is 0, where a whole number from 1 to 16777216 is wanted."),
      Refusal(
        #"{"type": "tensors", "tensors": [{"name": "x", "units": 1, "tap": "output"}]}"#,
        #"tensors[0].tap in line 5 is "output", where one of "input", "preactivation", "activation", "normalized" is wanted."#
      ),
      Refusal(
        #"{"type": "tensors", "tensors": [{"name": "x", "units": 1, "epsilon": -1}]}"#,
        "tensors[0].epsilon in line 5 is -1, where a number from 0 is wanted."),
      // Noise, evaluations and events.
      Refusal(
        #"{"type": "noise", "step": 4, "noise": {"fc": [{"count": 2, "mean": [0], "variance": [1]}]}}"#,
        "noise.fc in line 5 has 1 batch, where the noise between at least 2 is measured."),
      Refusal(
        #"{"type": "noise", "step": 4, "noise": {"fc": [{"count": 2, "mean": [0], "variance": [1]}, {"count": 2, "mean": [0], "variance": [-1]}]}}"#,
        "noise.fc[1].variance in line 5 has -1.0 for unit 1, where a variance from 0 is wanted."),
      Refusal(
        #"{"type": "evaluation", "step": 4, "split": "test", "accuracy": 1.5}"#,
        "accuracy in line 5 is 1.5, where a number from 0 to 1 is wanted."),
      Refusal(
        #"{"type": "noise", "step": 3, "noise": {"fc": []}}"#,
        "noise.fc in line 5 is of step 3, where the step of a measurement comes after the last one, 3."
      ),
      Refusal(
        #"{"type": "evaluation", "step": 3, "split": "test", "count": 9}"#,
        #"step in line 5 is 3, where "test" with statistics "none" was evaluated at step 3; its steps increase."#
      ),
      Refusal(
        #"{"type": "event", "step": 3, "kind": "two words", "message": "x"}"#,
        #"kind in line 5 is "two words", where a word of a-z, 0-9, - and _ is wanted."#),
      Refusal(
        #"{"type": "event", "step": 3, "kind": "alarm", "message": "x", "layer": "bm"}"#,
        #"layer in line 5 is "bm", in which no tensor is declared; did you mean "bn"?"#),
      Refusal(
        #"{"type": "configuration", "configuration": {"rate": 1e999}}"#,
        "configuration.rate in line 5 has a number outside the range of double precision or a string that is not Unicode."
      ),
      Refusal(
        #"{"type": "end", "status": "interrupted"}"#,
        #"status in line 5 is "interrupted", where one of "finished", "diverged", "failed" is wanted."#
      ),
    ])
  func lines(_ refusal: Refusal) throws {
    let store = RunArrays()
    let stream = SentStream(lines: Self.start + [refusal.message])
    let error = #expect(throws: StreamError.self) { try stream.record(into: store) }
    #expect(error?.description == refusal.sentence)
    // What was recorded before stays.
    #expect(try store.lastStep(of: store.run("run"))?.step == 3)
  }

  @Test(
    "The first message begins a run of this version",
    arguments: [
      Refusal(
        #"{"type": "step", "step": 0}"#,
        #"type in line 1 is "step", where a run begins with "begin"."#),
      Refusal(#"{"type": "begin", "name": "run"}"#, #"Line 1 lacks the key "protocol"."#),
      Refusal(
        #"{"type": "begin", "protocol": 2, "name": "run", "news": 1}"#,
        "protocol in line 1 is 2, where this recorder reads version 1; update Normscope, the recorder."
      ),
      Refusal(
        #"{"type": "begin", "protocol": 0}"#,
        "protocol in line 1 is 0, where this recorder reads version 1; update the program that sends the run."
      ),
      Refusal(#"{"type": "begin", "protocol": 1}"#, #"Line 1 lacks the key "name"."#),
      Refusal(
        #"{"type": "begin", "protocol": 1, "name": "run", "first_step": 3}"#,
        "first_step in line 1 is given, but no run is resumed; leave it out."),
      Refusal(
        #"{"type": "begin", "protocol": 1, "name": "run", "tags": {"a": 1}}"#,
        "tags.a in line 1 is not a string under a name, as a tag is."),
    ])
  func beginnings(_ refusal: Refusal) throws {
    #expect(try SentStream(refusal.message).refusal() == refusal.sentence)
  }

  @Test("A step with moments ends before another begins", arguments: ["step", "moments"])
  func openStep(next: String) throws {
    let stream = SentStream(
      lines: Self.start + [
        #"{"type": "moments", "step": 4, "moments": {"fc": {"count": 4, "mean": [0], "variance": [1]}}}"#,
        #"{"type": "\#(next)", "step": 5, "moments": {}}"#,
      ])
    #expect(
      try stream.refusal()
        == #"step in line 6 is 5, where moments of step 4 came before; send its message of type "step" first."#
    )
  }

  @Test("Nothing follows the end")
  func afterEnd() throws {
    #expect(
      try SentStream(lines: Self.start + [#"{"type": "end"}"#, #"{"type": "end"}"#]).refusal()
        == "Line 6 comes after the end of the run, which nothing may follow.")
  }

  @Test("More elements that are not finite than a run can hold are refused")
  func nonFiniteElements() throws {
    let zeros = "[\(Array(repeating: "0", count: 257).joined(separator: ", "))]"
    let stream = SentStream(lines: [
      #"{"type": "begin", "protocol": 1, "name": "run", "tensors": [{"name": "fc", "units": 257}]}"#,
      #"{"type": "step", "step": 4, "moments": {"fc": {"count": 4294967296, "mean": \#(zeros), "variance": \#(zeros), "non_finite": 1099511627777}}}"#,
    ])
    #expect(
      try stream.refusal()
        == "moments.fc.non_finite in line 2 has 1099511627777, where a number up to 1099511627776 is wanted."
    )
  }

  @Test("Text in another encoding is refused")
  func latin() throws {
    let stream = SentStream(lines: Self.start, rest: Array(#"{"type": ""#.utf8) + [0xE9, 0x0A])
    #expect(try stream.refusal() == "Line 5 is not text in UTF-8.")
  }
}
