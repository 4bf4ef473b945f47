#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// MNIST: 70,000 handwritten digits, by Yann LeCun, Corinna Cortes and Christopher Burges. Data
/// sets published in the same four files, such as Fashion-MNIST, are read as well.
public struct MNIST {
  private static let names = [
    "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
  ]

  /// A compressed file whose header declares more bytes than this is refused before it is unpacked.
  private static let largestCompressed = 1 << 30

  /// Reads the four files: 60,000 digits to train on and 10,000 to test with.
  ///
  /// Files may be plain or `.gz`, spelt `train-images-idx3-ubyte` or `train-images.idx3-ubyte`.
  ///
  /// - Parameter folder: Where they are, the only place looked at. Without one: the folder in
  ///   the environment variable MARTLET_DATA, then `mnist` in Martlet's cache (MARTLET_CACHE
  ///   overrides its place), whichever first has all four.
  /// - Throws: `MartletError` of kind `.file` when the files are not there or damaged, naming the
  ///   files and the folders searched.
  public static func load(
    from folder: String? = nil
  ) throws -> (train: ImageSet, test: ImageSet) {
    let folders = folder.map { [$0] } ?? usualFolders()
    for folder in folders {
      let paths = names.compactMap { find($0, in: folder) }
      guard paths.count == names.count else { continue }
      return (
        train: try readPair(images: paths[0], labels: paths[1]),
        test: try readPair(images: paths[2], labels: paths[3])
      )
    }
    throw missing(folders)
  }

  // MARK: Places

  private static func usualFolders() -> [String] {
    [variable("MARTLET_DATA"), cacheFolder().map { "\($0)/mnist" }].compactMap { $0 }
  }

  private static func cacheFolder() -> String? {
    if let chosen = variable("MARTLET_CACHE") { return chosen }
    #if canImport(Darwin)
      return variable("HOME").map { "\($0)/Library/Caches/martlet" }
    #else
      let base = variable("XDG_CACHE_HOME") ?? variable("HOME").map { "\($0)/.cache" }
      return base.map { "\($0)/martlet" }
    #endif
  }

  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  private static func find(_ name: String, in folder: String) -> String? {
    let part = name.split(separator: "-", maxSplits: 2)
    let dotted = "\(part[0])-\(part[1]).\(part[2])"
    return [name, "\(name).gz", dotted, "\(dotted).gz"]
      .map { "\(folder)/\($0)" }
      .first(where: File.exists)
  }

  private static func missing(_ folders: [String]) -> MartletError {
    let searched = folders.map { folder in
      let present = names.count { find($0, in: folder) != nil }
      let state = File.isFolder(folder) ? "\(present) of the 4 files" : "not a folder"
      return "\(folder) (\(state))"
    }
    return .file(
      "MNIST: expected the files \(names.joined(separator: ", ")), plain or .gz, in one folder; "
        + "searched \(searched.isEmpty ? "nowhere" : searched.joined(separator: ", ")). "
        + "Name their folder, or set MARTLET_DATA to it.")
  }

  // MARK: Reading

  private static func readPair(images: String, labels: String) throws -> ImageSet {
    let (imageHeader, pixels) = try read(images)
    let (labelHeader, classes) = try read(labels)
    let shape = imageHeader.shape
    guard shape.count >= 2, labelHeader.shape == [shape[0]] else {
      throw MartletError.file(
        "\(images): expected images of shape [n, rows, columns] with labels of shape [n] beside "
          + "them, received \(shape) and \(labelHeader.shape). Put files that belong together "
          + "into the folder.")
    }
    return try ImageSet(images: pixels, shape: Array(shape.dropFirst()), labels: classes)
  }

  private static func read(_ path: String) throws -> (IDXHeader, [UInt8]) {
    let file = try CompressedFile(path: path)
    do {
      let magic = try file.read(4)
      let extents = try file.read(4 * min(Int(magic.last ?? 0), IDXHeader.maximumRank))
      let header = try (magic + extents).withUnsafeBytes { try IDXHeader(prefix: $0) }
      // Before memory is taken for them.
      if !file.isCompressed {
        try header.check(dataCount: (File.size(path) ?? 0) - header.dataOffset)
      } else if header.elementCount > largestCompressed {
        throw MartletError.file(
          "IDX: expected at most \(largestCompressed) bytes in a compressed file, received a "
            + "header that declares \(header.elementCount) of them.")
      }
      let data = try file.read(header.elementCount)
      // One byte more: it finds data that is too long, and has zlib compare its checksum.
      try header.check(dataCount: data.count + file.read(1).count)
      return (header, data)
    } catch let error as MartletError {
      throw error.message.hasPrefix(path) ? error : .file("\(path): \(error.message)")
    }
  }
}
