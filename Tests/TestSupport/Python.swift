/// The Python interpreter, for tests that compare with an independent implementation; absent on many machines.
package enum Python {
  /// Whether Python and numpy are installed.
  package static let hasNumPy: Bool = {
    (try? CommandRun("python3", ["-c", "import numpy"]).exitCode) == 0
  }()

  /// Why a test that needs numpy is skipped.
  package static let skipReason =
    "numpy is not installed for python3, so there is nothing to compare with"

  /// Whether Python's safetensors package and numpy are installed.
  package static let hasSafetensors: Bool = {
    (try? CommandRun("python3", ["-c", "import safetensors.numpy"]).exitCode) == 0
  }()

  /// Why a test that needs safetensors is skipped.
  package static let safetensorsSkipReason =
    "safetensors and numpy are not installed for python3, so there is nothing to compare with"

  /// A Python interpreter that has pytest; Debian's first, which has Debian's PyTorch.
  package static let withPytest: String? = ["/usr/bin/python3", "python3"].first {
    (try? CommandRun($0, ["-c", "import pytest"]).exitCode) == 0
  }

  /// A Python interpreter that has TensorBoard, or nil.
  package static let withTensorBoard: String? = ["python3", "/usr/bin/python3"].first {
    (try? CommandRun($0, ["-c", "import tensorboard.backend.event_processing"]).exitCode) == 0
  }

  /// A Python interpreter that has the schema of Vega-Lite 5, or nil.
  package static let withVegaLiteSchema: String? = ["python3", "/usr/bin/python3"].first {
    (try? CommandRun($0, ["-c", "import altair.vegalite.v5.schema, jsonschema"]).exitCode) == 0
  }

  /// A Python interpreter that has pytest and Playwright, or nil.
  package static let withPlaywright: String? = ["python3", "/usr/bin/python3"].first {
    (try? CommandRun($0, ["-c", "import pytest, playwright.sync_api"]).exitCode) == 0
  }

  /// Runs a script that is checked in under Tests/Oracles.
  ///
  /// - Throws: what the system says where Python can't be started.
  package static func oracle(_ name: String, _ arguments: [String]) throws -> CommandRun {
    try CommandRun("python3", ["\(Repository.root)/Tests/Oracles/\(name)"] + arguments)
  }
}
