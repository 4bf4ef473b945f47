import CIntrinsics
import KernelInterface

extension Implementation {
  public static func update(_ rule: UpdateRule, _ block: ParameterBlock) {
    switch rule {
    case .sgd(let rate, let decay): sgd(block, rate, decay)
    case .momentum(let rate, let momentum, let nesterov, let decay):
      if nesterov {
        nesterovStep(block, rate, momentum, decay)
      } else {
        momentumStep(block, rate, momentum, decay)
      }
    case .rmsprop(let rate, let rho, let momentum, let epsilon, let centered, let decay):
      rmsprop(block, rate, rho, momentum, epsilon, centered, decay)
    case .adam(let rate, let beta1, let beta2, let epsilon, let decay):
      adam(block, rate, beta1, beta2, epsilon, decay)
    }
  }
}

@inline(__always)
private func forEachVector(_ block: ParameterBlock, _ body: (Int) -> Void) {
  var i = 0
  while i < block.count {
    body(i)
    i += 16
  }
}

private func sgd(_ block: ParameterBlock, _ rate: Float, _ decay: Float) {
  let (p, g) = (block.parameters, block.gradients)
  let kept = Vector(repeating: 1 - decay)
  let step = Vector(repeating: -rate)
  forEachVector(block) { i in
    var x = Vector(at: p + i) * kept
    x.add(step, times: Vector(at: g + i))
    x.store(at: p + i)
  }
}

private func momentumStep(_ block: ParameterBlock, _ rate: Float, _ momentum: Float, _ decay: Float)
{
  let (p, g, v) = (block.parameters, block.gradients, block.slot0)
  let kept = Vector(repeating: 1 - decay)
  let step = Vector(repeating: -rate)
  let momentum = Vector(repeating: momentum)
  forEachVector(block) { i in
    var velocity = Vector(at: v + i) * momentum
    velocity.add(step, times: Vector(at: g + i))
    velocity.store(at: v + i)
    (Vector(at: p + i) * kept + velocity).store(at: p + i)
  }
}

private func nesterovStep(_ block: ParameterBlock, _ rate: Float, _ momentum: Float, _ decay: Float)
{
  let (p, g, v) = (block.parameters, block.gradients, block.slot0)
  let kept = Vector(repeating: 1 - decay)
  let step = Vector(repeating: -rate)
  let momentum = Vector(repeating: momentum)
  forEachVector(block) { i in
    let move = Vector(at: g + i) * step
    let velocity = Vector(at: v + i) * momentum + move
    velocity.store(at: v + i)
    (Vector(at: p + i) * kept + velocity * momentum + move).store(at: p + i)
  }
}

private func rmsprop(
  _ block: ParameterBlock, _ rate: Float, _ rho: Float, _ momentum: Float, _ epsilon: Float,
  _ centered: Bool, _ decay: Float
) {
  let (p, g) = (block.parameters, block.gradients)
  let (s, v, mean) = (block.slot0, block.slot1, block.slot2)
  let kept = Vector(repeating: 1 - decay)
  let step = Vector(repeating: rate)
  let (rhoV, rest) = (Vector(repeating: rho), Vector(repeating: 1 - rho))
  let momentumV = Vector(repeating: momentum)
  let epsilonV = Vector(repeating: epsilon)
  forEachVector(block) { i in
    let gradient = Vector(at: g + i)
    let square = Vector(at: s + i) * rhoV + gradient * gradient * rest
    square.store(at: s + i)
    var variance = square
    if centered {
      let average = Vector(at: mean + i) * rhoV + gradient * rest
      average.store(at: mean + i)
      variance = (square - average * average).atLeast(.zero)
    }
    var move = step * gradient / martlet_square_root(variance + epsilonV)
    if momentum > 0 {
      move = Vector(at: v + i) * momentumV + move
      move.store(at: v + i)
    }
    (Vector(at: p + i) * kept - move).store(at: p + i)
  }
}

private func adam(
  _ block: ParameterBlock, _ rate: Float, _ beta1: Float, _ beta2: Float, _ epsilon: Float,
  _ decay: Float
) {
  let (p, g, m, v) = (block.parameters, block.gradients, block.slot0, block.slot1)
  let kept = Vector(repeating: 1 - decay)
  let (rateV, epsilonV) = (Vector(repeating: rate), Vector(repeating: epsilon))
  let (first, second) = (Vector(repeating: 1 - beta1), Vector(repeating: 1 - beta2))
  forEachVector(block) { i in
    let gradient = Vector(at: g + i)
    var mean = Vector(at: m + i)
    mean.add(first, times: gradient - mean)
    var variance = Vector(at: v + i)
    variance.add(second, times: gradient * gradient - variance)
    mean.store(at: m + i)
    variance.store(at: v + i)
    let move = martlet_divide_by_root(rateV * mean, variance, epsilonV)
    (Vector(at: p + i) * kept - move).store(at: p + i)
  }
}
