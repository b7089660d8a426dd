/// Writes an event file of TensorBoard, event by event.
///
/// An event is a message of protocol buffers in a record of TensorFlow: its length, and a check of both. The same events give
/// the same bytes. Sources: event.proto, summary.proto and record_writer.cc of TensorFlow, plugin_data.proto of
/// TensorBoard's hparams.
package struct EventWriter: ~Copyable {
  private static let pieceBytes = 1 << 16

  private let output: (_ bytes: [UInt8]) throws -> Void
  private var pending: [UInt8] = []
  private var describedTags: Set<String> = []

  /// Begins a file whose bytes go to `output`, piece by piece.
  ///
  /// - Parameters:
  ///   - seconds: the time of the beginning, seconds since 1970.
  ///   - output: takes the bytes.
  /// - Throws: what `output` throws.
  package init(at seconds: Double, _ output: @escaping (_ bytes: [UInt8]) throws -> Void) throws {
    self.output = output
    var event = ProtobufMessage()
    event.add(1, seconds)
    event.add(3, "brain.Event:2")
    try write(event)
  }

  /// Adds the values of a step.
  ///
  /// - Parameters:
  ///   - values: the values, each of another tag; those of one tag come in the order of steps.
  ///   - step: the step.
  ///   - seconds: its time, seconds since 1970.
  /// - Throws: what `output` throws.
  package mutating func add(_ values: [EventValue], step: Int, at seconds: Double) throws {
    guard !values.isEmpty else { return }
    let messages = values.map { $0.message(isFirst: describedTags.insert($0.tag).inserted) }
    try write(EventWriter.event(messages, step: step, at: seconds))
  }

  /// Adds the hyperparameters of a run that began at a time, seconds since 1970.
  ///
  /// - Throws: what `output` throws.
  package mutating func addStart(_ hyperparameters: [Hyperparameter], at seconds: Double) throws {
    try addSession("_hparams_/session_start_info", at: seconds) { data in
      data.add(3) { session in
        for hyperparameter in hyperparameters { session.add(1, hyperparameter.message) }
        session.add(5, seconds)
      }
    }
  }

  /// Adds the status of a run that ended, or was last written, at a time, seconds since 1970.
  ///
  /// - Throws: what `output` throws.
  package mutating func addEnd(_ status: SessionStatus, at seconds: Double) throws {
    try addSession("_hparams_/session_end_info", at: seconds) { data in
      data.add(4) { session in
        session.add(1, status.rawValue)
        session.add(2, seconds)
      }
    }
  }

  /// Ends the file.
  ///
  /// - Throws: what `output` throws.
  package mutating func finish() throws {
    try output(pending)
    pending = []
  }

  /// Adds a value whose data are in its metadata.
  private mutating func addSession(
    _ tag: String, at seconds: Double, _ build: (inout ProtobufMessage) -> Void
  ) throws {
    var value = ProtobufMessage()
    value.add(1, tag)
    value.add(8, EventValue.tensor([]))
    value.add(9) { metadata in
      metadata.add(1) { plugin in
        plugin.add(1, "hparams")
        plugin.add(2, build)
      }
      // A tensor.
      metadata.add(4, 2)
    }
    try write(EventWriter.event([value], step: 0, at: seconds))
  }

  private static func event(_ values: [ProtobufMessage], step: Int, at seconds: Double)
    -> ProtobufMessage
  {
    var event = ProtobufMessage()
    event.add(1, seconds)
    event.add(2, step)
    event.add(5) { summary in
      for value in values { summary.add(1, value) }
    }
    return event
  }

  private mutating func write(_ event: ProtobufMessage) throws {
    let data = event.bytes
    let length = EventWriter.littleEndian(data.count)
    pending += length
    pending += EventWriter.littleEndian(CRC32C.masked(length))
    pending += data
    pending += EventWriter.littleEndian(CRC32C.masked(data))
    guard pending.count >= EventWriter.pieceBytes else { return }
    try output(pending)
    pending.removeAll(keepingCapacity: true)
  }

  private static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    stride(from: 0, to: type(of: value).bitWidth, by: 8).map {
      UInt8(truncatingIfNeeded: value >> $0)
    }
  }
}
