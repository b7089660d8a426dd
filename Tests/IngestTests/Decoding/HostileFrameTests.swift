import Ingest
import Safetensors
import TestSupport
import Testing

@Suite("Frames that are wrong")
struct HostileFrameTests {
  typealias Columns = [(String, SafetensorsFile.Values)]

  static let begin = SentStream.frame(HostileMessageTests.start[0])
  static let step = #"{"type": "step", "step": 0}"#

  /// The columns of both tensors, whose units are 2, of which a normalization reads one, and 1.
  static let columns: Columns = [
    ("tensor", .int64([0, 1])), ("count", .int64([4, 4])), ("mean", .float32([0, 0, 1])),
    ("variance", .float32([1, 1, 1])), ("gamma", .float32([1, 1])), ("beta", .float32([0, 0])),
  ]

  /// The sentence about a frame of these columns, some replaced and those without values left out.
  private func refusal(
    _ changes: (String, SafetensorsFile.Values?)..., message: String = step
  ) throws -> String? {
    var columns = Self.columns
    for (name, values) in changes {
      columns.removeAll { $0.0 == name }
      if let values { columns.append((name, values)) }
    }
    return try SentStream(frames: [
      Self.begin, SentStream.frame(message, columns), SentStream.frame(#"{"type": "end"}"#),
    ]).refusal()
  }

  @Test("Noise has no columns of which none is computed")
  func noise() throws {
    let noise: Columns = [
      ("tensor", .int64([1, 1])), ("count", .int64([4, 4])), ("mean", .float32([0, 1])),
      ("variance", .float32([1, 1])),
    ]
    for (name, values) in [
      ("skewness", .float32([0, 0])), ("kurtosis", .float32([3, 3])),
      ("non_finite", .int64([0, 0])),
    ] as Columns {
      let frames = [[], [(name, values)]].map { extra in
        SentStream.frame(#"{"type": "noise", "step": 0}"#, noise + extra)
      }
      let refusals = try frames.map {
        try SentStream(frames: [Self.begin, $0, SentStream.frame(#"{"type": "end"}"#)]).refusal()
      }
      #expect(
        refusals == [
          nil, "Message 2 has the tensor \"\(name)\", of which no noise is computed; leave it out.",
        ])
    }
  }

  @Test("Each has one sentence with its number and its column")
  func sentences() throws {
    #expect(try refusal() == nil)
    #expect(try refusal(("tensor", nil)) == #"Message 2 lacks the tensor "tensor"."#)
    #expect(try refusal(("mean", nil)) == #"Message 2 lacks the tensor "mean"."#)
    #expect(
      try refusal(("means", .float32([1])))
        == #"Message 2 has no tensor "means"; did you mean "mean"?"#)
    #expect(try refusal(("tensor", .int32([0, 1]))) == "tensor in message 2 is not of type I64.")
    #expect(try refusal(("mean", .int64([0, 0, 1]))) == "mean in message 2 is not of type F32.")
    #expect(
      try refusal(("tensor", .int64([0, 2])))
        == "tensor in message 2 has 2, where 2 tensors are declared.")
    #expect(
      try refusal(("tensor", .int64([0, -1])))
        == "tensor in message 2 has -1, where 2 tensors are declared.")
    #expect(
      try refusal(("count", .int64([4])))
        == "count in message 2 has 1 number for 2 tensors.")
    #expect(
      try refusal(("count", .int64([4, 0])))
        == "count in message 2 has 0, where a count from 1 to 4294967296 is wanted.")
    #expect(
      try refusal(("variance", .float32([1, -1, 1])))
        == #"variance in message 2 has -1.0 for unit 2 of "bn", where a variance from 0 is wanted."#
    )
    #expect(
      try refusal(("non_finite", .int64([0, 0])), ("mean", .float32([0, 0, .nan])))
        == #"mean in message 2 has NaN for unit 1 of "fc", where non_finite is 0."#)
    #expect(
      try refusal(("non_finite", .int64([0, -1])))
        == "non_finite in message 2 has -1, where a number from 0 is wanted.")
    for name in ["mean", "variance"] {
      #expect(
        try refusal((name, .float32([0, 0])))
          == "\(name) in message 2 has 2 numbers, where its tensors have 3 units.")
    }
    for name in ["gamma", "beta"] {
      #expect(
        try refusal((name, nil))
          == "\(name) in message 2 has 0 numbers, where its tensors with an epsilon have 2 units."
      )
    }
    #expect(
      try refusal(("skewness", .float32([0, 0, 0])))
        == "kurtosis in message 2 has 0 numbers, where its tensors have 3 units.")
    #expect(
      try refusal(
        ("tensor", .int64([1, 1])), ("mean", .float32([0, 1])), ("variance", .float32([1, 1])),
        ("gamma", nil), ("beta", nil))
        == #"tensor in message 2 has "fc" twice; leave one out."#)
    #expect(
      try refusal(message: #"{"type": "step", "step": 0, "moments": {}}"#)
        == "moments in message 2 is in a frame, whose moments are its tensors; leave it out.")
    #expect(
      try refusal(message: #"{"type": "event"}"#)
        == #"Message 2 has the tensor "tensor", where a message of type "event" has none."#)
    #expect(
      try refusal(message: "{")
        == "Message 2 is not valid JSON; look for a missing or misplaced comma, quote or bracket, or a line break within the message."
    )
  }

  @Test("Another file of the format is not a message")
  func metadata() throws {
    for metadata in [[:], ["format": "pt"], ["message": "{}", "format": "pt"]] {
      let file = SafetensorsFile(tensors: [], metadata: metadata)
      #expect(
        try SentStream(frames: [Self.begin, file.encoded()]).refusal()
          == #"Message 2 lacks the metadata "message", or has other metadata beside it."#)
    }
  }

  @Test("A changed byte anywhere is a fault or another message, never the end of the program")
  func mutations() throws {
    let bytes =
      Self.begin + SentStream.frame(Self.step, Self.columns)
      + SentStream.frame(#"{"type": "end"}"#)
    var generator = SplitMix64(seed: 7)
    var refusals = 0
    for _ in 0..<2000 {
      let damaged = mutated(bytes, telling: Array("{}[]\":,0".utf8), by: &generator)
      if try SentStream(frames: [damaged]).refusal() != nil { refusals += 1 }
    }
    #expect(refusals > 1000)
  }
}
