import CZlib
import Glibc

/// A file open for reading: gzip is inflated, anything else is read unchanged.
@safe
struct GzipFile: ~Copyable {
  private let handle: gzFile
  private let path: String

  /// Opens the file at `path`.
  ///
  /// - Throws: `DatasetError` where the file cannot be read.
  init(path: String) throws(DatasetError) {
    // A FIFO that nobody writes to is not waited for.
    let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .missing("\(path) cannot be opened: \(GzipFile.systemMessage).")
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let opened = unsafe gzdopen(descriptor, "rb")
    else {
      close(descriptor)
      throw .badData("\(path) is no regular file: save the data as one, which can be read again.")
    }
    unsafe handle = opened
    self.path = path
    unsafe gzbuffer(opened, 1 << 18)
  }

  /// Whether the file is compressed; known after the first read.
  var isCompressed: Bool { unsafe gzdirect(handle) == 0 }

  deinit { unsafe gzclose_r(handle) }

  /// The next bytes: `limit` of them, or fewer where the file ends before.
  ///
  /// Memory grows with the contents of the file, not with `limit`.
  /// - Throws: `DatasetError` where the file cannot be read, or its gzip stream is cut off or bad.
  mutating func read(upTo limit: Int) throws(DatasetError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < limit {
      // zlib takes no more than Int32.max at a time.
      let room = min(limit - bytes.count, max(1 << 18, bytes.count), 1 << 30)
      var got: Int32 = 0
      bytes.append(addingCapacity: room) { output in
        unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
          got = unsafe gzread(handle, buffer.baseAddress, UInt32(room))
          initializedCount += Int(max(0, got))
        }
      }
      if got <= 0 { break }
    }
    try check()
    return bytes
  }

  private func check() throws(DatasetError) {
    var code: Int32 = Z_OK
    let message = unsafe gzerror(handle, &code)
    switch code {
    case Z_OK, Z_STREAM_END:
      return
    case Z_ERRNO:
      throw .missing("\(path) cannot be read: \(GzipFile.systemMessage).")
    case Z_BUF_ERROR:
      throw .badData("\(path) ends in the middle of its gzip stream: get the file again.")
    default:
      // zlib puts the number of the descriptor before its message.
      let text = unsafe message.map { unsafe String(cString: $0) } ?? "code \(code)"
      let cause =
        text.hasPrefix("<fd:") ? text.drop { $0 != " " }.dropFirst() : text[...]
      throw .badData("\(path) is damaged: its gzip stream cannot be inflated (\(cause)).")
    }
  }

  private static var systemMessage: String { unsafe String(cString: strerror(errno)) }
}
