/// An event file of TensorBoard, decoded without the code that writes one.
package struct EventFile {
  /// An event.
  package struct Event {
    package let seconds: Double
    package let step: Int
    package let version: String?
    package let values: [Value]
  }

  /// A value of a summary.
  package struct Value {
    package let tag: String
    package let scalar: Float?
    /// Its least value, greatest value, number, sum, sum of squares; the limits, and the counts of its buckets.
    package let histogram: (figures: [Double], limits: [Double], counts: [Double])?
    /// The floats of its tensor, and the sizes of its shape.
    package let tensor: (shape: [Int], values: [Float])?
    package let plugin: String?
    package let pluginContents: Message?
    package let description: String?
  }

  /// The fields of a message: its number, and its value, a whole number or bytes.
  package struct Message {
    package let fields: [(number: Int, value: UInt64, bytes: [UInt8])]

    /// Decodes a message.
    ///
    /// - Throws: `Damage` where it is none.
    package init(_ bytes: [UInt8]) throws {
      var place = 0
      func take(_ count: Int) throws -> [UInt8] {
        guard place + count <= bytes.count else { throw Damage(what: "a field that ends early") }
        defer { place += count }
        return Array(bytes[place..<place + count])
      }
      func varint() throws -> UInt64 {
        var (value, shift): (UInt64, UInt64) = (0, 0)
        while true {
          let byte = try take(1)[0]
          value |= UInt64(byte & 0x7F) << shift
          if byte < 0x80 { return value }
          shift += 7
        }
      }
      var fields: [(Int, UInt64, [UInt8])] = []
      while place < bytes.count {
        let key = try varint()
        let number = Int(key >> 3)
        switch key & 7 {
        case 0: fields.append((number, try varint(), []))
        case 1: fields.append((number, EventFile.number(try take(8)), []))
        case 2: fields.append((number, 0, try take(Int(varint()))))
        case 5: fields.append((number, EventFile.number(try take(4)), []))
        default: throw Damage(what: "a field of the type \(key & 7)")
        }
      }
      self.fields = fields
    }

    package func numbers(_ number: Int) -> [UInt64] {
      fields.filter { $0.number == number }.map(\.value)
    }
    package func texts(_ number: Int) -> [String] {
      fields.filter { $0.number == number }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
    package func messages(_ number: Int) throws -> [Message] {
      try fields.filter { $0.number == number }.map { try Message($0.bytes) }
    }
    package func double(_ number: Int) -> Double? {
      numbers(number).first.map(Double.init(bitPattern:))
    }
    func packed(_ number: Int) -> [Double] {
      let bytes = fields.first { $0.number == number }?.bytes ?? []
      return stride(from: 0, to: bytes.count, by: 8).map {
        Double(bitPattern: EventFile.number(Array(bytes[$0..<$0 + 8])))
      }
    }
  }

  /// A file that is no event file.
  package struct Damage: Error {
    let what: String
  }

  /// The events, in their order in the file.
  package let events: [Event]
  /// The values of all events, each with the step and the time of its event.
  package var values: [(step: Int, seconds: Double, value: Value)] {
    events.flatMap { event in event.values.map { (event.step, event.seconds, $0) } }
  }

  /// Decodes a file.
  ///
  /// - Throws: `Damage` where a check is wrong, or a record ends early.
  package init(_ bytes: [UInt8]) throws {
    var events: [Event] = []
    var place = 0
    while place < bytes.count {
      guard place + 12 <= bytes.count else { throw Damage(what: "a record that ends early") }
      let length = Array(bytes[place..<place + 8])
      let count = Int(EventFile.number(length))
      guard count <= bytes.count - place - 16 else { throw Damage(what: "a long record") }
      let data = Array(bytes[place + 12..<place + 12 + count])
      let checks = [place + 8, place + 12 + count].map {
        EventFile.number(Array(bytes[$0..<$0 + 4]))
      }
      guard checks == [length, data].map({ UInt64(EventFile.maskedCheck($0)) }) else {
        throw Damage(what: "a wrong check")
      }
      events.append(try Event(Message(data)))
      place += 16 + count
    }
    self.events = events
  }

  /// The values of a series, by step.
  package func scalars(_ tag: String) -> [(step: Int, value: Float)] {
    values.compactMap { step, _, value in
      value.tag == tag ? value.scalar.map { (step, $0) } : nil
    }
  }

  private static func number(_ bytes: [UInt8]) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// CRC-32C bit by bit, masked.
  private static func maskedCheck(_ bytes: [UInt8]) -> UInt32 {
    var check = UInt32.max
    for byte in bytes {
      check ^= UInt32(byte)
      for _ in 0..<8 { check = check >> 1 ^ (check & 1 == 1 ? 0x82F6_3B78 : 0) }
    }
    check = ~check
    return (check >> 15 | check << 17) &+ 0xA282_EAD8
  }
}

extension EventFile.Event {
  fileprivate init(_ message: EventFile.Message) throws {
    seconds = message.double(1) ?? .nan
    step = Int(message.numbers(2).first ?? 0)
    version = message.texts(3).first
    values = try message.messages(5).flatMap { try $0.messages(1) }.map(EventFile.Value.init)
  }
}

extension EventFile.Value {
  fileprivate init(_ message: EventFile.Message) throws {
    tag = message.texts(1).first ?? ""
    scalar = message.numbers(2).first.map { Float(bitPattern: UInt32($0)) }
    histogram = try message.messages(5).first.map { histogram in
      ((1...5).map { histogram.double($0) ?? .nan }, histogram.packed(6), histogram.packed(7))
    }
    tensor = try message.messages(8).first.map { tensor in
      let sizes = try tensor.messages(2).flatMap { try $0.messages(2) }
      let bytes = tensor.fields.first { $0.number == 4 }?.bytes ?? []
      let values = stride(from: 0, to: bytes.count, by: 4).map { place in
        Float(
          bitPattern: bytes[place..<place + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
      }
      return (sizes.map { Int($0.numbers(1).first ?? 0) }, values)
    }
    let metadata = try message.messages(9).first
    let pluginData = try metadata?.messages(1).first
    plugin = pluginData?.texts(1).first
    pluginContents = try pluginData?.messages(2).first
    description = metadata?.texts(3).first
  }
}
