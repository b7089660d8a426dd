import Glibc

/// The implementation of matrix products that a network runs on.
///
/// The fastest is oneDNN's sgemm where that library is installed; else, or on request, it is `portable`. The same
/// kernel on the same machine with the same number of threads adds in the same order, so its results are the same.
@safe
package struct MatrixKernel: Sendable {
  /// The kernel that a user selects.
  package enum Choice: String, CaseIterable, Codable, Sendable {
    /// The kernel of oneDNN where it is installed, otherwise the portable one.
    case fastest
    /// Plain loops, the same on every machine.
    case portable
  }

  /// The name in a run's provenance, such as "oneDNN 2.6.3" or "portable".
  package let name: String
  /// The number of threads that a product, or a training step, uses.
  package let threads: Int
  private let library: OneDNN?

  /// The portable kernel, on one thread.
  package static let portable = unsafe MatrixKernel(name: "portable", threads: 1, library: nil)
  /// The fastest kernel of this machine, on one thread.
  package static let fastest = MatrixKernel(.fastest, threads: 1)

  private static let oneDNN: OneDNN? = unsafe OneDNN()

  /// The kernel that `choice` names on this machine; single products of the portable one run on one thread.
  package init(_ choice: Choice, threads: Int) {
    if choice == .fastest, let library = unsafe MatrixKernel.oneDNN {
      unsafe self.init(name: library.name, threads: threads, library: library)
    } else {
      unsafe self.init(name: MatrixKernel.portable.name, threads: threads, library: nil)
    }
  }

  /// The same kernel with products on the calling thread alone.
  var onOneThread: MatrixKernel { unsafe MatrixKernel(name: name, threads: 1, library: library) }

  private init(name: String, threads: Int, library: OneDNN?) {
    self.name = name
    self.threads = threads
    unsafe self.library = library
  }

  /// C = scale · A·B + keep · C.
  ///
  /// - Parameters:
  ///   - a: [m, k].
  ///   - b: [k, n].
  ///   - c: its elements from `firstElement` on take the [m, n] numbers of the product, row by row.
  ///   - firstElement: the index of the first of them in `c`.
  ///   - scale: multiplies the product.
  ///   - keep: multiplies the previous elements; with 0 these may be anything, NaN too.
  package func multiply(
    _ a: MatrixOperand, _ b: MatrixOperand, into c: inout Matrix, firstElement: Int = 0,
    scale: Float = 1, keep: Float = 0
  ) {
    precondition(
      a.columns == b.rows, "The shapes \(a.shape) · \(b.shape) do not chain.")
    precondition(
      firstElement >= 0 && firstElement + a.rows * b.columns <= c.values.count,
      "The product \(a.shape) · \(b.shape) does not fit in \(c.values.count) elements from \(firstElement)."
    )
    guard a.rows > 0 && b.columns > 0 else { return }
    guard let library = unsafe library else {
      return PortableProduct.multiply(
        a, b, into: &c, firstElement: firstElement, scale: scale, keep: keep)
    }
    let status = unsafe c.values.withUnsafeMutableBufferPointer { c in
      unsafe a.values.withUnsafeBufferPointer { aValues in
        unsafe b.values.withUnsafeBufferPointer { bValues in
          unsafe library.multiply(
            a, aValues, b, bValues, into: c, firstElement: firstElement, scale: scale, keep: keep,
            threads: threads)
        }
      }
    }
    precondition(
      status == 0, "oneDNN refused the product \(a.shape) · \(b.shape), status \(status).")
  }
}

/// The functions of oneDNN that matrix products need, found at run time.
@unsafe
private struct OneDNN: Sendable {
  /// `dnnl_sgemm`: row-major, C = alpha·op(A)·op(B) + beta·C.
  private typealias SGEMM =
    @convention(c) (
      CChar, CChar, Int64, Int64, Int64, Float, UnsafePointer<Float>, Int64,
      UnsafePointer<Float>, Int64, Float, UnsafeMutablePointer<Float>, Int64
    ) -> Int32
  private typealias SetThreads = @convention(c) (Int32) -> Void
  private typealias GetVersion = @convention(c) () -> UnsafeRawPointer

  /// The head of `dnnl_version_t`.
  private struct Version {
    var major: Int32
    var minor: Int32
    var patch: Int32
  }

  let name: String
  private let sgemm: SGEMM
  /// OpenMP's, of the runtime that the library is linked with; nil where it was built with another.
  private let setThreads: SetThreads?

  init?() {
    for library in ["libdnnl.so.3", "libdnnl.so.2"] {
      guard let handle = unsafe dlopen(library, RTLD_NOW | RTLD_LOCAL),
        let sgemm = unsafe dlsym(handle, "dnnl_sgemm"),
        let version = unsafe dlsym(handle, "dnnl_version")
      else { continue }
      let found = unsafe unsafeBitCast(version, to: GetVersion.self)().load(as: Version.self)
      unsafe name = "oneDNN \(found.major).\(found.minor).\(found.patch)"
      unsafe self.sgemm = unsafeBitCast(sgemm, to: SGEMM.self)
      unsafe setThreads = dlsym(handle, "omp_set_num_threads").map {
        unsafe unsafeBitCast($0, to: SetThreads.self)
      }
      return
    }
    return nil
  }

  func multiply(
    _ a: MatrixOperand, _ aValues: UnsafeBufferPointer<Float>, _ b: MatrixOperand,
    _ bValues: UnsafeBufferPointer<Float>, into c: UnsafeMutableBufferPointer<Float>,
    firstElement: Int, scale: Float, keep: Float, threads: Int
  ) -> Int32 {
    guard let a0 = aValues.baseAddress, let b0 = bValues.baseAddress,
      let c0 = c.baseAddress
    else { return 0 }
    // OpenMP keeps the number for each calling thread, and a new one begins with the machine's.
    unsafe setThreads?(Int32(threads))
    return unsafe sgemm(
      OneDNN.transposition(of: a), OneDNN.transposition(of: b), Int64(a.rows), Int64(b.columns),
      Int64(a.columns), scale, a0 + a.offset, Int64(a.storedColumns), b0 + b.offset,
      Int64(b.storedColumns), keep, c0 + firstElement, Int64(b.columns))
  }

  private static func transposition(of operand: MatrixOperand) -> CChar {
    CChar(Unicode.Scalar(operand.isTransposed ? "T" : "N").value)
  }
}
