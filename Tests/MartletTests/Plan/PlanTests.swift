@testable import Martlet
import Testing

@Suite struct PlanTests {
  private func model() throws -> Model {
    let model = try Sequential(inputShape: [12], seed: 1) {
      for _ in 0..<12 { Dense(units: 12, activation: .tanh) }
      Dropout(0.5)
      Dense(units: 3, activation: .softmax)
    }
    try model.compile(losses: [.crossEntropy], optimizer: SGD())
    return model
  }

  private func names(_ plan: JSON) -> [String] {
    plan["steps"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
  }

  @Test func describesItsSteps() throws {
    let model = try model()
    let training = try model.planDescription(batchSize: 64, isTraining: true)
    #expect(names(training).first == "gather")
    #expect(names(training).contains("dropout"))
    #expect(training["groups"]?.intValue == 4)
    let prediction = try model.planDescription(batchSize: 64, isTraining: false)
    #expect(names(prediction).last == "scatter")
    #expect(!names(prediction).contains { $0.contains("dropout") || $0.contains("gradient") })
    let flops = try #require(prediction["flops_per_image"]?.intValue)
    #expect(flops == 2 * (12 * 12 * 12 + 12 * 3))
  }

  /// Who each step works for, when, and what it does besides.
  @Test func stepsKnowTheirLayer() throws {
    let model = try Sequential(inputShape: [8, 8, 1], seed: 1) {
      Rescaling(0.5)
      Conv2DTranspose(filters: 2, kernelSize: [3, 3], activation: .relu)
      Flatten()
      Dense(units: 3, activation: .softmax)
    }
    try model.compile(losses: [.crossEntropy], optimizer: SGD())
    let plan = try model.planDescription(batchSize: 16, isTraining: true)
    let steps = try #require(plan["steps"]?.arrayValue).map { step in
      let fused = step["fused"]?.arrayValue?.compactMap(\.stringValue) ?? []
      let layer = step["layer"]?.stringValue ?? "-"
      return "\(step["phase"]?.stringValue ?? "") \(layer): "
        + ([step["name"]?.stringValue ?? ""] + fused).joined(separator: " + ")
    }
    #expect(
      steps == [
        "forward input: gather + rescale",
        "forward conv2dtranspose: transposed convolution",
        "forward conv2dtranspose: channel bias + relu",
        "forward dense: dense + bias",
        "forward -: targets",
        "forward -: loss + softmax",
        "backward dense: output gradient",
        "backward dense: input gradient",
        "backward conv2dtranspose: output gradient + relu",
        "backward conv2dtranspose: weight gradient",
        "backward conv2dtranspose: channel bias gradient",
        "update dense: weight gradient + bias + update",
        "update conv2dtranspose: gradient sum + update",
        "update conv2dtranspose: gradient sum + update",
      ])
  }

  /// A tensor that no step touches, such as the softmax's output under its loss, needs no memory.
  @Test func tensorsAreCountedOnce() throws {
    let model = try Sequential(inputShape: [12]) { Dense(units: 4, activation: .softmax) }
    let plan = try model.planDescription(batchSize: 16, isTraining: false)
    #expect(plan["tensor_bytes"]?.intValue == 16 * 4 * (12 + 4 + 4))
    try model.compile(losses: [.crossEntropy], optimizer: SGD())
    let pass = try model.pass(.evaluation, batchSize: 16)
    // Inputs, outputs, the label, targets and weight, and the loss's factors, values and work.
    #expect(pass.plan.tensorFloats == 16 * (12 + 4 + 1 + 4 + 1 + 1 + 1 + 4))
  }

  @Test func memoryIsSharedAndBounded() throws {
    let plan = try model().planDescription(batchSize: 64, isTraining: false)
    let (arena, tensors) = (plan["arena_bytes"]?.intValue ?? 0, plan["tensor_bytes"]?.intValue ?? 0)
    #expect(arena > 0 && arena < tensors / 3, "of a chain of layers two live at a time")
  }

  @Test func frozenLayersInFrontHaveNoWayBack() throws {
    let model = try model()
    let before = names(try model.planDescription(batchSize: 16, isTraining: true)).count
    for layer in 0..<10 { try model.setTrainable(layer: layer, false) }
    let after = names(try model.planDescription(batchSize: 16, isTraining: true)).count
    #expect(after <= before - 18, "neither weight gradients nor input gradients")
  }

  @Test func refusesWhatItCannotPlan() throws {
    let model = try model()
    expectError(.value, "batch_size", "0") {
      try model.planDescription(batchSize: 0, isTraining: true)
    }
    for size in [1 << 35, 1 << 55, .max] {
      expectError(.memory, "memory", "smaller") {
        try model.planDescription(batchSize: size, isTraining: true)
      }
    }
    let fresh = try Sequential(inputShape: [2]) { Dense(units: 1) }
    expectError(.state, "compile") { try fresh.planDescription(batchSize: 1, isTraining: true) }
    #expect(names(try fresh.planDescription(batchSize: 1, isTraining: false)).count == 3)
  }
}
