extension String {
  /// The name with each capital letter of ASCII as an underscore and a small one: `learning_rate` for `learningRate`.
  package var snakeCased: String {
    // By bytes: every key of every decoded object passes through here.
    var name: [UInt8] = []
    for byte in utf8 {
      guard UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte else {
        name.append(byte)
        continue
      }
      name += [UInt8(ascii: "_"), byte | 0x20]
    }
    return String(decoding: name, as: UTF8.self)
  }
}
