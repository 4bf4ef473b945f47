@testable import Martlet
import Testing

@Suite struct RuntimeTests {
  @Test(arguments: [0, -1, 257, .max]) func threadsAreFromOneTo256(_ count: Int) {
    expectError(.value, "1 to 256", "\(count)") { try Runtime.setThreadCount(count) }
  }

  @Test func tellsTheFactsOfTheProcess() throws {
    let info = try JSON(parsing: Runtime.info.description)
    #expect(info["version"]?.stringValue == Runtime.version)
    #expect(info["instruction_set"]?.stringValue == Runtime.kernels.name)
    #expect(info["threads"]?.intValue == Runtime.threadCount)
    #expect((info["cores"]?.intValue ?? 0) >= 1)
  }

  @Test func theBestKernelsComeFirst() {
    let names = Runtime.available.map { $0.name }
    #expect(names.last == "baseline" || names.last == "neon")
    #expect(Set(names).count == names.count)
    #expect(names.contains(Runtime.kernels.name))
  }
}
