"""make_data.py - writes data.safetensors: a table that pandas has written and reads, masks that Pillow has written and
resizes, what NumPy measures of pictures, and what scikit-learn weighs classes by, for data.c to hold the runtime
against.

Run by hand, never by `make check`:  pip install -r requirements.txt && python make_data.py

    table U8 [bytes]              a CSV file
    cells U8 [bytes]              its cells, the header first, row by row, a byte 0 behind each
    columns I32 [1]
    mask/N/file U8 [bytes]        a PNG file, grey or with a palette, of 1, 2, 4 or 8 bits
    mask/N/values U8 [h][w]       the indices, or the grey values as they were stored
    mask/N/small U8 [H][W]        those resized by Pillow's NEAREST
    picture/P U8 [h][w][3]        and over all of them, scaled by 1/255, by channel:
    mean F64 [3], std F64 [3]
    classes I32 [n], weights F64 [classes]      what 'balanced' makes of them"""

import io
import os
import struct
import zlib

import numpy as np
import pandas
from PIL import Image
from safetensors.numpy import save_file
from sklearn.utils.class_weight import compute_class_weight

HERE = os.path.dirname(os.path.abspath(__file__))
draw = np.random.default_rng(5)


def table(tensors):
    words = ["", "a", "1,5", 'say "hi"', "two\nlines", "CR\r\nLF", '"', " blank ", "caf\u00e9", ",", "a|b", "-1e-3"]
    names = ["plain", "with, comma", 'with "quotes"', "\u00e9"]
    frame = pandas.DataFrame({name: draw.choice(words, 60) for name in names})
    frame[names[0]] = [f"row {i}" for i in range(60)]       # no line is empty
    text = frame.to_csv(index=False)
    again = pandas.read_csv(io.StringIO(text, newline=""), dtype=str, keep_default_na=False)
    cells = names + list(again.to_numpy().ravel())
    tensors["table"] = np.frombuffer(text.encode(), np.uint8)
    tensors["cells"] = np.frombuffer(b"".join(cell.encode() + b"\0" for cell in cells), np.uint8)
    tensors["columns"] = np.array([len(names)], np.int32)


def masks(tensors):
    number = 0
    for palette in (False, True):
        for bits in (1, 2, 4, 8):
            h, w = draw.integers(5, 40, 2)
            values = draw.integers(0, 2 ** bits, (h, w)).astype(np.uint8)
            encoded = with_palette(values, bits) if palette else grey(values, bits)
            small = Image.fromarray(values, "L").resize((16, 8), Image.NEAREST)     # sides where its places are exact
            tensors[f"mask/{number}/file"] = np.frombuffer(encoded, np.uint8)
            tensors[f"mask/{number}/values"] = values
            tensors[f"mask/{number}/small"] = np.array(small)
            number += 1


def saved(picture, **options):
    file = io.BytesIO()
    picture.save(file, "PNG", **options)
    return file.getvalue()


def with_palette(values, bits):
    picture = Image.fromarray(values, "P")
    picture.putpalette(list(draw.integers(0, 256, 3 * 2 ** bits)))
    return saved(picture, bits=bits)


def grey(values, bits):
    """Pillow writes 8 bits; of fewer, rows are packed here, as the format has it."""
    if bits == 8:
        return saved(Image.fromarray(values, "L"))
    w = values.shape[1]
    rows = b""
    for row in values:
        parts = np.concatenate([row, np.zeros(-w % (8 // bits), np.uint8)]).reshape(-1, 8 // bits)
        rows += b"\0" + bytes((parts << np.arange(8 - bits, -1, -bits)).sum(1).astype(np.uint8))
    head = struct.pack(">IIBBBBB", w, len(values), bits, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def measures(tensors):
    pictures = [draw.integers(0, 256, (9, 13, 3)).astype(np.uint8) // (i + 1) for i in range(5)]
    values = np.concatenate([p.reshape(-1, 3) for p in pictures]) / 255
    for i, picture in enumerate(pictures):
        tensors[f"picture/{i}"] = picture
    tensors["mean"], tensors["std"] = values.mean(0), values.std(0)


def weights(tensors):
    classes = draw.choice(4, 200, p=[0.6, 0.25, 0.1, 0.05]).astype(np.int32)
    tensors["classes"] = classes
    tensors["weights"] = compute_class_weight("balanced", classes=np.arange(4), y=classes)


def main():
    tensors = {}
    for fill in (table, masks, measures, weights):
        fill(tensors)
    path = os.path.join(HERE, "data.safetensors")
    save_file({key: np.ascontiguousarray(value) for key, value in tensors.items()}, path,
              {"made by": f"make_data.py, pandas {pandas.__version__}, Pillow {Image.__version__}"})
    os.chmod(path, 0o644)
    print(os.path.getsize(path), "bytes")


main()
