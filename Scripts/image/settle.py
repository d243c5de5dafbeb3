"""Fills the parts of programs that differ between two builds of the same sources with zeros.

Swift's compiler writes a digest of its options into every module, and one option is a temporary directory; the linker writes
a digest of the whole. Nothing reads either of them when the program runs.

Source: Tool Interface Standard, "Executable and Linking Format Specification", version 1.2, and its extension to 64 bits.
"""

import pathlib
import struct
import sys

DIGESTS = (b".swift_modhash", b".note.gnu.build-id")


def sections(data):
    """Yields the name, the offset and the size of each section of a 64-bit little-endian ELF file."""
    if data[:6] != b"\x7fELF\x02\x01":
        raise SystemExit("settle: expected a 64-bit little-endian ELF file")
    table, size, count, names = struct.unpack_from("<Q", data, 40) + struct.unpack_from("<HHH", data, 58)
    headers = [struct.unpack_from("<IIQQQQ", data, table + index * size) for index in range(count)]
    strings = headers[names][4]
    for name, _, _, _, offset, length in headers:
        start = strings + name
        yield bytes(data[start : data.index(b"\0", start)]), offset, length


def main():
    for path in map(pathlib.Path, sys.argv[1:]):
        data = bytearray(path.read_bytes())
        for name, offset, length in list(sections(data)):
            if name in DIGESTS:
                # The header of a note, 16 bytes, says what it is.
                first = offset + (16 if name.startswith(b".note") else 0)
                data[first : offset + length] = bytes(offset + length - first)
        path.write_bytes(data)


main()
