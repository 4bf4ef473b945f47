@testable import Martlet

/// A small network that has all steps of a convolution, for images of 28 × 28.
func convolutions(_ precision: MatmulPrecision?) throws -> Model {
  let model = try Sequential(inputShape: [28, 28, 1], seed: 4) {
    Conv2D(filters: 10, kernelSize: 5)
    MaxPooling2D()
    ReLU()
    Conv2D(filters: 20, kernelSize: 5, activation: .relu)
    MaxPooling2D()
    Flatten()
    Dense(units: 10, activation: .softmax)
  }
  try model.compile(losses: [.crossEntropy], optimizer: SGD(learningRate: 0.05), metrics: [])
  model.precision = precision
  return model
}
