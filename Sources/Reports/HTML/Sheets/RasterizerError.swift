/// An error of making a picture, in one sentence.
package struct RasterizerError: Error, CustomStringConvertible {
  /// The kind.
  package enum Kind: Equatable {
    /// The program is not installed.
    case absent
    /// The program ended with this code.
    case failed(Int32)
    /// A temporary file or folder at this path cannot be written.
    case temporaryFile(String)
  }

  /// The kind.
  package let kind: Kind

  /// An error of a kind.
  init(_ kind: Kind) { self.kind = kind }

  /// The sentence.
  package var description: String {
    switch kind {
    case .absent:
      "PNG and PDF are made by rsvg-convert, which is not installed; apt-get install librsvg2-bin, or write .svg."
    case .failed(let code):
      "rsvg-convert could not make the picture (code \(code)); write .svg and convert it by another program."
    case .temporaryFile(let path): "The temporary file \(path) cannot be written."
    }
  }
}
