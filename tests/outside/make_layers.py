"""make_layers.py - writes layers/NAME.safetensors for each card beside them: what Keras makes of its
layers, in double precision, for layers.c to hold the evaluator against.

Run by hand, never by `make check`:  pip install -r requirements.txt && python make_layers.py [NAME...]

A fixture holds, all tensors F64 and in Keras's order: input [n][H][W][C], target I32 [n], initial/NAME for
every parameter, output/LAYER, gradient/NAME of the mean loss."""

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


class Builder:
    """Keras's functional model of a card; `made` has each layer's value by its name in the card."""

    def __init__(self, *shape):
        self.input = self.value = keras.Input(shape)
        self.made, self.parameters = {"input": self.input}, {}

    def __getitem__(self, name):
        return self.made[name]

    def put(self, name, layer, *inputs):
        """The layer's value of these, or of the line above."""
        self.value = layer(*(inputs or [self.value]))
        self.made[name] = self.value
        for kind in ("kernel", "bias"):
            if getattr(layer, kind, None) is not None:
                self.parameters[name + {"kernel": ".weight", "bias": ".bias"}[kind]] = getattr(layer, kind)
        return self

    def finish(self):
        """The end of every card: flatten, then answer: dense 3 softmax."""
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


NETWORKS = {"activations": (activations, 4), "shapes": (shapes, 1),
            "channels": (channels, 1)}    # by how much Glorot's weights are larger


def make(name):
    build, scale = NETWORKS[name]
    random = np.random.default_rng(7)
    b = build()
    model = keras.Model(b.input, b.made)
    pictures = random.uniform(-2, 2, (IMAGES, *b.input.shape[1:]))
    target = (np.arange(IMAGES) % CLASSES).astype(np.int32)
    tensors = {"input": pictures, "target": target}
    for parameter, variable in b.parameters.items():
        fan = np.prod(variable.shape[:-1]) + variable.shape[-1]
        drawn = random.uniform(-1, 1, variable.shape) * scale * np.sqrt(6 / fan)
        variable.assign(drawn)
        tensors["initial/" + parameter] = drawn
    with tf.GradientTape() as tape:
        made = model(tf.convert_to_tensor(pictures))
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(target, made["answer"]))
    gradients = tape.gradient(loss, [variable.value for variable in b.parameters.values()])
    for parameter, gradient in zip(b.parameters, gradients):
        tensors["gradient/" + parameter] = np.asarray(gradient)
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
