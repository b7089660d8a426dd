import Glibc

/// The implementation of matrix products that a network runs on.
///
/// `best` is oneDNN's sgemm where that library is installed, found when first asked for; else `portable`.
@safe
package struct MatrixKernel: Sendable {
  /// How a network's provenance names it, such as "oneDNN 2.6.3" or "portable".
  package let name: String
  /// The number of threads that one product uses.
  package let threads: Int
  private let sgemm: SGEMM?

  /// The portable kernel: plain row-slice loops, the same on every machine.
  package static let portable = unsafe MatrixKernel(
    name: "portable", threads: 1, sgemm: nil)

  /// The fastest kernel of this machine.
  package static let best: MatrixKernel = oneDNN() ?? portable

  /// C = A·B, with A [m, k], B [k, n] and C [m, n].
  package func product(_ a: Matrix, _ b: Matrix, into c: inout Matrix) {
    precondition(
      a.columns == b.rows && c.rows == a.rows && c.columns == b.columns,
      "The shapes \(a.shape) · \(b.shape) = \(c.shape) don't chain.")
    guard unsafe sgemm != nil else { return PortableProduct.product(a, b, into: &c) }
    callSGEMM("N", "N", m: c.rows, n: c.columns, k: a.columns, a, b, &c)
  }

  /// C = Aᵀ·B, with A [k, m], B [k, n] and C [m, n].
  package func productOfTransposed(_ a: Matrix, _ b: Matrix, into c: inout Matrix) {
    precondition(
      a.rows == b.rows && c.rows == a.columns && c.columns == b.columns,
      "The shapes \(a.shape)ᵀ · \(b.shape) = \(c.shape) don't chain.")
    guard unsafe sgemm != nil else { return PortableProduct.productOfTransposed(a, b, into: &c) }
    callSGEMM("T", "N", m: c.rows, n: c.columns, k: a.rows, a, b, &c)
  }

  /// C = A·Bᵀ, with A [m, k], B [n, k] and C [m, n].
  package func productWithTransposed(_ a: Matrix, _ b: Matrix, into c: inout Matrix) {
    precondition(
      a.columns == b.columns && c.rows == a.rows && c.columns == b.rows,
      "The shapes \(a.shape) · \(b.shape)ᵀ = \(c.shape) don't chain.")
    guard unsafe sgemm != nil else { return PortableProduct.productWithTransposed(a, b, into: &c) }
    callSGEMM("N", "T", m: c.rows, n: c.columns, k: a.columns, a, b, &c)
  }

  // MARK: - oneDNN

  /// `dnnl_sgemm`: row-major, C = alpha·op(A)·op(B) + beta·C.
  private typealias SGEMM =
    @convention(c) (
      CChar, CChar, Int64, Int64, Int64, Float, UnsafePointer<Float>, Int64,
      UnsafePointer<Float>, Int64, Float, UnsafeMutablePointer<Float>, Int64
    ) -> Int32

  /// The head of oneDNN's `dnnl_version_t`.
  private struct Version {
    var major: Int32
    var minor: Int32
    var patch: Int32
  }

  private init(name: String, threads: Int, sgemm: SGEMM?) {
    self.name = name
    self.threads = threads
    unsafe self.sgemm = sgemm
  }

  private static func oneDNN() -> MatrixKernel? {
    for library in ["libdnnl.so.3", "libdnnl.so.2"] {
      guard let handle = unsafe dlopen(library, RTLD_NOW | RTLD_LOCAL),
        let sgemm = unsafe dlsym(handle, "dnnl_sgemm"),
        let version = unsafe dlsym(handle, "dnnl_version")
      else { continue }
      // One thread keeps the order of every sum fixed, whatever OMP_NUM_THREADS says.
      if let setThreads = unsafe dlsym(handle, "omp_set_num_threads") {
        typealias SetThreads = @convention(c) (Int32) -> Void
        unsafe unsafeBitCast(setThreads, to: SetThreads.self)(1)
      }
      typealias GetVersion = @convention(c) () -> UnsafeRawPointer
      let found = unsafe unsafeBitCast(version, to: GetVersion.self)().load(as: Version.self)
      return unsafe MatrixKernel(
        name: "oneDNN \(found.major).\(found.minor).\(found.patch)", threads: 1,
        sgemm: unsafeBitCast(sgemm, to: SGEMM.self))
    }
    return nil
  }

  private func callSGEMM(
    _ transposeA: Unicode.Scalar, _ transposeB: Unicode.Scalar, m: Int, n: Int, k: Int,
    _ a: Matrix, _ b: Matrix, _ c: inout Matrix
  ) {
    guard let sgemm = unsafe sgemm, m > 0, n > 0 else { return }
    let columns = c.columns
    let status = unsafe a.values.withUnsafeBufferPointer { a0 in
      unsafe b.values.withUnsafeBufferPointer { b0 in
        unsafe c.values.withUnsafeMutableBufferPointer { c0 -> Int32 in
          guard let a1 = a0.baseAddress, let b1 = b0.baseAddress, let c1 = c0.baseAddress
          else { return 0 }
          return unsafe sgemm(
            CChar(transposeA.value), CChar(transposeB.value), Int64(m), Int64(n), Int64(k), 1,
            a1, Int64(a.columns), b1, Int64(b.columns), 0, c1, Int64(columns))
        }
      }
    }
    precondition(status == 0, "oneDNN refused a product of \(m)x\(k)x\(n), status \(status).")
  }
}

extension Matrix {
  fileprivate var shape: String { "\(rows)x\(columns)" }
}
