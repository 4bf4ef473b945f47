import CIntrinsics
import KernelInterface
import MartletKernels
import Testing

#if arch(x86_64)
  import MartletKernelsAVX2
  import MartletKernelsAVX512
#endif

/// The kernels of one instruction set, as an argument of a test.
struct InstructionSet: CustomTestStringConvertible, Sendable {
  let kernels: any Kernels.Type

  var testDescription: String { kernels.name }

  /// All that this machine has. A test with these arguments runs once for each.
  static let all: [InstructionSet] = {
    var list = [InstructionSet(kernels: MartletKernels.Implementation.self)]
    #if arch(x86_64)
      let level = martlet_processor_level()
      if level >= 3 { list.append(InstructionSet(kernels: MartletKernelsAVX2.Implementation.self)) }
      if level >= 4 {
        list.append(InstructionSet(kernels: MartletKernelsAVX512.Implementation.self))
      }
    #endif
    return list
  }()
}

@Suite struct InstructionSetTests {
  @Test func everyModuleHasItsOwnName() {
    #expect(Set(InstructionSet.all.map { $0.kernels.name }).count == InstructionSet.all.count)
  }
}
