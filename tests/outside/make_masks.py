"""make_masks.py - writes masks.safetensors: masks in files of every format that keeps their numbers, and of some that do
not, for masks.c to hold the runtime's decoders against. Pillow reads each file again, and has the numbers.

Run by hand, never by `make check`:  pip install -r requirements.txt && python make_masks.py

Of each file, FORMAT-KIND:
    FORMAT-KIND/file U8 [bytes]
    FORMAT-KIND/expected U8 [h][w]       the numbers of the pixels; none of a file that is to be refused"""

import io
import os
import struct

import numpy as np
from PIL import Image, ImageOps
from safetensors.numpy import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
H, W = 21, 35                                           # more than a tile of 16 x 16 each way

draw = np.random.default_rng(7)
numbers = draw.integers(0, 256, (H, W), dtype=np.uint8)
few = draw.integers(0, 5, (H, W), dtype=np.uint8)       # of a palette
bits = draw.integers(0, 2, (H, W), dtype=np.uint8)
palette = [v for i in range(5) for v in (40 * i, 255 - 40 * i, 7 * i)]
out = {}


def saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def refused(name, data):
    out[name + "/file"] = np.frombuffer(data, dtype=np.uint8)


def add(name, data, expected):
    """Pillow has greys and indices as numbers, bits as 0 and 255, and of a PBM 1 as black."""
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    seen = np.asarray(picture if picture.mode in ("L", "P", "1") else picture.convert("RGB").getchannel(1))
    told = np.asarray(expected)
    assert (seen.astype(np.uint8) == (1 - told if name.startswith("pbm") else told)).all(), name
    refused(name, data)
    out[name + "/expected"] = np.ascontiguousarray(told)


def grey(values=numbers):
    return Image.fromarray(values)


def indexed():
    picture = Image.fromarray(few, "P")
    picture.putpalette(palette)
    return picture


def black_and_white():
    return Image.fromarray(bits.astype(bool))


def thrice(values=numbers, opacity=None):
    parts = [values] * 3 + ([] if opacity is None else [opacity])
    return Image.fromarray(np.dstack(parts))


def tiled():
    """Uncompressed tiles of 16 x 16, by hand, since Pillow writes none."""
    down, across = -(-H // 16), -(-W // 16)
    whole = np.zeros((down * 16, across * 16), dtype=np.uint8)
    whole[:H, :W] = numbers
    tiles = b"".join(whole[16 * y:16 * y + 16, 16 * x:16 * x + 16].tobytes() for y in range(down) for x in range(across))
    count, start = down * across, 8
    lists = start + len(tiles)
    tags = [(256, 4, 1, W), (257, 4, 1, H), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (277, 3, 1, 1), (322, 4, 1, 16),
            (323, 4, 1, 16), (324, 4, count, lists), (325, 4, count, lists + 4 * count)]
    offsets = b"".join(struct.pack("<I", start + 256 * i) for i in range(count))
    head = struct.pack("<2sHI", b"II", 42, lists + 8 * count)
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return (head + tiles + offsets + struct.pack("<I", 256) * count + struct.pack("<H", len(tags)) + entries +
            struct.pack("<I", 0))


def tiff():
    for packing in ("raw", "tiff_lzw", "tiff_deflate", "packbits"):
        add("tiff-" + packing, saved(grey(), "TIFF", compression=packing), numbers)
    add("tiff-palette", saved(indexed(), "TIFF", compression="tiff_lzw"), few)
    add("tiff-bits", saved(black_and_white(), "TIFF", compression="group4"), bits)
    add("tiff-colour", saved(thrice(), "TIFF", compression="tiff_lzw"), numbers)
    add("tiff-clear", saved(thrice(opacity=numbers // 2), "TIFF"), numbers)
    add("tiff-tiled", tiled(), numbers)
    add("tiff-turned", saved(grey(), "TIFF", tiffinfo={274: 6}), np.rot90(numbers, -1))
    refused("tiff-jpeg", saved(grey(), "TIFF", compression="jpeg"))
    refused("tiff-16", saved(Image.fromarray(numbers.astype(np.uint16)), "TIFF"))
    refused("tiff-inks", saved(thrice().convert("CMYK"), "TIFF"))
    refused("tiff-of-colours", saved(Image.fromarray(np.dstack([numbers, numbers, few])), "TIFF"))


def bmp():
    add("bmp-grey", saved(grey(), "BMP"), numbers)
    add("bmp-palette", saved(indexed(), "BMP"), few)
    add("bmp-bits", saved(black_and_white(), "BMP"), bits)
    add("bmp-24", saved(thrice(), "BMP"), numbers)
    add("bmp-32", saved(thrice(opacity=numbers), "BMP"), numbers)
    refused("bmp-16", struct.pack("<2sIII", b"BM", 54 + H * (2 * W + 2), 0, 54) +
            struct.pack("<IiiHHIIiiII", 40, W, H, 1, 16, 0, 0, 0, 0, 0, 0) + bytes(H * (2 * W + 2)))
    refused("bmp-of-colours", saved(Image.fromarray(np.dstack([numbers, numbers, few])), "BMP"))


def pnm():
    head = "%d %d\n" % (W, H)
    add("pgm-p5", saved(grey(), "PPM"), numbers)
    add("pgm-p2", ("P2\n" + head + "255\n").encode() + " ".join(map(str, numbers.ravel())).encode() + b"\n", numbers)
    add("pbm-p4", ("P4\n" + head).encode() + np.packbits(bits, axis=1).tobytes(), bits)
    add("pbm-p1", ("P1\n" + head).encode() + b"".join(b"%d" % b for b in bits.ravel()) + b"\n", bits)
    add("ppm-p6", saved(thrice(), "PPM"), numbers)
    refused("pgm-16", ("P5\n" + head + "65535\n").encode() + numbers.astype(">u2").tobytes())
    refused("ppm-of-colours", saved(Image.fromarray(np.dstack([numbers, numbers, few])), "PPM"))
    # Pillow spreads the numbers of a largest below 255 out; what the file tells is not
    refused("pgm-most4", ("P5\n" + head + "4\n").encode() + few.tobytes())
    out["pgm-most4/expected"] = few


def webp():
    add("webp-lossless", saved(thrice(), "WEBP", lossless=True), numbers)
    add("webp-translucent", saved(thrice(opacity=numbers // 2 + 1), "WEBP", lossless=True), numbers)
    refused("webp-lossy", saved(thrice(), "WEBP", quality=100))
    refused("webp-clear", saved(thrice(opacity=few * 60), "WEBP", lossless=True))


tiff()
bmp()
pnm()
webp()
refused("jpeg-grey", saved(grey(), "JPEG", quality=100))
refused("gif-grey", saved(grey(), "GIF"))
save_file(out, os.path.join(HERE, "masks.safetensors"))
