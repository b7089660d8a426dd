import FoundationEssentials
import TestSupport
import Testing

@testable import Training

@Suite("The git commit of the working directory")
struct GitCommitTests {
  let folder: TemporaryFolder
  let commit = String(repeating: "0123456789", count: 4)

  init() throws {
    folder = try TemporaryFolder()
    for path in [".git/refs/heads/topic", "inner/deep"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(path), withIntermediateDirectories: true)
    }
  }

  @Test("A branch, looked up from a folder below")
  func branch() throws {
    try folder.write("ref: refs/heads/topic/x\n", to: ".git/HEAD")
    try folder.write(commit + "\n", to: ".git/refs/heads/topic/x")
    #expect(GitCommit.current(of: folder.file("inner/deep")) == commit)
  }

  @Test("A branch that is packed")
  func packed() throws {
    try folder.write("ref: refs/heads/main\n", to: ".git/HEAD")
    try folder.write(
      "# pack-refs with: peeled\n\(String(repeating: "f", count: 40)) refs/heads/not-main\n\(commit) refs/heads/main\n",
      to: ".git/packed-refs")
    #expect(GitCommit.current(of: folder.path) == commit)
  }

  @Test("A detached head")
  func detached() throws {
    try folder.write(commit + "\n", to: ".git/HEAD")
    #expect(GitCommit.current(of: folder.path) == commit)
  }

  @Test("A linked worktree")
  func worktree() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file(".git/worktrees/inner"), withIntermediateDirectories: true)
    try folder.write("gitdir: \(folder.file(".git/worktrees/inner"))\n", to: "inner/.git")
    try folder.write("ref: refs/heads/main\n", to: ".git/worktrees/inner/HEAD")
    try folder.write("../..\n", to: ".git/worktrees/inner/commondir")
    try folder.write(commit + "\n", to: ".git/refs/heads/main")
    #expect(GitCommit.current(of: folder.file("inner")) == commit)
  }

  @Test("A repository without a commit, and no repository")
  func none() throws {
    try folder.write("ref: refs/heads/main\n", to: ".git/HEAD")
    #expect(GitCommit.current(of: folder.path) == nil)
    #expect(GitCommit.current(of: "/proc") == nil)
  }
}
