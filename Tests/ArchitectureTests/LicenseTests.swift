import Foundation
import TestSupport
import Testing

@Suite("The licenses in the wheel")
struct LicenseTests {
  private static let checkouts = Repository.root + "/.build/checkouts"

  @Test(
    "Each package that the program is built with has one file of a license, which .ci/wheel copies",
    .enabled(
      if: FileManager.default.fileExists(atPath: checkouts), "The packages are in another folder."))
  func packages() throws {
    let packages = try FileManager.default.contentsOfDirectory(atPath: Self.checkouts)
    #expect(!packages.isEmpty)
    for package in packages {
      let files = try FileManager.default.contentsOfDirectory(
        atPath: "\(Self.checkouts)/\(package)")
      #expect(files.count { $0.hasPrefix("LICENSE") } == 1, "\(package)")
    }
  }
}
