import KernelInterface
@testable import Martlet

/// A convolution's steps run by themselves, on random numbers, beside their sums in double precision.
final class ConvolutionTrial {
  /// How the steps are computed, whether it pays or not.
  enum Way {
    case tiles(TileSteps)
    case winograd(WinogradSteps)
  }

  let formula: WindowFormula
  let geometry: ConvolutionGeometry
  private let way: Way
  private let kernels: any Kernels.Type
  let images: Int
  let x: [Double]
  let kernel: [Double]
  let bias: [Double]
  let dz: [Double]
  private let parameters: Storage
  private var outputCount: Int { geometry.outputSize }

  /// - Parameters:
  ///   - image: rows, columns and channels.
  ///   - way: nil where there is none, which makes the trial nil as well.
  init?(
    image: [Int], size: [Int], filters: Int, strides: [Int] = [1, 1], dilation: [Int] = [1, 1],
    isSame: Bool = false, images: Int = 33, kernels: any Kernels.Type = Runtime.kernels,
    _ way: (ConvolutionGeometry) -> Way?
  ) throws {
    formula = WindowFormula(
      image: image, size: size, strides: strides, dilation: dilation, isSame: isSame)
    let windows = try [0, 1].map {
      try Window(
        input: image[$0], kernel: size[$0], stride: strides[$0], dilation: dilation[$0],
        padding: isSame ? .same : .valid, axis: "rows")
    }
    let shape = try Shape(size + [image[2], filters])
    let kernelSize = shape.count.rounded(upTo: 16)
    parameters = try Storage(count: kernelSize + filters)
    geometry = ConvolutionGeometry(
      rows: windows[0], columns: windows[1], channels: image[2], filters: filters, groups: 1,
      kernel: Parameter(offset: 0, shape: shape, isTrained: true, values: parameters.pointer),
      bias: Parameter(
        offset: kernelSize, shape: try Shape([filters]), isTrained: true,
        values: parameters.pointer + kernelSize))
    guard let way = way(geometry) else { return nil }
    self.way = way
    self.kernels = kernels
    self.images = images
    x = randomFloats(images * geometry.inputSize, seed: 1).map { Double($0) }
    kernel = randomFloats(shape.count, seed: 2).map { Double($0) }
    bias = randomFloats(filters, seed: 3).map { Double($0) }
    dz = randomFloats(images * geometry.outputSize, seed: 4).map { Double($0) }
    for (index, value) in kernel.enumerated() { parameters.pointer[index] = Float(value) }
    for (index, value) in bias.enumerated() {
      parameters.pointer[kernelSize + index] = Float(value)
    }
  }

  // MARK: Twins

  private func eachImage(_ body: (Int) -> [Double]) -> [Double] { (0..<images).flatMap(body) }

  private func image(_ values: [Double], _ index: Int) -> [Double] {
    let count = values.count / images
    return Array(values[index * count..<(index + 1) * count])
  }

  var outputs: [Double] {
    let filters = geometry.filters
    return eachImage { index in
      formula.convolve(image(x, index), kernel, filters: filters).enumerated().map {
        $0.element + bias[$0.offset % filters]
      }
    }
  }

  var inputGradient: [Double] {
    eachImage { formula.transpose(image(dz, $0), kernel, channels: geometry.filters) }
  }

  /// Of the kernel, summed over the images.
  var weightGradient: [Double] {
    (0..<images).reduce([Double](repeating: 0, count: kernel.count)) { sum, index in
      let part = formula.weightGradient(image(x, index), image(dz, index), geometry.filters)
      return zip(sum, part).map { $0 + $1 }
    }
  }

  // MARK: Steps

  /// - Returns: nil when there is no step.
  func forward(_ activation: Activation = .linear) throws -> [Float] {
    let (x, y) = (
      Tensor(features: geometry.inputSize), Tensor(features: geometry.outputSize)
    )
    var step: any ActivationFusing =
      switch way {
      case .tiles(let steps): try steps.makeForward(x: x, y: y)
      case .winograd(let steps):
        ConvolutionForward(geometry, x: x, y: y, steps.makeForward(isTraining: false))
      }
    step.activation = activation
    return try run(step, [(x, self.x)]).values(y, images)
  }

  func backward() throws -> [Float] {
    let (dz, dx) = (
      Tensor(features: geometry.outputSize), Tensor(features: geometry.inputSize)
    )
    let step: any Step =
      switch way {
      case .tiles(let steps): try steps.makeInputGradient(dz: dz, dx: dx)
      case .winograd(let steps):
        ConvolutionInputGradient(geometry, dz: dz, dx: dx, steps.makeInputGradient())
      }
    return try run(step, [(dz, self.dz)]).values(dx, images)
  }

  /// The gradients of kernel and bias.
  func weights() throws -> (kernel: [Float], bias: [Float]) {
    let plan = BackwardBuilder(groups: groups, precision: .highest)
    let weights = ConvolutionWeights(
      geometry, x: Tensor(features: geometry.inputSize),
      dz: Tensor(features: geometry.outputSize), in: plan)
    switch way {
    case .tiles(let steps): plan.append(TileWeightGradient(steps.engine, weights))
    case .winograd(let steps): plan.append(steps.makeWeightGradient(weights))
    }
    let done = try run(
      plan.finish(StepList()), [(weights.x, x), (weights.dz, dz)])
    let gradients = done.gradients.values
    return (
      Array(gradients[..<kernel.count]),
      Array(gradients[kernel.count.rounded(upTo: 16)...].prefix(bias.count))
    )
  }

  private var groups: Int { (images + 15) / 16 }

  private func run(_ step: any Step, _ values: [(Tensor, [Double])]) throws -> Done {
    var steps = PlanSteps(forward: [PlannedStep(step: step)])
    steps.collectPreparations()
    return try run(steps, values)
  }

  private func run(_ steps: PlanSteps, _ values: [(Tensor, [Double])]) throws -> Done {
    let plan = try Plan(.differentiation, groups: groups, steps)
    let done = try Done(plan, parameters, images, kernels)
    for (tensor, numbers) in values { done.fill(tensor, numbers) }
    plan.execute(done.run, worker: 0, of: 1) {}
    return done
  }

  /// A plan with its memory, after a pass.
  private final class Done {
    let plan: Plan
    let run: Run
    let gradients: Storage
    private let scratch: Storage

    init(
      _ plan: Plan, _ parameters: Storage, _ images: Int, _ kernels: any Kernels.Type
    ) throws {
      self.plan = plan
      gradients = try Storage(count: parameters.count)
      scratch = try Storage(count: plan.scratchSize)
      // What is not written must not be read either.
      for index in 0..<plan.scratchSize { scratch.pointer[index] = .nan }
      for index in 0..<plan.shardGradients.count { plan.shardGradients.pointer[index] = .nan }
      var run = Run(
        kernels: kernels,
        RunMemory(
          plan, gradients: gradients.pointer, slots: []),
        scratch: scratch.pointer, source: .nothing, sums: .allocate(capacity: 1))
      run.images = images
      run.groups = (images + 15) / 16
      self.run = run
    }

    deinit { run.sums.deallocate() }

    func fill(_ tensor: Tensor, _ numbers: [Double]) {
      for (index, number) in numbers.enumerated() {
        let (image, feature) = (index / tensor.features, index % tensor.features)
        run.write(tensor, image / 16)[feature * 16 + image % 16] = Float(number)
      }
    }

    func values(_ tensor: Tensor, _ images: Int) -> [Float] {
      (0..<images).flatMap { image in
        (0..<tensor.features).map { run.read(tensor, image / 16)[$0 * 16 + image % 16] }
      }
    }
  }
}
