#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Whether memory is left. Swift's own containers end the process where there is none, so that whatever a user's
/// number decides the size of is asked for here first.
enum Headroom {
  /// What everything that is too small to ask for shares.
  private static let reserve = 8 << 20
  /// Less than this is taken without asking.
  private static let small = 1 << 20

  /// - Parameters:
  ///   - count: how many items are to be made.
  ///   - size: bytes of one.
  ///   - purpose: what for, as the message says it.
  /// - Throws: `MartletError` of kind memory when the system does not have that much.
  static func check(_ count: Int, of size: Int, for purpose: String) throws(MartletError) {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
    guard !overflow, bytes < small || isFree(bytes) else {
      throw .memory(
        "could not get memory for \(count) \(purpose). Use a smaller model, batch or dataset.")
    }
  }

  /// Whether what is left beside a large piece suffices for small ones.
  static func isEnough(beside bytes: Int) -> Bool { bytes < small || isFree(0) }

  private static func isFree(_ bytes: Int) -> Bool {
    let (total, overflow) = bytes.addingReportingOverflow(reserve)
    guard !overflow else { return false }
    // Mapped, not touched: it costs two calls of the system, and no compiler can leave it out.
    let memory = mmap(nil, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    guard let memory, memory != MAP_FAILED else { return false }
    munmap(memory, total)
    return true
  }
}
