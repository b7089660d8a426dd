@testable import Reports
import RunModel
@testable import ShiftAnalysis
import Testing

@Suite("The folders of layers in an export")
struct LayerFoldersTests {
  /// The folders of layers with these names, by number from 1.
  func folders(_ names: [String?]) -> [String] {
    let sites = names.enumerated().map { index, name in
      RecordedSite(
        id: index,
        site: Site(
          layer: index + 1, tap: .input, population: .batch, statistics: .batch, width: 1,
          layerName: name))
    }
    let folders = LayerFolders(RunLayers(sites))
    return names.indices.map { folders.folder(of: $0 + 1) }
  }

  @Test("They are the names, or the numbers")
  func names() {
    #expect(folders(["layer1.0.bn1", nil, "fc_out-2"]) == ["layer1.0.bn1", "2", "fc_out-2"])
  }

  @Test("Hostile names stay in their folder")
  func hostile() {
    #expect(
      folders(["../x", "/etc/passwd", "..", ".", "a\\b\n", "C:", "ü"]) == [
        "%2E.%2Fx", "%2Fetc%2Fpasswd", "%2E.", "%2E", "a%5Cb%0A", "C%3A", "%C3%BC",
      ])
  }

  @Test("No two layers share a folder, whatever their names")
  func unique() {
    #expect(folders(["2", nil, "a", "A", ""]) == ["2~1", "2", "a~3", "A~4", "~5"])
    let long = String(repeating: "x", count: 300)
    let names = folders([long, long + "y"])
    #expect(names == ["x", "x"].indices.map { String(repeating: "x", count: 120) + "~\($0 + 1)" })
  }
}
