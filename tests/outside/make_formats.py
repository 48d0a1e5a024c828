"""make_formats.py - writes formats.safetensors: small pictures in WebP, TIFF, BMP and PNM files of many kinds, and what
Pillow reads in them, for pictures.c to hold the runtime's decoders against.

Run by hand, never by `make check`:  pip install -r requirements.txt && python make_formats.py

Of each file, FORMAT-KIND:
    FORMAT-KIND/file U8 [bytes]
    FORMAT-KIND/expected U8 [h][w][3]    turned as EXIF says; what is clear lies on white
    FORMAT-KIND/off I32 [1]              by how much a value may be off: 0, and 1 where Pillow does not round to the
                                         nearest (5 and 6 bits, 16 bits, inks), or libtiff (16 bits of grey)"""

import io
import os
import struct

import numpy as np
from PIL import Image, ImageOps
from safetensors.numpy import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
H, W = 7, 11

draw = np.random.default_rng(5)
grey = draw.integers(0, 256, (H, W), dtype=np.uint8)
rgb = draw.integers(0, 256, (H, W, 3), dtype=np.uint8)
rgba = np.dstack([rgb, draw.integers(0, 256, (H, W), dtype=np.uint8)])
smooth = np.dstack([np.add.outer(np.arange(48), np.arange(40)) * k % 256 for k in (1, 2, 3)]).astype(np.uint8)
out = {}


def on_white(picture):
    picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("I", "I;16"):                   # convert() would cut them off at 255
        return np.dstack([(np.asarray(picture).astype(int) * 255 + 32767) // 65535] * 3).astype(np.uint8)
    if picture.mode not in ("RGBA", "LA", "PA"):
        return np.asarray(picture.convert("RGB"))
    v = np.asarray(picture.convert("RGBA")).astype(int)
    a = v[..., 3:]
    return ((v[..., :3] * a + 255 * (255 - a) + 127) // 255).astype(np.uint8)


def add(name, data, off=0):
    out[name + "/file"] = np.frombuffer(data, dtype=np.uint8)
    out[name + "/expected"] = np.ascontiguousarray(on_white(Image.open(io.BytesIO(data))))
    out[name + "/off"] = np.array([off], dtype=np.int32)


def saved(picture, kind, **options):
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def turned(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def webp():
    add("webp-lossless", saved(Image.fromarray(rgb), "WEBP", lossless=True))
    add("webp-lossless-clear", saved(Image.fromarray(rgba), "WEBP", lossless=True, exact=True))
    add("webp-lossy", saved(Image.fromarray(smooth), "WEBP", quality=60))
    add("webp-lossy-clear", saved(Image.fromarray(rgba), "WEBP", quality=80))
    for orientation in (3, 6):
        add("webp-turned%d" % orientation, saved(Image.fromarray(rgb), "WEBP", lossless=True, exif=turned(orientation)))


def tiff():
    for packing in ("raw", "tiff_lzw", "tiff_deflate", "packbits"):
        add("tiff-" + packing, saved(Image.fromarray(rgb), "TIFF", compression=packing))
    add("tiff-grey", saved(Image.fromarray(grey), "TIFF"))
    add("tiff-grey16", saved(Image.fromarray(draw.integers(0, 65536, (H, W)).astype(np.uint16)), "TIFF"), 1)
    add("tiff-bits", saved(Image.fromarray(grey).convert("1"), "TIFF"))
    add("tiff-palette", saved(Image.fromarray(rgb).quantize(16), "TIFF"))
    add("tiff-clear", saved(Image.fromarray(rgba), "TIFF"))
    add("tiff-inks", saved(Image.fromarray(rgb).convert("CMYK"), "TIFF"), 1)
    for orientation in range(2, 9):
        add("tiff-turned%d" % orientation, saved(Image.fromarray(rgb), "TIFF", tiffinfo={274: orientation}))
    add("tiff-several", saved(Image.fromarray(rgb), "TIFF", save_all=True, append_images=[Image.fromarray(rgb[::-1])]))


def bmp_file(header, palette, rows):
    start = 14 + len(header) + len(palette)
    return struct.pack("<2sIII", b"BM", start + len(rows), 0, start) + header + palette + rows


def info(bits, packing=0, height=H, colours=0, size=40, more=b""):
    return struct.pack("<IiiHHIIiiII", size, W, height, 1, bits, packing, 0, 0, 0, colours, 0) + more


def padded(rows):
    return b"".join(row + b"\0" * (-len(row) % 4) for row in rows)


def bmp():
    add("bmp-bits", saved(Image.fromarray(grey).convert("1"), "BMP"))
    add("bmp-grey", saved(Image.fromarray(grey), "BMP"))
    add("bmp-palette", saved(Image.fromarray(rgb).quantize(16), "BMP"))
    add("bmp-24", saved(Image.fromarray(rgb), "BMP"))
    words = draw.integers(0, 65536, (H, W)).astype("<u2")
    longs = draw.integers(0, 1 << 32, (H, W)).astype("<u4")
    add("bmp-16", bmp_file(info(16), b"", padded([r.tobytes() for r in words])), 1)
    masks = struct.pack("<III", 0xf800, 0x7e0, 0x1f)
    add("bmp-565", bmp_file(info(16, 3), masks, padded([r.tobytes() for r in words])), 1)
    add("bmp-32-down", bmp_file(info(32, height=-H), b"", longs.tobytes()))
    clear = struct.pack("<IIII", 0xff0000, 0xff00, 0xff, 0xff000000) + b"\0" * 52
    add("bmp-32-clear", bmp_file(info(32, 3, size=108, more=clear), b"", longs.tobytes()))
    nibbles = draw.integers(0, 5, (H, 2 * ((W + 1) // 2)))
    packed = [bytes(int(a) << 4 | int(b) for a, b in zip(r[::2], r[1::2])) for r in nibbles]
    five = b"".join(bytes(rgb[0, i]) + b"\0" for i in range(5))
    add("bmp-4", bmp_file(info(4, colours=5), five, padded(packed)))
    core = struct.pack("<IHHHH", 12, W, H, 1, 8)
    table = b"".join(bytes([i, 255 - i, i // 2]) for i in range(256))
    add("bmp-os2", bmp_file(core, table, padded([bytes(r) for r in grey])))


def pnm():
    head = "%d %d\n" % (W, H)
    numbers = " ".join(map(str, grey.ravel())).encode()
    add("pnm-p5", ("P5\n# a comment\n" + head + "255\n").encode() + grey.tobytes())
    add("pnm-p6", ("P6 " + head + "255\n").encode() + rgb.tobytes())
    add("pnm-p2", ("P2\n" + head + "255\n").encode() + numbers + b"\n")
    add("pnm-p3", ("P3\n" + head + "255\n").encode() + " ".join(map(str, rgb.ravel())).encode() + b"\n")
    bits = grey > 128
    add("pnm-p1", ("P1\n" + head).encode() + b"".join(b"01"[b:b + 1] for b in bits.ravel().astype(int)) + b"\n")
    add("pnm-p4", ("P4\n" + head).encode() + np.packbits(bits, axis=1).tobytes())
    add("pnm-p6-most100", ("P6\n" + head + "100\n").encode() + (rgb % 101).tobytes(), 1)
    add("pnm-p6-16", ("P6\n" + head + "65535\n").encode() + draw.integers(0, 65536, (H, W, 3)).astype(">u2").tobytes(), 1)
    add("pnm-p5-16", ("P5\n" + head + "65535\n").encode() + draw.integers(0, 65536, (H, W)).astype(">u2").tobytes(), 1)


for make in (webp, tiff, bmp, pnm):
    make()
save_file(out, os.path.join(HERE, "formats.safetensors"))
