import KernelInterface

extension Model {
  /// A copy of a parameter's values, in row-major order.
  /// - Throws: `MartletError` that lists the parameters when there is none of these names.
  public func values(of parameter: String, in layer: String) throws -> [Float] {
    let name = "\(layer)/\(parameter)"
    guard let entry = namedEntries().first(where: { $0.name == name })?.entry else {
      let known = namedEntries().map(\.name).joined(separator: ", ")
      throw MartletError.value("no parameter \(name). There are: \(known).")
    }
    return lockedWithWeights { _ in
      Array(UnsafeBufferPointer(start: entry.values, count: entry.spec.shape.count))
    }
  }

  /// Writes all weights to a safetensors file, as `layer/parameter`. An existing file is replaced in one step;
  /// see `AtomicFile`.
  /// - Parameters:
  ///   - overwrites: false refuses to replace a file.
  ///   - allowsNonFinite: whether weights that are NaN or infinite are written. They are of no use to most,
  ///     and the file that they would replace is.
  /// - Throws: `MartletError` of kind `.value` that names the first weight that is not finite; nothing is
  ///   written then.
  public func saveWeights(
    to path: String, overwrites: Bool = true, allowsNonFinite: Bool = false
  ) throws {
    try saveWeights(to: FilePath(path), overwrites: overwrites, allowsNonFinite: allowsNonFinite)
  }

  /// The same for a path of any bytes.
  public func saveWeights(to path: FilePath, overwrites: Bool, allowsNonFinite: Bool) throws {
    let copy = try Storage(count: gradients.count)
    let entries = namedEntries()
    lockedWithWeights { _ in
      for (_, entry) in entries {
        (copy.pointer + entry.offset).update(from: entry.values, count: entry.spec.shape.count)
      }
    }
    if !allowsNonFinite, let name = firstNonFinite(entries, in: copy) {
      throw MartletError.value(
        "save_weights: \(name) holds NaN or infinity, so nothing was written to \(path). Bring good weights back, "
          + "for example by load_weights; to save these all the same, pass allow_nonfinite=True.")
    }
    let header = try SafetensorsHeader(
      tensors: entries.map { ($0.name, $0.entry.spec.shape.extents) },
      metadata: ["format": "martlet"])
    try header.write(to: path, overwrites: overwrites) { file in
      for (_, entry) in entries {
        try file.write(
          UnsafeRawBufferPointer(
            UnsafeBufferPointer(start: copy.pointer + entry.offset, count: entry.spec.shape.count)))
      }
    }
  }

  /// Reads weights that `saveWeights` wrote. Nothing changes unless all of them fit.
  /// - Parameter allowsNonFinite: whether NaN and infinity are taken.
  /// - Throws: `MartletError` that names what is missing, unknown, of another shape or not finite.
  public func loadWeights(from path: String, allowsNonFinite: Bool = false) throws {
    try loadWeights(from: FilePath(path), allowsNonFinite: allowsNonFinite)
  }

  /// The same for a path of any bytes.
  public func loadWeights(from path: FilePath, allowsNonFinite: Bool) throws {
    let file = try SafetensorsFile(path: path)
    let entries = namedEntries()
    let found = Dictionary(
      file.header.entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    try check(found, entries, path)
    let loaded = try Storage(count: gradients.count)
    for (name, entry) in entries {
      guard let source = found[name] else { continue }
      try file.read(source, into: loaded.pointer + entry.offset)
    }
    if !allowsNonFinite, let name = firstNonFinite(entries, in: loaded) {
      throw MartletError.value(
        "\(path): \(name) holds NaN or infinity, so the model is as it was. To load it all the same, pass "
          + "allow_nonfinite=True.")
    }
    lockedWithWeights { model in
      model.restartOptimizerIfDiverged()
      for (_, entry) in entries {
        entry.values.update(from: loaded.pointer + entry.offset, count: entry.spec.shape.count)
      }
    }
  }

  private func check(
    _ found: [String: SafetensorsHeader.Entry],
    _ entries: [(name: String, entry: ParameterEntry)], _ path: FilePath
  ) throws {
    for (name, entry) in entries {
      let expected = entry.spec.shape.extents
      guard let shape = found[name]?.shape, shape != expected else { continue }
      throw MartletError.shape("\(path): \(name): expected shape \(expected), found \(shape).")
    }
    let expected = Set(entries.map(\.name))
    let missing = expected.subtracting(found.keys).sorted().joined(separator: ", ")
    let extra = Set(found.keys).subtracting(expected).sorted().joined(separator: ", ")
    guard missing.isEmpty, extra.isEmpty else {
      throw MartletError.value(
        "\(path) is of another network. Missing in the file: \(missing.isEmpty ? "none" : missing). Unknown to "
          + "the model: \(extra.isEmpty ? "none" : extra). Build the model by the code that saved the file."
      )
    }
  }

  private func firstNonFinite(
    _ entries: [(name: String, entry: ParameterEntry)], in storage: Storage
  ) -> String? {
    entries.first { !storage.isFinite($0.entry.offset, count: $0.entry.spec.shape.count) }?.name
  }

  private func namedEntries() -> [(name: String, entry: ParameterEntry)] {
    zip(graph.layers, layout).filter { $0.0.holder == nil }
      .flatMap { named, entries in entries.map { ("\(named.name)/\($0.spec.name)", $0) } }
  }
}

// MARK: Recovery

extension Model {
  /// Puts the optimiser's state to its start if the model has diverged: if a weight, or a number that the
  /// optimiser remembers, is NaN or infinite.
  ///
  /// Call it before you give the model other weights, as `loadWeights` does. With what the optimiser remembers
  /// of the way into divergence, good weights would follow the bad ones; with a fresh state, they train as after
  /// `compile`.
  public func restartOptimizerIfDiverged() {
    lockedWithWeights { $0.restartOptimizerIfDiverged() }
  }
}

extension ModelState {
  fileprivate func restartOptimizerIfDiverged() {
    let isFinite =
      entries.allSatisfy(\.isFinite) && slots.allSatisfy { $0.isFinite(0, count: $0.count) }
    guard !isFinite else { return }
    for storage in slots + [gradients] {
      storage.pointer.update(repeating: 0, count: storage.count)
    }
    iterations = 0
  }
}

extension Model.ParameterEntry {
  /// Whether no number is NaN or infinite.
  var isFinite: Bool {
    Runtime.kernels.allFinite(values, count: spec.shape.count, double: false)
  }
}

extension Storage {
  fileprivate func isFinite(_ offset: Int, count: Int) -> Bool {
    Runtime.kernels.allFinite(pointer + offset, count: count, double: false)
  }
}
