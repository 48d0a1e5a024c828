"""What TensorBoard itself reads of a run's folder, held against the run's results.csv.

usage: read_events.py RUN
"""

import csv
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.graph_pb2 import GraphDef

run = sys.argv[1]
everything = {kind: 0 for kind in ("scalars", "histograms", "images", "tensors")}
read = EventAccumulator(run, size_guidance=everything).Reload()
tags = read.Tags()
with open(f"{run}/results.csv", newline="") as file:
    results = list(csv.DictReader(file))
epochs = [int(line["epoch"]) for line in results]

for tag, column in {
    "loss/train": "loss", "accuracy/train": "accuracy", "loss/validation": "validation_loss",
    "accuracy/validation": "validation_accuracy", "f1/validation": "validation_f1", "rate": "rate",
}.items():
    events = read.Scalars(tag)
    assert [event.step for event in events] == epochs, (tag, [event.step for event in events], epochs)
    for event, line in zip(events, results):
        assert abs(event.value - float(line[column])) < 1e-5, (tag, event, line)

for tag, numbers in {"conv1/weight": 216, "conv1/bias": 8, "dense1/weight": 1800, "conv1/weight.mean_square": 216}.items():
    events = read.Histograms(tag)
    assert [event.step for event in events] == [0] + epochs, (tag, events)
    for event in events:
        value = event.histogram_value
        assert value.num == sum(value.bucket) == numbers, (tag, value)
        assert len(value.bucket) == len(value.bucket_limit)
        assert list(value.bucket_limit) == sorted(set(value.bucket_limit)), tag
        assert value.min <= value.max and value.max <= value.bucket_limit[-1], (tag, value)

for tag in "batch", "filters/conv1":
    for event in read.Images(tag):
        png = event.encoded_image_string
        assert png.startswith(b"\x89PNG") and event.width > 100 and event.height > 100, tag
assert [event.step for event in read.Images("filters/conv1")] == [0, 1, 2, 4]

graph = GraphDef.FromString(read.Graph().SerializeToString())
nodes = [(node.name, node.op, list(node.input), node.attr["parameters"].i) for node in graph.node]
assert nodes == [
    ("input", "input", [], 0), ("conv1", "conv", ["input"], 224), ("pool1", "pool", ["conv1"], 0),
    ("flatten1", "flatten", ["pool1"], 0), ("dense1", "dense", ["flatten1"], 1801),
], nodes
sizes = [size.size for size in graph.node[1].attr["_output_shapes"].list.shape[0].dim]
assert sizes == [-1, 30, 30, 8] and graph.node[1].attr["card"].s == b"conv 8 3x3 relu", graph.node[1]

texts = {tag: read.Tensors(tag)[0].tensor_proto.string_val[0].decode() for tag in tags["tensors"]}
with open(f"{run}/card/seen.net") as file:
    card = "".join("    " + line for line in file)
assert card in texts["card"], texts["card"]
assert "| conv1 | `conv 8 3x3 relu` | 30 x 30 x 8 | 224 |" in texts["model"]
assert '"netc-run-1"' in texts["run"]
print(f"tensorboard: {len(tags['scalars'])} curves of {len(epochs)} epochs, {len(tags['histograms'])} histograms, "
      f"{len(tags['images'])} pictures, {len(texts)} texts read")
