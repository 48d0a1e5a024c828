"""make_losses.py - writes losses.safetensors: losses and their gradients by Keras and TensorFlow, in double; and
metrics.safetensors: metrics by scikit-learn; for losses.c and metrics.c.

Run by hand, never by `make check`:  pip install -r requirements.txt && python make_losses.py

losses.safetensors, for each case:
    CASE/z F64 [n][P][Q][C]: logits, or numbers; CASE/t F64 [n][P][Q][1 or C]: classes, shares or numbers
    CASE/loss F64 [n], of each image; CASE/slope F64 like z, of their mean
metrics.safetensors, for each case:
    CASE/y F32 [n][P][Q][C]: answers; CASE/t I32 [n][P][Q] or F32 [n][P][Q][C]
    CASE/METRIC F64 [1]"""

import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import sklearn
import sklearn.metrics as sk
import tensorflow as tf
from safetensors.numpy import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
WEIGHTS = np.array([2, 0.5, 1, 4.0])


def save(name, tensors, made_by):
    path = os.path.join(HERE, name)
    save_file({k: np.ascontiguousarray(v) for k, v in tensors.items()}, path, {"made by": made_by})
    os.chmod(path, 0o644)
    print(f"{name}: {os.path.getsize(path)} bytes")


# ---- losses ----

def mean_of_counted(loss, t, weight=1.0):
    """[n][P][Q] to [n]: pixels whose class is below 0 are left out."""
    counts = tf.cast(t[..., 0] >= 0, tf.float64)
    return tf.reduce_sum(loss * weight * counts, (1, 2)) / tf.maximum(tf.reduce_sum(counts, (1, 2)), 1)


def binary(z, t, weighted=False):
    truth = tf.maximum(t, 0)
    loss = keras.losses.binary_crossentropy(truth, z, from_logits=True)
    weight = WEIGHTS[0] + truth[..., 0] * (WEIGHTS[1] - WEIGHTS[0]) if weighted else 1.0
    return mean_of_counted(loss, t, weight)


def labels(z, t):
    return keras.losses.binary_crossentropy(t, z, from_logits=True)[:, 0, 0]


def classes(z, t, smooth=0.0, weighted=False):
    c = z.shape[-1]
    truth = tf.cast(tf.maximum(t[..., 0], 0), tf.int32)
    loss = keras.losses.categorical_crossentropy(tf.one_hot(truth, c, dtype=tf.float64), z, from_logits=True,
                                                 label_smoothing=smooth)
    return mean_of_counted(loss, t, tf.gather(WEIGHTS, truth) if weighted else 1.0)


def shares(z, t):
    return tf.reduce_mean(keras.losses.categorical_crossentropy(t, z, from_logits=True), (1, 2))


def dice(z, t):
    counts = tf.cast(t >= 0, tf.float64)
    p, t = tf.sigmoid(z) * counts, tf.maximum(t, 0) * counts
    return 1 - (2 * tf.reduce_sum(p * t, (1, 2, 3)) + 1) / (tf.reduce_sum(p + t, (1, 2, 3)) + 1)


def numbers(function):
    return lambda z, t: tf.reduce_mean(function(t, z), (1, 2))


def loss_cases(random):
    def z(*shape):
        return random.normal(0, 3, shape)

    def some(most, *shape):
        return random.integers(-1, most, shape).astype(float)

    def all_of(most, *shape):
        return random.integers(0, most, shape).astype(float)

    share = random.uniform(0, 1, (2, 3, 4, 5))
    share /= share.sum(-1, keepdims=True)
    return {
        "binary": (binary, z(6, 1, 1, 1), all_of(2, 6, 1, 1, 1)),
        "binary_weighted": (lambda z, t: binary(z, t, True), z(6, 1, 1, 1), all_of(2, 6, 1, 1, 1)),
        "binary_map": (binary, z(3, 4, 5, 1), some(2, 3, 4, 5, 1)),
        "labels": (labels, z(4, 1, 1, 6), all_of(2, 4, 1, 1, 6)),
        "classes": (classes, z(6, 1, 1, 4), all_of(4, 6, 1, 1, 1)),
        "classes_smooth": (lambda z, t: classes(z, t, 0.1), z(6, 1, 1, 4), all_of(4, 6, 1, 1, 1)),
        "classes_map": (lambda z, t: classes(z, t, 0.2, True), z(3, 4, 5, 4), some(4, 3, 4, 5, 1)),
        "shares": (shares, z(2, 3, 4, 5), share),
        "dice": (dice, z(3, 4, 5, 1), some(2, 3, 4, 5, 1)),
        "mse": (numbers(keras.losses.mean_squared_error), z(3, 2, 3, 4), z(3, 2, 3, 4)),
        "mae": (numbers(keras.losses.mean_absolute_error), z(3, 2, 3, 4), z(3, 2, 3, 4)),
        "huber": (numbers(lambda t, y: keras.losses.huber(t, y, delta=0.7)), z(3, 2, 3, 4), z(3, 2, 3, 4)),
    }


def make_losses():
    keras.config.set_floatx("float64")
    tensors = {}
    for name, (function, z, t) in loss_cases(np.random.default_rng(5)).items():
        variable = tf.Variable(z)
        with tf.GradientTape() as tape:
            loss = function(variable, tf.constant(t))
            mean = tf.reduce_mean(loss)
        slope = tape.gradient(mean, variable)
        tensors |= {f"{name}/z": z, f"{name}/t": t, f"{name}/loss": loss.numpy(), f"{name}/slope": slope.numpy()}
    save("losses.safetensors", tensors, f"make_losses.py, keras {keras.__version__}, tensorflow {tf.__version__}")


# ---- metrics ----

def of_classes(y, t, average, **auc):
    """Class numbers of a vector of pictures or of the pixels that count; y [m][C]."""
    answer = (y[:, 0] > 0.5).astype(int) if y.shape[1] == 1 else y.argmax(1)
    found = {
        "accuracy": sk.accuracy_score(t, answer),
        "precision": sk.precision_score(t, answer, average=average, zero_division=0),
        "recall": sk.recall_score(t, answer, average=average, zero_division=0),
        "f1": sk.f1_score(t, answer, average=average, zero_division=0),
        "dice": sk.f1_score(t, answer, average=average, zero_division=0),
        "iou": sk.jaccard_score(t, answer, average=average, zero_division=0),
    }
    if auc.get("auc"):
        found["auc"] = (sk.roc_auc_score(t, y[:, 0]) if y.shape[1] == 1
                        else sk.roc_auc_score(t, y, multi_class="ovr", average="macro"))
    if y.shape[1] > 2 and auc.get("auc"):
        found["top"] = sk.top_k_accuracy_score(t, y, k=2)
    return found


def softmax(z):
    e = np.exp(z)
    return (e / e.sum(-1, keepdims=True)).astype(np.float32)


def make_metrics():
    random = np.random.default_rng(8)
    tensors = {}

    def add(name, y, t, found):
        tensors.update({f"{name}/y": y, f"{name}/t": t})
        tensors.update({f"{name}/{k}": np.array([v], np.float64) for k, v in found.items()})

    t = random.integers(0, 2, (40, 1, 1)).astype(np.int32)
    y = np.round(np.clip(t * 0.3 + random.uniform(0, 0.7, t.shape), 0, 1), 1).astype(np.float32)
    add("one", y[..., None], t, of_classes(y.reshape(-1, 1), t.ravel(), "binary", auc=True))

    t = random.integers(0, 5, (60, 1, 1)).astype(np.int32)
    y = softmax(random.normal(0, 1, (60, 1, 1, 5)) + 1.2 * np.eye(5)[t])
    add("classes", y, t, of_classes(y[:, 0, 0], t.ravel(), "macro", auc=True))

    t = random.integers(-1, 3, (4, 5, 6)).astype(np.int32)
    y = softmax(random.normal(0, 1, (4, 5, 6, 4)) + 1.2 * np.eye(4)[np.maximum(t, 0)] - 9 * np.eye(4)[3])
    counts = t.ravel() >= 0
    add("mask", y, t, of_classes(y.reshape(-1, 4)[counts], t.ravel()[counts], "macro"))

    t = random.integers(-1, 2, (4, 5, 6)).astype(np.int32)
    y = random.uniform(0, 1, (4, 5, 6, 1)).astype(np.float32)
    counts = t.ravel() >= 0
    add("mask_of_two", y, t, of_classes(y.reshape(-1, 1)[counts], t.ravel()[counts], "binary"))

    t = random.integers(0, 2, (30, 4)).astype(np.float32)
    y = np.clip(t * 0.4 + random.uniform(0, 0.7, t.shape), 0, 1).astype(np.float32)
    answer = (y > 0.5).astype(int)
    add("labels", y[:, None, None], t[:, None, None], {
        "accuracy": (answer == t).mean(),
        "precision": sk.precision_score(t, answer, average="macro", zero_division=0),
        "recall": sk.recall_score(t, answer, average="macro", zero_division=0),
        "f1": sk.f1_score(t, answer, average="macro", zero_division=0),
        "auc": sk.roc_auc_score(t, y, average="macro"),
    })

    t = random.normal(0, 1, (25, 3)).astype(np.float32)
    y = (t + random.normal(0, 0.3, t.shape)).astype(np.float32)
    scale, mean, std = 0.5, np.array([1, -2, 30]), np.array([3, 0.2, 10])
    table = [(x.astype(np.float64) * std + mean) / scale for x in (t, y)]
    add("numbers", y[:, None, None], t[:, None, None], {
        "mae": sk.mean_absolute_error(*table), "mse": sk.mean_squared_error(*table), "r2": sk.r2_score(*table),
    })
    save("metrics.safetensors", tensors, f"make_losses.py, scikit-learn {sklearn.__version__}")


if __name__ == "__main__":
    make_losses()
    make_metrics()
