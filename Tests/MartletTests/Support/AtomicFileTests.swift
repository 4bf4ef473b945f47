import Martlet
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How files are replaced, seen through the writer of safetensors.
@Suite struct AtomicFileTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = "\(folder.path)/file"
  }

  private func write(_ value: Float, to path: String) throws {
    try Safetensors.write([.init(name: "a", shape: [], values: [value])], to: path)
  }

  private func value(_ path: String) throws -> Float? {
    try Safetensors.read(path: path).tensors.first?.values.first
  }

  @Test func replacesAFileAndLeavesNothingElse() throws {
    try write(1, to: path)
    try write(2, to: path)
    #expect(try value(path) == 2)
    #expect(folder.names == ["file"])
  }

  @Test func keepsThePermissionsOfAFile() throws {
    try write(1, to: path)
    chmod(path, 0o600)
    try write(2, to: path)
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
  }

  @Test func followsALink() throws {
    try write(1, to: path)
    let link = "\(folder.path)/link"
    #expect(symlink(path, link) == 0)
    try write(2, to: link)
    #expect(try value(path) == 2)
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func makesTheFileThatALinkNames() throws {
    let link = "\(folder.path)/link"
    #expect(symlink("file", link) == 0)
    try write(2, to: link)
    #expect(try value(path) == 2)
  }

  @Test func refusesLinksInACircleAndPipes() {
    let (link, pipe) = ("\(folder.path)/link", "\(folder.path)/pipe")
    #expect(symlink("link", link) == 0)
    #expect(mkfifo(pipe, 0o666) == 0)
    expectError(.file, "links that lead to each other") { try write(1, to: link) }
    expectError(.file, "a device, a pipe") { try write(1, to: pipe) }
    expectError(.file, "a device, a pipe") { try value(pipe) }
    #expect(folder.names == ["link", "pipe"])
  }

  @Test func takesNamesAsLongAsTheSystemDoes() throws {
    let name = String(repeating: "n", count: 255)
    try write(1, to: "\(folder.path)/\(name)")
    #expect(folder.names == [name])
    expectError(.file, "name too long") { try write(1, to: "\(folder.path)/\(name)n") }
  }

  @Test func aFailureOfTheSystemCarriesItsCode() {
    let error = #expect(throws: MartletError.self) { try write(1, to: "/nowhere/file") }
    #expect(error?.code == ENOENT)
  }

  @Test func removesWhatKilledWritersLeft() throws {
    for number in 0..<3 { _ = try folder.write([1], as: ".martlet-\(number).tmp") }
    try write(1, to: path)
    #expect(folder.names == ["file"])
  }

  /// A file that a writer still holds is locked, and stays.
  @Test func leavesTheFilesOfOthersWhoWrite() throws {
    try AtomicFile.write(to: FilePath(path)) { file in
      try write(2, to: "\(path)2")
      #expect(folder.names == [".martlet-0.tmp", "file2"])
      try withUnsafeBytes(of: 7 as UInt8) { try file.write($0) }
    }
    #expect(folder.names == ["file", "file2"])
    #expect(try folder.read("file") == [7])
    #expect(try value("\(path)2") == 2)
  }

  @Test func refusesPlacesThatCannotBeWritten() {
    expectError(.file, "/nowhere/file", "No such file or directory") {
      try write(1, to: "/nowhere/file")
    }
    expectError(.file, "received \"\"") { try write(1, to: "") }
    expectError(.file, "path of a file") { try write(1, to: "\(path)\0x") }
    expectError(.file, "received a folder") { try write(1, to: "\(folder.path)/") }
    expectError(.file, "received a folder") { try write(1, to: folder.path) }
    #expect(folder.names.isEmpty)
  }

  /// The disk is full in the middle of writing: the old file stays, the new one goes.
  @Test func aFailedWriteLeavesTheOldFile() async {
    await #expect(processExitsWith: .success) {
      let test = try AtomicFileTests()
      try test.write(1, to: test.path)
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 4096, rlim_max: 4096)
      #if canImport(Darwin)
        setrlimit(RLIMIT_FSIZE, &limit)
      #else
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      #endif
      let large = Safetensors.Tensor(
        name: "a", shape: [10_000], values: [Float](repeating: 0, count: 10_000))
      expectError(.file, "expected room", "File too large") {
        try Safetensors.write([large], to: test.path)
      }
      #expect(try test.value(test.path) == 1)
      #expect(test.folder.names == ["file"])
    }
  }
}
