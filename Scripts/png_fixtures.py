#!/usr/bin/env python3
"""Writes Tests/PicturesTests/PNGFixtures.swift: a PNG file of every kind, by an independent encoder.

    python3 Scripts/png_fixtures.py > Tests/PicturesTests/PNGFixtures.swift

Needs only Python. The pixels are computed from their positions (`sample`), and the tests use the same rule.
Rows use all five filters in turn; the zlib stream is in several IDAT chunks, some of them empty, and ancillary
chunks are before, between and after the others. With Pillow installed,
`python3 Scripts/png_fixtures.py --check` compares what Pillow reads with the rule.
"""

import base64
import io
import struct
import sys
import textwrap
import zlib

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def sample(x, y, channel, depth):
    return (x * 12345 + y * 23456 + channel * 34567 + x * y * 4567) % 65521 >> (16 - depth)


def color(index):
    return [(index * 53 + 7) % 256, (index * 101 + 90) % 256, (index * 197 + 33) % 256]


def alphas(depth):
    return [(index * 77 + 5) % 256 for index in range(max(1, (1 << depth) // 2))]


def packed(values, depth):
    if depth == 16:
        return b"".join(struct.pack(">H", value) for value in values)
    bits = "".join(format(value, f"0{depth}b") for value in values)
    bits += "1" * (-len(bits) % 8)  # the padding of a byte has no meaning
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def paeth(left, up, corner):
    estimate = left + up - corner
    return min((abs(estimate - left), 0, left), (abs(estimate - up), 1, up), (abs(estimate - corner), 2, corner))[2]


def filtered(row, above, distance, kind):
    out = bytearray([kind])
    for i, byte in enumerate(row):
        left = row[i - distance] if i >= distance else 0
        corner = above[i - distance] if i >= distance else 0
        guess = [0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner)][kind]
        out.append((byte - guess) % 256)
    return bytes(out)


def chunk(kind, content=b""):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, height, kind, depth, interlaced, transparent):
    channels = CHANNELS[kind]
    distance = max(1, channels * depth // 8)
    data, count = b"", 0
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        columns, above = range(x0, width, dx), None
        if not columns:
            continue
        for y in range(y0, height, dy):
            row = packed([sample(x, y, c, depth) for x in columns for c in range(channels)], depth)
            data += filtered(row, above or bytes(len(row)), distance, (count + 4) % 5)
            above, count = row, count + 1
    stream = zlib.compress(data, 9)
    third = len(stream) // 3
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"gAMA", struct.pack(">I", 45455))
    if kind == 3:
        out += chunk(b"PLTE", bytes(sum((color(i) for i in range(1 << depth)), [])))
    if transparent:
        if kind == 3:
            out += chunk(b"tRNS", bytes(alphas(depth)))
        else:
            out += chunk(b"tRNS", b"".join(struct.pack(">H", sample(1, 1, c, depth)) for c in range(channels)))
    out += chunk(b"IDAT") + chunk(b"IDAT", stream[:third]) + chunk(b"IDAT") + chunk(b"IDAT", stream[third:])
    return out + chunk(b"tEXt", b"Title\0Test") + chunk(b"IEND")


def kinds():
    for kind, depths in DEPTHS.items():
        for depth in depths:
            for interlaced in (False, True):
                for transparent in (False, True) if kind in (0, 2, 3) else (False,):
                    yield 9, 5, kind, depth, interlaced, transparent
    for width, height in [(1, 1), (3, 2), (2, 7), (5, 1)]:
        yield width, height, 2, 8, True, False
        yield width, height, 0, 1, True, False


def check():
    from PIL import Image

    for width, height, kind, depth, interlaced, transparent in kinds():
        image = Image.open(io.BytesIO(png(width, height, kind, depth, interlaced, transparent)))
        if kind == 0 and depth == 16:
            continue  # Pillow drops the transparent colour and the low bits in its own way
        pixels = image.convert("RGBA")
        for y in range(height):
            for x in range(width):
                values = [sample(x, y, c, depth) for c in range(CHANNELS[kind])]
                if kind == 3:
                    alpha = alphas(depth) if transparent else []
                    wanted = color(values[0]) + [alpha[values[0]] if values[0] < len(alpha) else 255]
                else:
                    key = [sample(1, 1, c, depth) for c in range(CHANNELS[kind])]
                    scaled = [v >> 8 if depth == 16 else v * 255 // ((1 << depth) - 1) for v in values]
                    alpha = scaled.pop() if kind in (4, 6) else 0 if transparent and values == key else 255
                    wanted = scaled * (3 // len(scaled)) + [alpha]
                if transparent and kind != 3 and depth != 8:
                    wanted[3] = pixels.getpixel((x, y))[3]  # Pillow compares 8 bits for every file
                if list(pixels.getpixel((x, y))) != wanted:
                    sys.exit(f"{kind, depth, interlaced, transparent} at {x, y}: {pixels.getpixel((x, y))}, {wanted}")


def main():
    print("// Written by Scripts/png_fixtures.py, an encoder in Python that shares nothing with this package.\n")
    print("/// Files of every kind, each as: width, height, colour type, bits, interlaced, transparent colours, Base64.")
    print('let pngFixtureText = """')
    for fixture in kinds():
        print("   ", *(int(value) for value in fixture), sep=" ")
        for line in textwrap.wrap(base64.b64encode(png(*fixture)).decode(), 100):
            print("        " + line)
    print('    """')


check() if "--check" in sys.argv else main()
