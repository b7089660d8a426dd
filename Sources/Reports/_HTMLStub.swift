package import RunStore
package struct HTMLReport {
  package init(of runs: [Run], in database: RunDatabase) throws {}; package var html: String { "" }
}
