"""make_pictures.py - writes augment.safetensors and resize.safetensors: what SciPy, Pillow and
TensorFlow make of small pictures, for pictures.c to hold the runtime against.

Run by hand, never by `make check`:  pip install -r requirements.txt && python make_pictures.py

augment.safetensors: picture/P U8 [H][W][C], and for each case N
    N/picture I32 [1], N/fill I32 [1]    which picture; number in FILL_KINDS of base/job.h
    N/rows F64 [rows][3]                 number in AUGMENT_KINDS, then the amounts drawn, vertical
                                         (or the only one) and horizontal: radians; zoom's
                                         magnification; shift in pixels; flip 0 or 1
    N/matrix F64 [2][3]                  from (row, column, 1) of the result to row and column of
                                         the picture
    N/expected F32 [H][W][C]
resize.safetensors: for each case N
    N/picture U8 [h][w][C]
    N/nearest F64 [H][W][C]              Pillow's
    N/bilinear, N/area F64 [H][W][C]     TensorFlow's, not antialiased, before rounding to bytes"""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")

import numpy as np
from PIL import Image
from safetensors.numpy import save_file
from scipy import ndimage

HERE = os.path.dirname(os.path.abspath(__file__))
ROTATE, SHEAR, ZOOM, SHIFT, FLIP = range(5)
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

def rotate(angle, _):
    return [[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]]


def shear(angle, _):
    return [[1, np.sin(angle), 0], [0, np.cos(angle), 0], [0, 0, 1]]


def zoom(vertical, horizontal):
    return np.diag([1 - vertical, 1 - horizontal, 1])


def shift(vertical, horizontal):
    return [[1, 0, -vertical], [0, 1, -horizontal], [0, 0, 1]]


def flip(vertical, horizontal):
    return np.diag([-1 if vertical else 1, -1 if horizontal else 1, 1])


MATRIX = {ROTATE: rotate, SHEAR: shear, ZOOM: zoom, SHIFT: shift, FLIP: flip}


def inverse_map(rows, size):
    centre = np.eye(3)
    centre[:2, 2] = [(n - 1) / 2 for n in size]
    product = np.eye(3)
    for kind, vertical, horizontal in rows:
        product = product @ np.array(MATRIX[kind](vertical, horizontal))
    return (centre @ product @ np.linalg.inv(centre))[:2]


def augmented(picture, matrix, fill):
    return np.stack([ndimage.affine_transform(plane.astype(np.float64), matrix[:, :2], matrix[:, 2],
                                              order=1, mode=SCIPY_MODE[fill], cval=FILL_VALUE)
                     for plane in np.moveaxis(picture, 2, 0)], axis=2)


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
]
COMPOSED = [
    [(ROTATE, 33 * DEGREE, 0), (SHIFT, 2.1, -1.9), (SHEAR, 9 * DEGREE, 0), (ZOOM, 0.11, -0.18),
     (FLIP, 0, 1)],
    [(FLIP, 1, 0), (ZOOM, -0.4, -0.4), (SHIFT, -2.7, 5), (ROTATE, -51 * DEGREE, 0)],
    [(SHIFT, 15.2, -26.5), (ROTATE, 12 * DEGREE, 0)],     # beyond the whole picture
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
                    f"{n}/rows": np.array(rows, np.float64), f"{n}/matrix": matrix,
                    f"{n}/expected": augmented(pictures[p], matrix, fill).astype(np.float32)}
    tensors["cases"] = np.array([len(cases)], np.int32)
    import scipy
    save("augment", tensors, f"SciPy {scipy.__version__}")


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


if __name__ == "__main__":
    make_augment(np.random.default_rng(21))
    make_resize(np.random.default_rng(22))
