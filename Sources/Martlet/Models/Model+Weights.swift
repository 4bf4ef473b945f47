extension Model {
  /// A copy of a parameter's values, in row-major order.
  /// - Throws: `MartletError` that lists the parameters when there is none of these names.
  public func values(of parameter: String, in layer: String) throws -> [Float] {
    guard
      let entry = entries().first(where: { $0.layer == layer && $0.entry.spec.name == parameter })
    else {
      let known = entries().map { "\($0.layer)/\($0.entry.spec.name)" }.joined(separator: ", ")
      throw MartletError.value("no parameter \(layer)/\(parameter). There are: \(known).")
    }
    return locked { _ in copy(entry.entry) }
  }

  /// Writes all weights to a safetensors file, as `layer/parameter`. An existing file is replaced in one step.
  public func saveWeights(to path: String) throws {
    let tensors = locked { _ in
      entries().map { layer, entry in
        Safetensors.Tensor(
          name: "\(layer)/\(entry.spec.name)", shape: entry.spec.shape.extents, values: copy(entry))
      }
    }
    try Safetensors.write(tensors, metadata: ["format": "martlet"], to: path)
  }

  /// Reads weights that `saveWeights` wrote. Nothing changes unless all of them fit.
  public func loadWeights(from path: String) throws {
    let file = try Safetensors.read(path: path)
    let found = Dictionary(
      file.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let pairs = try entries().map { layer, entry in
      let name = "\(layer)/\(entry.spec.name)"
      guard let tensor = found[name] else {
        throw MartletError.value(
          "\(path): expected a tensor \"\(name)\", found \(found.keys.sorted()).")
      }
      guard tensor.shape == entry.spec.shape.extents else {
        throw MartletError.shape(
          "\(path): \(name): expected shape \(entry.spec.shape.extents), found \(tensor.shape).")
      }
      return (entry, tensor)
    }
    locked { _ in
      for (entry, tensor) in pairs {
        for (index, value) in tensor.values.enumerated() {
          parameters.pointer[entry.offset + index] = value
        }
      }
    }
  }

  private func entries() -> [(layer: String, entry: ParameterEntry)] {
    zip(graph.layers, layout).filter { $0.0.holder == nil }
      .flatMap { named, entries in entries.map { (named.name, $0) } }
  }

  private func copy(_ entry: ParameterEntry) -> [Float] {
    Array(
      UnsafeBufferPointer(start: parameters.pointer + entry.offset, count: entry.spec.shape.count))
  }
}
