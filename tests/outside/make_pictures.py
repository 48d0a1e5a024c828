"""make_pictures.py - writes augment.safetensors, paint.safetensors and resize.safetensors: what SciPy, Pillow,
colorsys and TensorFlow make of small pictures, for pictures.c to hold the runtime against.

Run by hand, never by `make check`:  pip install -r requirements.txt && python make_pictures.py [NAME...]

augment.safetensors: picture/P U8 [H][W][C], and for each case N
    N/picture I32 [1], N/fill I32 [1]    which picture; number in FILL_KINDS of base/job.h
    N/rows F64 [rows][5]                 number in AUGMENT_KINDS, then the amounts drawn, vertical
                                         (or the only one) and horizontal: radians; zoom's
                                         magnification; shift in pixels; flip 0 or 1; then, of
                                         crop, the shares of the sides
    N/matrix F64 [2][3]                  from (row, column, 1) of the result to row and column of
                                         the picture
    N/expected F32 [H][W][C]
    N/nearest U8 [H][W]                  the first channel as a mask, by the nearest pixel; what the
                                         fill would make constant is 255
paint.safetensors: picture/P U8 [H][W][C], and for each case N
    N/picture I32 [1]
    N/row F64 [2]                        number in AUGMENT_KINDS, the amount drawn
    N/expected F64 [H][W][C]             torchvision's formula in double, of hue what colorsys says
    N/pillow U8 [H][W][C]                what Pillow makes of it, which rounds on the way; not of hue
resize.safetensors: for each case N
    N/picture U8 [h][w][C]
    N/nearest F64 [H][W][C]              Pillow's
    N/bilinear, N/area F64 [H][W][C]     TensorFlow's, not antialiased, before rounding to bytes"""

import colorsys
import os
import sys

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")

import numpy as np
from PIL import Image, ImageEnhance
from safetensors.numpy import save_file
from scipy import ndimage

HERE = os.path.dirname(os.path.abspath(__file__))
ROTATE, SHEAR, ZOOM, SHIFT, FLIP, CROP, BRIGHTNESS, CONTRAST, SATURATION, HUE, NOISE, GRAY, CUTOUT = range(13)
NEAREST, REFLECT, WRAP, CONSTANT = range(4)
SCIPY_MODE = {NEAREST: "nearest", REFLECT: "reflect", WRAP: "grid-wrap", CONSTANT: "constant"}
FILL_VALUE = 37.0


def save(name, tensors, made_by):
    path = os.path.join(HERE, name + ".safetensors")
    save_file({key: np.ascontiguousarray(value) for key, value in tensors.items()}, path,
              {"made by": "make_pictures.py, " + made_by})
    os.chmod(path, 0o644)
    print(f"{name}: {os.path.getsize(path)} bytes")


# ---- augmentation ----
# Where the result's point (row, column), counted from the centre, comes from. Rows grow downwards,
# so a turn that looks counter-clockwise takes a point right of the centre from below it: + sin.

def rotate(angle, *_):
    return [[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]]


def shear(angle, *_):
    return [[1, np.sin(angle), 0], [0, np.cos(angle), 0], [0, 0, 1]]


def zoom(vertical, horizontal, *_):
    return np.diag([1 - vertical, 1 - horizontal, 1])


def shift(vertical, horizontal, *_):
    return [[1, 0, -vertical], [0, 1, -horizontal], [0, 0, 1]]


def flip(vertical, horizontal, *_):
    return np.diag([-1 if vertical else 1, -1 if horizontal else 1, 1])


def crop(down, right, height, width):
    return [[height, 0, down], [0, width, right], [0, 0, 1]]


MATRIX = {ROTATE: rotate, SHEAR: shear, ZOOM: zoom, SHIFT: shift, FLIP: flip, CROP: crop}


def inverse_map(rows, size):
    centre = np.eye(3)
    centre[:2, 2] = [(n - 1) / 2 for n in size]
    product = np.eye(3)
    for kind, *amounts in rows:
        product = product @ np.array(MATRIX[kind](*amounts, *(4 - len(amounts)) * [1]))
    return (centre @ product @ np.linalg.inv(centre))[:2]


def augmented(picture, matrix, fill):
    return np.stack([ndimage.affine_transform(plane.astype(np.float64), matrix[:, :2], matrix[:, 2],
                                              order=1, mode=SCIPY_MODE[fill], cval=FILL_VALUE)
                     for plane in np.moveaxis(picture, 2, 0)], axis=2)


def nearest_mask(picture, matrix, fill):
    return ndimage.affine_transform(picture[..., 0], matrix[:, :2], matrix[:, 2], order=0, mode=SCIPY_MODE[fill],
                                    cval=255)


def lies_between(matrix, size):
    """True where rounding decides which of two pixels is the nearest."""
    grid = np.stack([*np.indices(size), np.ones(size)]).reshape(3, -1)
    return np.any(np.abs((matrix @ grid) % 1 - 0.5) < 1e-6)


def leaves_on_the_edge(matrix, size):
    """True where rounding decides whether a coordinate is outside, which `constant` would show."""
    grid = np.stack([*np.indices(size), np.ones(size)]).reshape(3, -1)
    for coordinate, n in zip(matrix @ grid, size):
        distance = np.minimum(np.abs(coordinate), np.abs(coordinate - (n - 1)))
        if np.any(distance < 1e-6):
            return True
    return False


DEGREE = np.pi / 180
SINGLE = [
    [(ROTATE, 25 * DEGREE, 0)], [(ROTATE, -70 * DEGREE, 0)], [(SHEAR, 15 * DEGREE, 0)],
    [(SHEAR, -20 * DEGREE, 0)], [(ZOOM, 0.2, 0.2)], [(ZOOM, -0.3, -0.3)], [(ZOOM, 0.15, -0.25)],
    [(SHIFT, 1.6, 0)], [(SHIFT, -0.9, 3.3)], [(FLIP, 0, 1)], [(FLIP, 1, 0)], [(FLIP, 1, 1)],
    [(CROP, 2, -3, 1, 1)], [(CROP, 1.2, -0.4, 0.5, 0.8)],
]
COMPOSED = [
    [(ROTATE, 33 * DEGREE, 0), (SHIFT, 2.1, -1.9), (SHEAR, 9 * DEGREE, 0), (ZOOM, 0.11, -0.18),
     (FLIP, 0, 1)],
    [(FLIP, 1, 0), (ZOOM, -0.4, -0.4), (SHIFT, -2.7, 5), (ROTATE, -51 * DEGREE, 0)],
    [(SHIFT, 15.2, -26.5), (ROTATE, 12 * DEGREE, 0)],     # beyond the whole picture
    [(CROP, -1.7, 2.2, 0.6, 0.7), (FLIP, 0, 1), (ROTATE, 8 * DEGREE, 0)],
]


def make_augment(random):
    pictures = [random.integers(0, 256, shape, np.uint8) for shape in ((12, 17, 3), (16, 16, 1))]
    tensors = {f"picture/{p}": picture for p, picture in enumerate(pictures)}
    tensors["fill_value"] = np.array([FILL_VALUE])
    cases = [(0, NEAREST, rows) for rows in SINGLE]
    cases += [(p, fill, rows) for p in (0, 1) for fill in SCIPY_MODE for rows in COMPOSED]
    cases += [(1, CONSTANT, SINGLE[0]), (1, WRAP, SINGLE[8]), (1, REFLECT, SINGLE[5])]
    for n, (p, fill, rows) in enumerate(cases):
        matrix = inverse_map(rows, pictures[p].shape[:2])
        assert fill != CONSTANT or not leaves_on_the_edge(matrix, pictures[p].shape[:2]), rows
        tensors |= {f"{n}/picture": np.array([p], np.int32),
                    f"{n}/fill": np.array([fill], np.int32),
                    f"{n}/rows": np.array([[*row, *(5 - len(row)) * [1]] for row in rows], np.float64),
                    f"{n}/matrix": matrix,
                    f"{n}/expected": augmented(pictures[p], matrix, fill).astype(np.float32)}
        if not lies_between(matrix, pictures[p].shape[:2]):
            tensors[f"{n}/nearest"] = nearest_mask(pictures[p], matrix, fill)
    tensors["cases"] = np.array([len(cases)], np.int32)
    import scipy
    save("augment", tensors, f"SciPy {scipy.__version__}")


# ---- light and colors ----

def gray_of(picture):
    return picture @ [0.299, 0.587, 0.114]


def blended(other, picture, factor):
    return np.clip(factor * picture + (1 - factor) * other, 0, 255)


def turned(picture, angle):
    """By colorsys, pixel by pixel."""
    def turn(pixel):
        hue, saturation, value = colorsys.rgb_to_hsv(*pixel)
        return colorsys.hsv_to_rgb((hue + angle / (2 * np.pi)) % 1, saturation, value)
    return np.apply_along_axis(turn, 2, picture / 255) * 255


def painted(kind, picture, amount):
    value, factor = picture.astype(np.float64), 1 + amount
    colored = picture.shape[2] == 3
    if kind == BRIGHTNESS:
        return blended(0, value, factor)
    if kind == CONTRAST:
        return blended(np.mean(gray_of(value) if colored else value), value, factor)
    if kind == SATURATION:
        return blended(gray_of(value)[..., None], value, factor)
    if kind == GRAY:
        return np.repeat(gray_of(value)[..., None], 3, 2)
    return turned(value, amount)


PILLOW = {BRIGHTNESS: ImageEnhance.Brightness, CONTRAST: ImageEnhance.Contrast, SATURATION: ImageEnhance.Color}


def painted_by_pillow(kind, picture, amount):
    image = Image.fromarray(picture.squeeze())
    if kind == GRAY:
        return np.repeat(np.asarray(image.convert("L"))[..., None], 3, 2)
    return np.asarray(PILLOW[kind](image).enhance(1 + amount)).reshape(picture.shape)


def make_paint(random):
    pictures = [random.integers(0, 256, shape, np.uint8) for shape in ((7, 9, 3), (5, 5, 1))]
    pictures[0][:2] = random.integers(0, 4, (2, 9, 3)) * 85          # ties between channels, and gray
    tensors = {f"picture/{p}": picture for p, picture in enumerate(pictures)}
    cases = [(p, kind, amount) for p in (0, 1) for kind in (BRIGHTNESS, CONTRAST)
             for amount in (-1, -0.6, -0.07, 0.3, 1)]
    cases += [(0, SATURATION, amount) for amount in (-1, -0.4, 0.5, 1)] + [(0, GRAY, 1)]
    cases += [(0, HUE, degrees * DEGREE) for degrees in (-180, -75, -3, 11, 60, 120, 133, 180)]
    for n, (p, kind, amount) in enumerate(cases):
        tensors |= {f"{n}/picture": np.array([p], np.int32), f"{n}/row": np.array([kind, amount], np.float64),
                    f"{n}/expected": painted(kind, pictures[p], amount)}
        if kind != HUE:
            tensors[f"{n}/pillow"] = painted_by_pillow(kind, pictures[p], amount)
    tensors["cases"] = np.array([len(cases)], np.int32)
    import PIL
    save("paint", tensors, f"Pillow {PIL.__version__}, Python {sys.version.split()[0]}")


# ---- resizing ----

SIZES = [   # from, to
    ((11, 7), (11, 7)), ((7, 11), (14, 22)), ((16, 20), (8, 10)), ((13, 17), (9, 23)),
    ((23, 9), (7, 12)), ((1, 5), (4, 3)), ((5, 1), (3, 4)), ((1, 1), (3, 2)), ((9, 8), (1, 1)),
    ((31, 29), (10, 12)), ((2, 3), (17, 19)),
]


def nearest(picture, size):
    """Pillow's, which must be floor((i + 1/2) in/out): adding in/out up, it can miss one."""
    planes = [np.asarray(Image.fromarray(plane).resize(size[::-1], Image.Resampling.NEAREST))
              for plane in np.moveaxis(picture, 2, 0)]
    rows, columns = ((2 * np.arange(out) + 1) * n // (2 * out)
                     for n, out in zip(picture.shape, size))
    result = np.stack(planes, axis=2)
    assert np.array_equal(result, picture[rows][:, columns])
    return result.astype(np.float64)


def make_resize(random):
    import PIL
    import tensorflow as tf
    tensors = {"cases": np.array([len(SIZES)], np.int32)}
    for n, (old, new) in enumerate(SIZES):
        picture = random.integers(0, 256, (*old, 3 if n % 3 else 1), np.uint8)
        tensors |= {f"{n}/picture": picture, f"{n}/nearest": nearest(picture, new)}
        for method in ("bilinear", "area"):
            resized = tf.image.resize(picture.astype(np.float64), new, method, antialias=False)
            tensors[f"{n}/{method}"] = resized.numpy().astype(np.float64)
    save("resize", tensors, f"Pillow {PIL.__version__}, TensorFlow {tf.__version__}")


MAKERS = {"augment": (make_augment, 21), "resize": (make_resize, 22), "paint": (make_paint, 23)}

if __name__ == "__main__":
    for name in sys.argv[1:] or MAKERS:
        make, seed = MAKERS[name]
        make(np.random.default_rng(seed))
