/// The checksum of TensorBoard's records (Castagnoli's polynomial).
enum CRC32C {}
