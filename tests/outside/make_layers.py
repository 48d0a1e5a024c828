"""make_layers.py - writes layers/NAME.safetensors for each card beside them: what Keras makes of its
layers, in double precision, for layers.c to hold the evaluator against.

Run by hand, never by `make check`:  pip install -r requirements.txt && python make_layers.py [NAME...]

A fixture holds, all tensors F64 and in Keras's order: input [n][H][W][C], target, loss [1], initial/NAME for
every parameter, output/LAYER as in training, gradient/NAME of the mean loss, updated/NAME of a running
statistic. Where there are such, predicted: the answers by those of before."""

import os
import sys

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from safetensors.numpy import save_file

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "layers")
IMAGES, CLASSES = 3, 3
SUFFIX = {"kernel": "weight", "gamma": "weight", "bias": "bias", "beta": "bias", "moving_mean": "running_mean",
          "moving_variance": "running_var"}


class Builder:
    """Keras's functional model of a card; `made` has each layer's value by its name in the card."""

    def __init__(self, *shape):
        self.input = self.value = keras.Input(shape)
        self.made, self.parameters = {"input": self.input}, {}
        self.target = (np.arange(IMAGES) % CLASSES).astype(np.int32)
        self.loss = keras.losses.sparse_categorical_crossentropy    # of each image, or its mean is taken

    def __getitem__(self, name):
        return self.made[name]

    def put(self, name, layer, *inputs):
        """The layer's value of these, or of the line above."""
        self.value = layer(*(inputs or [self.value]))
        self.made[name] = self.value
        for kind, suffix in SUFFIX.items():
            if getattr(layer, kind, None) is not None:
                self.parameters[f"{name}.{suffix}"] = getattr(layer, kind)
        return self

    def finish(self):
        """The end of most cards: flatten, unless it is done, then answer: dense 3 softmax."""
        if "flatten1" not in self.made:
            self.put("flatten1", layers.Flatten())
        return self.put("answer", layers.Dense(CLASSES, activation="softmax"))


def activations():
    b = Builder(4, 5, 3)
    b.put("a", layers.Conv2D(4, 1))
    names = ["elu", "gelu", "silu", "tanh", "sigmoid", "softmax", "hard_sigmoid", "hard_swish", "relu6", "relu"]
    b.put("leaky", layers.LeakyReLU(negative_slope=0.25), b["a"])
    for name in names:
        b.put(name, layers.Activation(name), b["a"])
    b.put("concat1", layers.Concatenate(), [b["relu"], b["leaky"], *[b[name] for name in names[:-1]]])
    return b.finish()


def crop(value, height, width):
    return layers.CenterCrop(height, width)(value)


def shapes():
    b = Builder(5, 4, 3)
    b.put("a", layers.Conv2D(6, 2, activation="tanh"))
    b.put("mean", layers.GlobalAveragePooling2D(keepdims=True))
    b.put("squeezed", layers.Dense(6, activation="sigmoid"))
    b.put("scaled", layers.Multiply(), [b["squeezed"], b["a"]])
    b.put("b", layers.Conv2D(6, 1))
    b.put("product", layers.Multiply(), [b["b"], b["scaled"]])
    b.put("near", layers.UpSampling2D((3, 2), interpolation="nearest"))
    b.put("smooth", layers.UpSampling2D((2, 4), interpolation="bilinear"), b["product"])
    b.put("c", layers.Conv2D(5, 2, strides=2))
    b.put("joined", layers.Concatenate(), [crop(b["c"], 4, 3), crop(b["near"], 4, 3), crop(b["a"], 4, 3)])
    b.put("turned", layers.Reshape((4, 3, 17)))
    b.put("d", layers.Conv2D(2, (2, 3)))
    return b.finish()


def channels():
    b = Builder(6, 7, 4)
    b.put("a", layers.Conv2D(6, 3, padding="same", groups=2))
    b.put("b", layers.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2, activation="tanh"))
    b.put("c", layers.DepthwiseConv2D((2, 3), use_bias=False))
    b.put("d", layers.Conv2DTranspose(5, 3, strides=2, activation="sigmoid"))
    b.put("e", layers.Conv2DTranspose(4, (4, 3), strides=(2, 1), padding="same", use_bias=False))
    b.put("f", layers.Conv2DTranspose(3, (1, 2), strides=2))
    b.put("g", layers.Conv2D(6, (3, 2), strides=3, groups=3))
    return b.finish()


def norms():
    b = Builder(5, 4, 3)
    b.put("first", layers.BatchNormalization())
    b.put("a", layers.Conv2D(6, 2))
    b.put("b", layers.BatchNormalization())
    b.made["b"] = b.value = layers.Activation("relu")(b.value)
    b.put("c", layers.Conv2D(4, 2, use_bias=False))
    b.put("d", layers.BatchNormalization(momentum=0.5, epsilon=1e-2))
    b.put("flatten1", layers.Flatten())
    b.put("e", layers.Dense(5))
    b.put("f", layers.BatchNormalization())
    b.made["f"] = b.value = layers.Activation("tanh")(b.value)
    return b.finish()


def statistics():
    b = Builder(5, 4, 6)
    b.put("first", layers.GroupNormalization(3))
    b.put("a", layers.Conv2D(8, 2))
    b.put("b", layers.LayerNormalization())
    b.made["b"] = b.value = layers.Activation("relu")(b.value)
    b.put("c", layers.Conv2D(8, 2))
    b.put("d", layers.GroupNormalization(2, epsilon=1e-2))
    for name, numbers in ("e", (2, 1, 1e-4, 0.75)), ("f", (1, 2, 0.3, 0.5)):    # in float: TensorFlow has no other
        b.put(name, layers.Lambda(lambda x, n=numbers: tf.cast(tf.nn.lrn(tf.cast(x, tf.float32), *n), x.dtype)))
    return b.finish()


def depthwise():
    b = Builder(7, 6, 3)
    b.put("a", layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="relu"))
    b.put("b", layers.DepthwiseConv2D((2, 3), strides=1, use_bias=False))
    b.made["b"] = b.value = b.value[:, ::2]     # Keras has but one stride for both ways
    b.put("c", layers.DepthwiseConv2D(3, dilation_rate=2, padding="same"))
    return b.finish()


def numbers():
    b = Builder(4, 5, 2)
    b.put("a", layers.Conv2D(4, 2, activation="tanh"))
    b.put("flatten1", layers.Flatten())
    b.put("answer", layers.Dense(3))
    b.target = np.random.default_rng(3).uniform(-1.5, 1.5, (IMAGES, 3))
    b.loss = lambda t, y: (keras.losses.mean_squared_error(t, y) + keras.losses.mean_absolute_error(t, y) / 2
                           + 2 * keras.losses.huber(t, y, delta=0.5))
    return b


def dice(t, y):
    """Of an image; netc adds 1 above and below the line, Keras 1e-7."""
    t, y = tf.reshape(tf.cast(t, y.dtype), (IMAGES, -1)), tf.reshape(y, (IMAGES, -1))
    return 1 - (2 * tf.reduce_sum(t * y, 1) + 1) / (tf.reduce_sum(t, 1) + tf.reduce_sum(y, 1) + 1)


def mask():
    b = Builder(5, 4, 2)
    b.put("a", layers.Conv2D(4, 3, padding="same", activation="tanh"))
    b.put("answer", layers.Conv2D(1, 1, activation="sigmoid"))
    b.target = np.random.default_rng(4).integers(0, 2, (IMAGES, 5, 4, 1), np.int32)
    b.loss = lambda t, y: tf.reduce_mean(keras.losses.binary_crossentropy(t, y), axis=(1, 2)) + 2 * dice(t, y)
    return b


NETWORKS = {        # its builder, and by how much Glorot's weights are larger
    "activations": (activations, 4), "shapes": (shapes, 1), "channels": (channels, 1), "norms": (norms, 1),
    "statistics": (statistics, 1),
    "depthwise": (depthwise, 1), "numbers": (numbers, 1), "mask": (mask, 1),
}


def make(name):
    build, scale = NETWORKS[name]
    random = np.random.default_rng(7)
    b = build()
    model = keras.Model(b.input, b.made)
    pictures = random.uniform(-2, 2, (IMAGES, *b.input.shape[1:]))
    tensors = {"input": pictures, "target": b.target}
    for parameter, variable in b.parameters.items():
        fan = np.prod(variable.shape[:-1]) + variable.shape[-1]
        drawn = random.uniform(-1, 1, variable.shape) * scale * np.sqrt(6 / fan)
        if parameter.endswith("running_var"):
            drawn = 1 + drawn / 2
        variable.assign(drawn)
        tensors["initial/" + parameter] = drawn
    if any("running" in parameter for parameter in b.parameters):
        tensors["predicted"] = np.asarray(model(tf.convert_to_tensor(pictures), training=False)["answer"])
    with tf.GradientTape() as tape:
        made = model(tf.convert_to_tensor(pictures), training=True)
        loss = tf.reduce_mean(b.loss(b.target, made["answer"]))
    tensors["loss"] = np.array([float(loss)])
    gradients = tape.gradient(loss, [variable.value for variable in b.parameters.values()])
    for parameter, gradient in zip(b.parameters, gradients):
        if gradient is not None:
            tensors["gradient/" + parameter] = np.asarray(gradient)
        else:
            tensors["updated/" + parameter] = np.asarray(b.parameters[parameter])
    tensors |= {"output/" + layer: np.asarray(value) for layer, value in made.items() if layer != "input"}
    path = os.path.join(HERE, name + ".safetensors")
    save_file({key: np.ascontiguousarray(value) for key, value in tensors.items()}, path,
              {"made by": f"make_layers.py, Keras {keras.__version__}, TensorFlow {tf.__version__}, double precision"})
    os.chmod(path, 0o644)
    print(f"{name}: {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    for network_name in sys.argv[1:] or NETWORKS:
        make(network_name)
