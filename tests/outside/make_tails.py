"""make_tails.py - writes tails.safetensors: sigmoid, softmax and the logarithmic losses where a
careless exp or log loses them, by mpmath with 60 digits, each rounded once; for tails.c.

Run by hand, never by `make check`:  pip install -r requirements.txt && python make_tails.py

    sigmoid/z F32 [n], sigmoid/p F64 [n], sigmoid/loss F64 [n][2] for the targets 0 and 1
    softmax/z F32 [n][4], softmax/p F64 [n][4], softmax/loss F64 [n][4] for each target"""

import os

import mpmath
import numpy as np
from safetensors.numpy import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
mpmath.mp.dps = 60


def logits(random):
    """Both signs: zero, one float off it, tiny to huge by powers of two, the thresholds of exp in
    float32 (underflow to subnormal at -87.34, overflow at 88.72), and any between."""
    edges = [0, 1e-45, 1e-20, 17.33, 87.33, 87.34, 88.0, 88.72, 88.73, 99.5, 100]
    powers = 2.0 ** np.arange(-26, 7)
    between = random.uniform(0, 100, 40)
    z = np.concatenate([edges, powers, between, np.log([2, 3, 10])])
    return np.unique(np.concatenate([z, -z]).astype(np.float32))


def sigmoid(z):
    z = mpmath.mpf(float(z))
    return 1 / (1 + mpmath.exp(-z)), [mpmath.log1p(mpmath.exp(s * z)) for s in (1, -1)]


def softmax(row):
    row = [mpmath.mpf(float(z)) for z in row]
    total = mpmath.fsum(map(mpmath.exp, row))
    most = max(row)
    shifted = mpmath.log(mpmath.fsum(mpmath.exp(z - most) for z in row))
    return [mpmath.exp(z) / total for z in row], [(most - z) + shifted for z in row]


def make():
    random = np.random.default_rng(31)
    z = logits(random)
    p, loss = zip(*map(sigmoid, z))
    edges = [[0, 0, 0, 0], [100, 100, 100, 100], [-100, -100, -100, -100], [100, -100, 0, 50],
             [88, 88, 88, -100], [0, 0, 0, 100]]
    rows = [random.uniform(-scale, scale, (12, 4)) for scale in (1e-3, 1, 10, 100)]
    rows = np.concatenate([*rows, edges]).astype(np.float32)
    q, losses = zip(*map(softmax, rows))
    number = np.vectorize(float, otypes=[np.float64])
    path = os.path.join(HERE, "tails.safetensors")
    save_file({"sigmoid/z": z, "sigmoid/p": number(p), "sigmoid/loss": number(loss),
               "softmax/z": rows, "softmax/p": number(q), "softmax/loss": number(losses)}, path,
              {"made by": f"make_tails.py, mpmath {mpmath.__version__}"})
    os.chmod(path, 0o644)
    print(f"tails: {os.path.getsize(path)} bytes, {len(z)} and {len(rows)} cases")


if __name__ == "__main__":
    make()
