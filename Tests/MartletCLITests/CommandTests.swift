import Foundation
import Martlet
import Testing

/// The program as its users meet it.
@Suite struct CommandTests {
  private func train(
    _ folder: DigitFolder, _ options: String..., environment: [String: String] = [:]
  ) throws -> Tool.Outcome {
    let common = ["train", "--data", folder.path, "--seed", "1", "--batch-size", "16"]
    return try Tool.run(common + options, environment: environment)
  }

  @Test func infoTellsWhatRuns() throws {
    let plain = try Tool.run(["info"])
    #expect(plain.status == 0)
    #expect(plain.lines.first == "version: \(Runtime.version)")
    let lesser = try Tool.run(
      ["info"], environment: ["MARTLET_ISA": "baseline", "MARTLET_NUM_THREADS": "3"])
    #expect(lesser.output.contains("threads: 3"))
    #if arch(x86_64)
      #expect(lesser.output.contains("instruction_set: baseline"))
    #endif
    #expect(try Tool.run(["--version"]).output == "\(Runtime.version)\n")
    let help = try Tool.run(["--help"])
    #expect(["train", "evaluate", "predict", "info"].allSatisfy(help.output.contains))
  }

  @Test(arguments: ["mlp", "cnn"]) func whatIsTrainedCanBeTestedAndLookedAt(_ network: String)
    throws
  {
    let folder = try DigitFolder()
    let weights = "\(folder.path)/w.safetensors"
    let options = ["--network", network]
    let training = try Tool.run(
      ["train", "--data", folder.path, "--seed", "1", "--epochs", "6", "--batch-size", "16"]
        + ["--weights", weights] + options)
    #expect(training.status == 0, "\(training.errors)")
    #expect(training.lines.count == 8)
    #expect(training.lines[0].hasPrefix("epoch 1/6  loss "))
    #expect(training.lines[6] == "test accuracy 100.0%")
    let testing = try Tool.run(["evaluate", "--data", folder.path, weights] + options)
    #expect(testing.status == 0 && testing.last.hasSuffix("accuracy 100.0%"))
    let looking = try Tool.run(["predict", "--data", folder.path, weights, "0", "3"] + options)
    #expect(looking.status == 0)
    #expect(looking.output.contains("digit 0 is a 0; the network says 0 "))
    #expect(looking.output.contains("digit 3 is a 1; the network says 1 "))
    let drawing = looking.output.split(separator: "\n", omittingEmptySubsequences: false).prefix(8)
    #expect(drawing.allSatisfy { $0.count == DigitFolder.side })
    #expect(drawing.contains { $0.contains(":::::") })
  }

  @Test(arguments: [[256], [4, 8, 8]]) func imagesThatAreNoRowsOfPixelsAreNotDrawn(_ shape: [Int])
    throws
  {
    let folder = try DigitFolder(shape: shape)
    let weights = "\(folder.path)/w.safetensors"
    #expect(try train(folder, "--epochs", "1", "--weights", weights).status == 0)
    let looking = try Tool.run(["predict", "--data", folder.path, weights, "0"])
    #expect(looking.status == 0, "\(looking.errors)")
    #expect(looking.output.contains("which has no rows to draw"))
    #expect(looking.output.contains("digit 0 is a 0"))
  }

  @Test func seedsRepeatForAnyNumberOfThreads() throws {
    let folder = try DigitFolder()
    let first = try train(folder, "--epochs", "2")
    #expect(try train(folder, "--epochs", "2", "--threads", "3").output == first.output)
    #expect(try train(folder, "--epochs", "2", "--seed", "2").output != first.output)
  }

  /// Printed to four digits, which is coarser than what rounding does to them.
  @Test func instructionSetsAgree() throws {
    let folder = try DigitFolder()
    let weights = ["baseline", "avx2", "avx512"].map { "\(folder.path)/\($0).safetensors" }
    let files = try zip(["baseline", "avx2", "avx512"], weights).map { name, path in
      let outcome = try train(
        folder, "--epochs", "2", "--weights", path, environment: ["MARTLET_ISA": name])
      #expect(outcome.status == 0)
      return try Safetensors.read(path: path).tensors
    }
    for other in files.dropFirst() {
      for (tensor, twin) in zip(files[0], other) {
        let largest = zip(tensor.values, twin.values).map { abs($0 - $1) }.max() ?? 0
        #expect(largest < 1e-4, "\(tensor.name)")
      }
    }
  }

  @Test(arguments: ["sgd", "rmsprop"]) func optimizersCanBeChosen(_ name: String) throws {
    let outcome = try train(
      try DigitFolder(), "--epochs", "1", "--optimizer", name, "--learning-rate", "0.01")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}

/// One line that helps, and a status: 64 for a command line that makes no sense, 1 for the rest.
@Suite struct CommandErrorTests {
  private func expectFailure(
    _ arguments: [String], _ status: Int32, _ parts: String...,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Tool.run(arguments, at: location)
    #expect(outcome.status == status, "\(outcome)", sourceLocation: location)
    let message = outcome.errors.split(separator: "\n").first ?? ""
    #expect(message.hasPrefix("Error: "), sourceLocation: location)
    for part in parts {
      #expect(message.contains(part), "\(message)", sourceLocation: location)
    }
    #expect(outcome.output.isEmpty, "nothing was begun", sourceLocation: location)
  }

  @Test func commandLinesThatMakeNoSense() throws {
    try expectFailure(["train", "--epochs", "0"], 64, "--epochs")
    try expectFailure(["train", "--batch-size", "-1"], 64, "--batch-size")
    try expectFailure(["train", "--batch-size", "0"], 64, "--batch-size")
    for rate in ["0", "nan", "inf"] {
      try expectFailure(["train", "--learning-rate", rate], 64, "--learning-rate")
    }
    try expectFailure(["train", "--network", "rnn"], 64, "rnn", "mlp", "cnn")
    try expectFailure(["train", "--optimizer", "adm"], 64, "adm", "adam", "sgd")
    try expectFailure(["evaluate"], 64, "weights")
    try expectFailure(["dance"], 64, "dance")
  }

  @Test func dataThatIsNotThere() throws {
    try expectFailure(
      ["train", "--data", "/nowhere"], 1, "train-images-idx3-ubyte", "/nowhere", "MARTLET_DATA")
    let folder = try DigitFolder()
    try folder.save([0, 0, 8, 1, 0, 0, 1, 44, 1, 2], "train-labels-idx1-ubyte")
    try expectFailure(["train", "--data", folder.path], 1, "train-labels", "300", "truncated")
  }

  @Test func threadsOutOfRange() throws {
    let folder = try DigitFolder()
    try expectFailure(
      ["train", "--data", folder.path, "--threads", "0"], 1, "threads", "1 to 256", "0")
  }

  /// An hour of training must not end in nothing.
  @Test func placesForWeightsAreCheckedFirst() throws {
    let folder = try DigitFolder()
    try expectFailure(
      ["train", "--data", folder.path, "--weights", "/nowhere/w.safetensors"], 1,
      "/nowhere/w.safetensors", "No such file or directory")
  }

  @Test func weightsThatDoNotFit() throws {
    let folder = try DigitFolder()
    let path = "\(folder.path)/w.safetensors"
    let evaluate = ["evaluate", "--data", folder.path, path]
    try expectFailure(evaluate, 1, path)
    try folder.save([1, 2, 3], "w.safetensors")
    try expectFailure(evaluate, 1, path, "safetensors")
    try Safetensors.write(
      [.init(name: "dense/kernel", shape: [1], values: [1])], to: path)
    try expectFailure(evaluate, 1, path, "dense/kernel", "[256, 128]", "[1]")
  }

  @Test func digitsThatDoNotExist() throws {
    let (folder, path) = try trained()
    for number in ["40", "-1", "9223372036854775807"] {
      let arguments = ["predict", "--data", folder.path, path, "--", number]
      try expectFailure(arguments, 1, "0 to 39", number)
    }
  }

  @Test func weightsThatAreNoNumbers() throws {
    let (folder, path) = try trained()
    let tensors = try Safetensors.read(path: path).tensors.map {
      Safetensors.Tensor(name: $0.name, shape: $0.shape, values: $0.values.map { _ in .nan })
    }
    try Safetensors.write(tensors, to: path)
    for arguments in [["evaluate", path], ["predict", path, "0"]] {
      try expectFailure(arguments + ["--data", folder.path], 1, "NaN or infinity")
    }
  }

  private func trained() throws -> (DigitFolder, String) {
    let folder = try DigitFolder()
    let path = "\(folder.path)/w.safetensors"
    let outcome = try Tool.run(
      ["train", "--data", folder.path, "--epochs", "1", "--weights", path])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return (folder, path)
  }
}
