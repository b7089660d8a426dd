import RunModel
import Safetensors

/// A run of some steps with every kind of record, as lines, as frames, and as the calls of a recorder.
enum SampleStream {
  static let steps = 5
  /// The tensors, of which a normalization reads the first and the third.
  static let sites = [
    Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 2,
      epsilon: 1e-5, layerName: "bn1", activation: "relu", derivesNormalized: true),
    Site(
      layer: 2, tap: .input, population: .batch, statistics: .none, width: 3, layerName: "fc"),
    Site(
      layer: 1, tap: .preactivation, population: .probe, statistics: .running, width: 2,
      epsilon: 1e-5, layerName: "bn1", derivesNormalized: false),
  ]
  static let names = ["bn1", "fc", "bn1.probe"]

  static let begin = """
    {"type":"begin","protocol":1,"name":"sample","tags":{"a":"b"},"tensors":[
    {"name":"bn1","units":2,"epsilon":1e-5,"activation":"relu"},{"name":"fc","units":3}]}
    """.replacing("\n", with: "")
  static let tensors =
    #"{"type":"tensors","tensors":[{"name":"bn1.probe","layer":"bn1","units":2,"epsilon":1e-5,"population":"probe","statistics":"running"}]}"#

  /// Numbers that float32 does not have exactly, and some that are none.
  static func vector(_ seed: Int, _ count: Int) -> [Float] {
    (0..<count).map { index in
      switch (seed * 7 + index * 3) % 11 {
      case 0: .nan
      case 1: -.infinity
      case 2: -0.0
      case 3: Float.leastNonzeroMagnitude * 71
      default: Float(seed + index) / 7
      }
    }
  }

  /// The text of numbers in JSON.
  static func text(_ vector: [Float]) -> String {
    let numbers = vector.map {
      $0.isNaN ? #""NaN""# : $0.isInfinite ? #""\#($0 < 0 ? "-" : "")Infinity""# : "\($0)"
    }
    return "[" + numbers.joined(separator: ",") + "]"
  }

  /// The moments of tensor `index` at a step: mean, variance, and of some gamma and beta, or skewness and kurtosis.
  static func vectors(_ index: Int, _ step: Int) -> [(key: String, values: [Float])] {
    let width = sites[index].width
    let keys =
      ["mean", "variance"] + (sites[index].epsilon == nil ? [] : ["gamma", "beta"])
      + (step == 2 ? ["skewness", "kurtosis"] : [])
    return keys.enumerated().map { offset, key in
      let vector = vector(100 * step + 10 * index + offset, width)
      return switch key {
      case "variance": (key, vector.map { $0 < 0 ? -$0 : $0 })
      case "kurtosis": (key, vector.map { $0.isNaN ? .nan : .infinity })
      default: (key, vector)
      }
    }
  }

  private static func moments(_ tensors: [Int], _ step: Int) -> String {
    let members = tensors.map { index in
      let vectors = vectors(index, step).map { #""\#($0.key)":\#(text($0.values))"# }
      return
        #""\#(names[index])":{"count":\#(step + 4),"non_finite":\#(index + step + 1),\#(vectors.joined(separator: ","))}"#
    }
    return "{" + members.joined(separator: ",") + "}"
  }

  private static func columns(_ tensors: [Int], _ step: Int) -> [(String, SafetensorsFile.Values)] {
    var columns: [(String, SafetensorsFile.Values)] = [
      ("tensor", .int64(tensors.map { Int64($0) })),
      ("count", .int64(tensors.map { _ in Int64(step + 4) })),
      ("non_finite", .int64(tensors.map { Int64($0 + step + 1) })),
    ]
    for key in ["mean", "variance", "gamma", "beta", "skewness", "kurtosis"] {
      let values = tensors.flatMap { index in
        vectors(index, step).first { $0.key == key }?.values ?? []
      }
      if !values.isEmpty { columns.append((key, .float32(values))) }
    }
    return columns
  }

  private static let figures = #""learning_rate":0.1,"batch_size":4,"duration":0.125"#

  /// The messages, each with its columns in a frame.
  static let messages: [(line: String, frame: [UInt8])] = {
    var messages: [(String, [UInt8])] = []
    func add(_ text: String) { messages.append((text, SentStream.frame(text))) }
    func add(
      _ head: String, _ key: String, _ value: String,
      _ columns: [(String, SafetensorsFile.Values)]
    ) {
      messages.append(
        (#"{\#(head),"\#(key)":\#(value)}"#, SentStream.frame("{\(head)}", columns)))
    }
    add(begin)
    add(tensors)
    for step in 0..<steps {
      add(
        #""type":"moments","step":\#(step)"#, "moments", moments([2], step), columns([2], step))
      let loss = step == 3 ? #""NaN""# : "\(Double(step) / 3)"
      add(
        #""type":"step","step":\#(step),"loss":\#(loss),"accuracy":0.5,\#(figures)"#, "moments",
        moments([0, 1], step), columns([0, 1], step))
      if step == 1 {
        let batches = (0..<2).map { vectors(1, $0 + 5) }
        let list = batches.map {
          #"{"count":6,"mean":\#(text($0[0].values)),"variance":\#(text($0[1].values))}"#
        }
        add(
          #""type":"noise","step":2"#, "noise", #"{"fc":[\#(list.joined(separator: ","))]}"#,
          [
            ("tensor", .int64([1, 1])), ("count", .int64([6, 6])),
            ("mean", .float32(batches.flatMap { $0[0].values })),
            ("variance", .float32(batches.flatMap { $0[1].values })),
          ])
      }
    }
    add(
      #"{"type":"evaluation","step":5,"split":"test","statistics":"running","loss":0.25,"count":7}"#
    )
    add(
      #"{"type":"event","step":4,"kind":"alarm","message":"it moved","layer":"fc"}"#)
    add(#"{"type":"end","status":"diverged","reason":"it was told so"}"#)
    return messages
  }()
}
