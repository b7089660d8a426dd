import ArgumentParser

/// The program `normscope-benchmark`: measures the operations that must be fast.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "normscope-benchmark",
    abstract: "Measure Normscope's own speed.",
    subcommands: [
      WriteBenchmark.self, IngestBenchmark.self, QueryBenchmark.self, TrainBenchmark.self,
      RecordingBenchmark.self,
    ])
}
