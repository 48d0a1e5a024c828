"""make_cams.py - writes cams.safetensors: Grad-CAM and the pixels' gradient by TensorFlow's own differentiation, in double
precision, of the networks and pictures of make_networks.py, for networks.c to hold `look` against.

Run by hand, never by `make check`:  pip install -r requirements.txt && python make_cams.py

For each NETWORK, of its first picture, and the logit of class 0 (of one sigmoid: of the second class):
    NETWORK/pixels        F32 [H][W][C]: d logit / d picture
    NETWORK/cam/LAYER     F32 [h][w]: of each convolution, relu(sum over k of a_k A^k), where A^k are its maps and a_k is
                          the mean over pixels of d logit / d A^k (Selvaraju et al., ICCV 2017)"""

import os

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")

import keras
import numpy as np
import tensorflow as tf
from safetensors.numpy import load_file, save_file

import make_networks

HERE = os.path.dirname(os.path.abspath(__file__))


def convolutions(network):
    """Names of the card's layers that are convolutions, by where their weights are."""
    weighted = network.builder.weighted
    return [name for name, layer in weighted.items() if network.model.get_layer(layer).kernel.ndim == 4]


def logits_of(network):
    """What the last activation takes."""
    return network.model.get_layer(network.builder.names[-1] + "_sum").output


def cams(name):
    build = make_networks.NETWORKS[name][0]
    fixture = load_file(os.path.join(HERE, name + ".safetensors"))
    keras.utils.clear_session()
    network = make_networks.Network(build)
    network.put({key.removeprefix("initial/"): value for key, value in fixture.items() if key.startswith("initial/")})
    convs = convolutions(network)
    probe = keras.Model(network.model.input,
                        [network.model.get_layer(c).output for c in convs] + [logits_of(network)])
    picture = tf.constant((fixture["input"][:1].astype(np.float64) - 128) / 64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(picture)
        *maps, logits = probe(picture)
        asked = logits[0, 0]
    found = {name + "/pixels": tape.gradient(asked, picture)[0].numpy()}
    for conv, value in zip(convs, maps):
        weights = tf.reduce_mean(tape.gradient(asked, value), axis=(1, 2))
        found[f"{name}/cam/{conv}"] = tf.nn.relu(tf.reduce_sum(value * weights[:, None, None], axis=-1))[0].numpy()
    return found


if __name__ == "__main__":
    keras.config.set_floatx("float64")
    everything = {}
    for network in make_networks.NETWORKS:
        everything.update(cams(network))
    save_file({key: value.astype(np.float32) for key, value in everything.items()},
              os.path.join(HERE, "cams.safetensors"))
