#!/usr/bin/env python3
"""networks.py - a contender: training steps of networks of models/ by Keras on TensorFlow, whose kernels on
a processor are oneDNN's. It speaks what serve.h says. Nothing needs it; where Keras
is not installed, the table says so.

usage: networks.py NETWORK [--threads N] [--batch N]     (lenet5, resnet20, mobilenet_v1_025; $PYTHON runs it)
"""
import argparse
import json
import os
import sys
import time

told = argparse.ArgumentParser()
told.add_argument("network")
told.add_argument("--threads", type=int, default=2)
told.add_argument("--batch", type=int, default=32)
told = told.parse_args()

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(told.threads)
tf.config.threading.set_inter_op_parallelism_threads(1)
import keras
from keras import layers


def lenet5():
    return keras.Sequential([
        layers.Input((28, 28, 1)),
        layers.ZeroPadding2D(2), layers.Conv2D(6, 5, activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2), layers.Flatten(),
        layers.Dense(120, activation="tanh"), layers.Dense(84, activation="tanh"), layers.Dense(10),
    ]), keras.optimizers.Adam(1e-3)


def conv_norm(x, filters, size, stride=1):
    x = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(x)


def resnet20():
    x = start = layers.Input((32, 32, 3))
    x = layers.ReLU()(conv_norm(x, 16, 3))
    for stage, filters in enumerate((16, 32, 64)):
        for block in range(3):
            stride = 2 if stage and not block else 1
            y = layers.ReLU()(conv_norm(x, filters, 3, stride))
            y = conv_norm(y, filters, 3)
            x = layers.ReLU()(layers.Add()([y, conv_norm(x, filters, 1, stride) if stride > 1 else x]))
    x = layers.Dense(10)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(start, x), keras.optimizers.SGD(0.1, momentum=0.9)


def mobilenet_v1_025():
    network = keras.applications.MobileNet((224, 224, 3), alpha=0.25, dropout=0.0, weights=None,
                                           classifier_activation=None)
    return network, keras.optimizers.RMSprop(0.002)


network, optimizer = globals()[told.network]()
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
network.compile(optimizer, loss)
variables = network.trainable_variables
optimizer.build(variables)


@tf.function
def step(x, t):
    with tf.GradientTape() as tape:
        value = loss(t, network(x, training=True))
    optimizer.apply_gradients(zip(tape.gradient(value, variables), variables))
    return value


numbers = np.random.default_rng(1)
x = tf.constant(numbers.random((told.batch, *network.input_shape[1:]), dtype=np.float32))
t = tf.constant(numbers.integers(0, network.output_shape[-1], told.batch))
for _ in range(2):
    step(x, t).numpy()
print(json.dumps({"weights": sum(int(np.prod(v.shape)) for v in variables)}), flush=True)

for line in sys.stdin:
    rounds = int(line)
    if rounds <= 0:
        break
    step(x, t).numpy()
    ms = []
    for _ in range(rounds):
        begun = time.perf_counter()
        step(x, t).numpy()
        ms.append(1e3 * (time.perf_counter() - begun))
    print(json.dumps({"ms": ms}), flush=True)
