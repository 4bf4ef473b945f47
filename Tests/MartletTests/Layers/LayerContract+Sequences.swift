@testable import Martlet

extension LayerContract {
  /// Layers that know time, from simple to complex. What they do with masks is in `MaskTests`.
  static let sequences: [LayerContract] = [
    .init(
      className: "Masking", config: ["mask_value": 0.5], inputs: [[3, 2]], outputs: [[3, 2]]
    ) { x, _ in x }
  ]
}
