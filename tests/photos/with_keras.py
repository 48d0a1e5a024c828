#!/usr/bin/env python3
"""What Keras itself reaches on the photographs of run.sh: the same network, optimiser, augmentation and split
sizes, by Keras's own layers and its ImageDataGenerator. Not run by any test; its figures stand in run.sh.

usage: with_keras.py FOLDER EPSILON SEED...     (4 minutes a seed; pip install tensorflow-cpu scipy)
"""
import glob
import sys

import keras
import numpy as np
import tensorflow as tf
from keras.src.legacy.preprocessing.image import ImageDataGenerator

folder, epsilon, seeds = sys.argv[1], float(sys.argv[2]), [int(seed) for seed in sys.argv[3:]]
SIDE, BATCH, EPOCHS, HELD_OUT = 150, 32, 30, 0.1


def picture(path):
    """Bilinear, without antialiasing, rounded to bytes: as netc does it."""
    pixels = tf.io.decode_jpeg(tf.io.read_file(path), 3)
    return tf.image.resize(pixels, (SIDE, SIDE)).numpy().round().astype("float32")


def network():
    layers = keras.layers
    model = keras.Sequential([layers.Input((SIDE, SIDE, 3))])
    for filters in (32, 64, 128):
        model.add(layers.Conv2D(filters, 3, activation="relu"))
        model.add(layers.MaxPooling2D(2))
    for layer in (layers.Flatten(), layers.Dense(512, activation="relu"), layers.Dense(1, activation="sigmoid")):
        model.add(layer)
    optimizer = keras.optimizers.RMSprop(1e-4, epsilon=epsilon)
    model.compile(loss="binary_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model


pictures = [np.stack([picture(path) for path in sorted(glob.glob(f"{folder}/{name}.*"))])
            for name in ("glass", "paper")]
for seed in seeds:
    keras.utils.set_random_seed(seed)
    generator = np.random.default_rng(seed)
    train, held = ([], []), ([], [])
    for label, of_class in enumerate(pictures):
        order = generator.permutation(len(of_class))
        out = round(HELD_OUT * len(order))
        for part, chosen in ((held, order[:out]), (train, order[out:])):
            part[0].append(of_class[chosen])
            part[1].extend([label] * len(chosen))
    model, best = network(), 0
    augment = ImageDataGenerator(rescale=1 / 255, rotation_range=40, width_shift_range=0.2, height_shift_range=0.2,
                                 shear_range=11, zoom_range=0.2, horizontal_flip=True, fill_mode="nearest")
    held_x, held_y = np.concatenate(held[0]) / 255, np.array(held[1], "float32")
    for epoch in range(EPOCHS):
        batches = augment.flow(np.concatenate(train[0]), np.array(train[1], "float32"), batch_size=BATCH,
                               seed=seed * 1000 + epoch)
        for _ in range(len(batches)):
            model.train_on_batch(*next(batches))
        best = max(best, model.evaluate(held_x, held_y, verbose=0)[1])
    print(f"seed {seed}, epsilon {epsilon}: best validation accuracy {best:.4f}", flush=True)
