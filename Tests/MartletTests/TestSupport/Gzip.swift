/// A gzip file that holds bytes uncompressed, so that every byte of it is known. At most 65,535.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
  let count = [UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8)]
  let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
  let block = [1] + count + count.map { ~$0 } + bytes
  let checksum = crc32(bytes)
  return header + block + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
    + count + [0, 0]
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
  var register: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    register ^= UInt32(byte)
    for _ in 0..<8 { register = register >> 1 ^ (register & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
  return ~register
}
