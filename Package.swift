// swift-tools-version: 6.2

import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let flyingFox: [Target.Dependency] = [
  .product(name: "FlyingFox", package: "FlyingFox"),
  .product(name: "FlyingSocks", package: "FlyingFox"),
]

let package = Package(
  name: "normscope",
  products: [
    .executable(name: "normscope", targets: ["NormscopeCommand"]),
    .executable(name: "normscope-benchmark", targets: ["Benchmarks"]),
    .executable(name: "normscope-serve", targets: ["Dashboard"]),
    .library(name: "Normscope", targets: ["RunModel", "RunStore", "ShiftAnalysis", "Statistics"]),
    // SQLite calls the entry point of libnormscope-sql.so by its file's name: sqlite3_normscopesql_init.
    .library(name: "normscope-sql", type: .dynamic, targets: ["SQLFunctions"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.7.0"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "SQLite", dependencies: ["CSQLite"]),
    // Without the library itself: whoever loads the functions brings it.
    .target(name: "CSQLiteExtension"),
    .target(name: "SQLiteExtension", dependencies: ["CSQLiteExtension"]),
    .target(
      name: "Migrations", path: "Migrations", exclude: ["README.md", "digests.txt"],
      resources: [.embedInCode("SQL"), .embedInCode("PostgreSQL"), .embedInCode("schema.sql")]),
    .target(name: "Statistics"),
    .target(name: "StrictJSON"),
    .target(name: "Safetensors", dependencies: ["StrictJSON"]),
    .target(name: "NumPyArchive", dependencies: ["CZlib"]),
    .target(name: "TensorBoardEvents"),
    .target(name: "CElementwise"),
    .target(name: "Sealing", dependencies: ["CElementwise", "Statistics"]),
    .target(name: "SQLFunctions", dependencies: ["SQLiteExtension", "Statistics", "Sealing"]),
    .target(name: "Network", dependencies: ["Statistics", "CElementwise"]),
    .target(name: "Datasets", dependencies: ["Network", "Statistics", "CZlib"]),
    .target(name: "RunModel", dependencies: ["Statistics", "StrictJSON"]),
    .target(
      name: "RunStore",
      dependencies: ["SQLite", "Migrations", "RunModel", "Sealing", "Statistics", system]),
    .target(name: "CentralStore", dependencies: ["Migrations", "RunModel", "Statistics"]),
    .target(name: "ShiftAnalysis", dependencies: ["RunModel", "Statistics", "StrictJSON"]),
    .target(
      name: "Training",
      dependencies: [
        "Network", "Datasets", "RunModel", "ShiftAnalysis", "Statistics", "StrictJSON",
        "Safetensors",
      ]),
    .target(
      name: "Ingest",
      dependencies: [
        "RunModel", "ShiftAnalysis", "StrictJSON", "Safetensors", "Statistics",
      ]),
    .target(
      name: "Reports",
      dependencies: [
        "ShiftAnalysis", "RunModel", "Statistics", "StrictJSON", "NumPyArchive",
        "TensorBoardEvents",
      ]),
    .target(
      name: "Studies",
      dependencies: [
        "Network", "Datasets", "RunModel", "ShiftAnalysis", "Statistics", "StrictJSON", "Training",
        "Reports", "Safetensors",
      ],
      resources: [.embedInCode("BuiltIn")]),
    .executableTarget(
      name: "NormscopeCommand",
      dependencies: [
        "SQLite", "SQLFunctions", "Statistics", "StrictJSON", "Safetensors", "Network", "Datasets",
        "RunModel", "RunStore", "CentralStore", "Training", "Ingest", "ShiftAnalysis", "Reports",
        "Studies", argumentParser, system,
      ]),
    // A program of its own, because its HTTP library brings Foundation, with which every start takes longer.
    .executableTarget(
      name: "Dashboard",
      dependencies: [
        "RunModel", "RunStore", "Reports", "ShiftAnalysis", "StrictJSON", argumentParser, system,
      ] + flyingFox),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Statistics", "Network", "Datasets", "RunModel", "RunStore", "Safetensors", "Training",
        "Ingest", "ShiftAnalysis", argumentParser,
      ]),
    .target(
      name: "TestSupport", dependencies: ["SQLite", "RunModel", "Statistics"],
      path: "Tests/TestSupport"),
    .target(
      name: "CFaultInjection", dependencies: ["CSQLite"], path: "Tests/FaultInjection"),
    .executableTarget(
      name: "RecordingProcess", dependencies: ["RunModel", "RunStore"],
      path: "Tests/RecordingProcess"),
    .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"]),
    .testTarget(name: "SQLiteTests", dependencies: ["SQLite", "TestSupport"]),
    .testTarget(name: "MigrationsTests", dependencies: ["Migrations", "SQLite", "TestSupport"]),
    .testTarget(name: "SealingTests", dependencies: ["Sealing", "TestSupport"]),
    .testTarget(name: "StatisticsTests", dependencies: ["Statistics", "TestSupport"]),
    .testTarget(
      name: "SQLFunctionsTests",
      dependencies: ["SQLFunctions", "SQLiteExtension", "SQLite", "Statistics", "TestSupport"]
    ),
    .testTarget(name: "NetworkTests", dependencies: ["Network", "Statistics", "TestSupport"]),
    .testTarget(
      name: "DatasetsTests", dependencies: ["Datasets", "Network", "Statistics", "TestSupport"]),
    .testTarget(
      name: "RunStoreTests",
      dependencies: [
        "RunModel", "RunStore", "SQLite", "Migrations", "Sealing", "Statistics", "TestSupport",
        "CFaultInjection",
        "RecordingProcess", system,
      ],
      exclude: ["Fixtures"]),
    .testTarget(
      name: "CentralStoreTests",
      dependencies: [
        "CentralStore", "Migrations", "RunModel", "RunStore", "ShiftAnalysis", "Statistics",
        "TestSupport",
      ]),
    .testTarget(name: "StrictJSONTests", dependencies: ["StrictJSON", "TestSupport"]),
    .testTarget(name: "SafetensorsTests", dependencies: ["Safetensors", "TestSupport"]),
    .testTarget(name: "NumPyArchiveTests", dependencies: ["NumPyArchive", "TestSupport"]),
    .testTarget(
      name: "TensorBoardEventsTests", dependencies: ["TensorBoardEvents", "TestSupport"]),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Network", "Datasets", "RunModel", "RunStore", "ShiftAnalysis", "Reports",
        "Migrations", "SQLite", "Statistics", "StrictJSON", "Safetensors", "TestSupport",
      ]),
    .testTarget(
      name: "ShiftAnalysisTests",
      dependencies: [
        "ShiftAnalysis", "RunModel", "RunStore", "SQLite", "Statistics", "StrictJSON",
        "TestSupport",
      ]),
    .testTarget(
      name: "IngestTests",
      dependencies: [
        "Ingest", "RunModel", "RunStore", "Safetensors", "ShiftAnalysis", "SQLite", "Statistics",
        "StrictJSON", "TestSupport",
      ]),
    .testTarget(
      name: "ReportsTests",
      dependencies: [
        "Reports", "ShiftAnalysis", "Migrations", "RunModel", "RunStore", "SQLite", "Statistics",
        "TensorBoardEvents", "TestSupport",
      ]),
    .testTarget(
      name: "StudiesTests",
      dependencies: [
        "Studies", "Datasets", "Network", "RunModel", "RunStore", "Safetensors", "Training",
        "TestSupport",
      ]),
    .testTarget(
      name: "DashboardTests",
      dependencies: [
        "Dashboard", "Reports", "RunModel", "RunStore", "SQLite", "ShiftAnalysis", "Statistics",
        "StrictJSON", "TestSupport",
      ] + flyingFox,
      exclude: ["Browser/test_pages.py"]),
    // Without package access it sees what a user of the library sees.
    .testTarget(
      name: "LibraryTests", dependencies: ["RunModel", "RunStore", "ShiftAnalysis", "Statistics"],
      packageAccess: false),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "NormscopeCommand", "Training", "RunModel", "RunStore", "Statistics", "StrictJSON",
        "Migrations", "SQLite", "TestSupport", argumentParser,
      ],
      exclude: ["Snapshots"]),
  ]
)

// The tests of a release build see inside its modules, and are not optimized themselves, which would take longer than it saves.
// Unsafe flags keep a package from being a dependency, so they are there on demand.
let isTestable = Context.environment["NORMSCOPE_TESTABLE_RELEASE"] != nil

for target in package.targets where target.type != .system {
  target.swiftSettings = (target.swiftSettings ?? []) + settings
  if isTestable {
    target.swiftSettings?.append(
      .unsafeFlags(
        [target.type == .test ? "-Onone" : "-enable-testing"], .when(configuration: .release)))
  }
}
