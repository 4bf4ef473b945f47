// swift-tools-version: 6.2
import PackageDescription

/// The kernels are compiled once for every instruction set, from one folder: `MartletKernelsAVX2` and
/// `MartletKernelsAVX512` are symbolic links to `MartletKernels`. What differs is here.
func kernels(_ name: String, flags: [String] = [], defines: [String] = []) -> Target {
  .target(
    name: name,
    dependencies: ["KernelInterface", "CIntrinsics"],
    swiftSettings: [
      .unsafeFlags(["-Ounchecked", "-wmo", "-enforce-exclusivity=unchecked"] + flags),
      // Debug builds are indexed, and the index wants an output for every file.
      .unsafeFlags(["-num-threads", "1"], .when(configuration: .debug)),
    ] + defines.map { .define($0) })
}

/// What only `TileKernels` uses, and only where the processor has it.
let tileFlags = ["-mamx-tile", "-mamx-bf16", "-mavx512bf16"].flatMap { ["-Xcc", $0] }

#if arch(x86_64)
  let wideKernels = [
    kernels(
      "MartletKernelsAVX2", flags: ["-Xcc", "-march=x86-64-v3"],
      defines: ["AVX2", "FUSED_MULTIPLY_ADD"]),
    kernels(
      "MartletKernelsAVX512", flags: ["-Xcc", "-march=x86-64-v4"] + tileFlags,
      defines: ["AVX512", "FUSED_MULTIPLY_ADD"]),
  ]
#else
  let wideKernels: [Target] = []
#endif
let kernelModules = ["MartletKernels"] + wideKernels.map(\.name)

/// The Python module needs no command line: its build, which says so, fetches nothing.
let hasTool = Context.environment["MARTLET_WITHOUT_TOOL"] == nil
let toolTargets: [Target] = [
  .executableTarget(
    name: "MartletCLI",
    dependencies: [
      "Martlet", .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ]),
  .testTarget(name: "MartletCLITests", dependencies: ["Martlet"]),
]

let package = Package(
  name: "martlet",
  products: [
    // MARK: Public products
    .library(name: "Martlet", targets: ["Martlet"]),
    .library(name: "MartletABI", type: .static, targets: ["MartletABI"]),
  ] + (hasTool ? [.executable(name: "martlet", targets: ["MartletCLI"])] : []),
  dependencies: hasTool
    ? [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")] : [],
  targets: [
    // MARK: The library
    .target(
      name: "Martlet",
      dependencies: ["CMartlet", "COpenBLAS", "CZlib", "CIntrinsics", "KernelInterface"]
        + kernelModules.map { .init(stringLiteral: $0) }),

    // MARK: Implementation details
    .target(name: "KernelInterface"),
    .target(name: "CIntrinsics"),
    kernels("MartletKernels"),
    .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CMartlet"),
    .target(name: "MartletABI", dependencies: ["Martlet", "CMartlet"]),

    // MARK: Tests
    .target(name: "CAllocationCount", path: "Tests/CAllocationCount"),
    .testTarget(
      name: "MartletKernelsTests",
      dependencies: ["COpenBLAS", "KernelInterface", "CIntrinsics"]
        + kernelModules.map { .init(stringLiteral: $0) }),
    .testTarget(name: "MartletTests", dependencies: ["Martlet", "CAllocationCount"]),
    .testTarget(name: "MartletABITests", dependencies: ["MartletABI", "CMartlet"]),
  ] + wideKernels + (hasTool ? toolTargets : []),
  swiftLanguageModes: [.v6]
)
