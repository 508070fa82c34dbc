"""Keras' side of `noisefloor bench training` and `bench networks`: answers each line of JSON on standard input with one
on standard output.

{"prepare": {"folder", "network", "side", "batch", "examples", "learningRate", "losses"}}
    reads images.u8, labels.i32 and the initial weights (weights.json, weights.f32), takes some steps and answers with
    their losses; then fits once to warm up.
{"measure": {}}
    one epoch of model.fit with its defaults: {"seconds", "cpuSeconds"}.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402
import numpy as np  # noqa: E402

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "fixtures", "networks"))
from kerasNetworks import NETWORKS  # noqa: E402

layers = keras.layers


def numbered(name, index):
    return name if index == 0 else f"{name}_{index}"


def small_cnn(input_shape, classes):
    x = image = keras.Input(input_shape)
    for index, filters in enumerate((16, 32, 32)):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=numbered("conv2d", index))(x)
        x = layers.MaxPooling2D(2)(x)
    x = layers.Dense(32, activation="relu", name="dense")(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Dense(classes, name="dense_1")(x))


def start_from(model, folder):
    with open(os.path.join(folder, "weights.json")) as file:
        entries = {entry["name"]: entry for entry in json.load(file)}
    values = np.fromfile(os.path.join(folder, "weights.f32"), np.float32)
    for layer in model.layers:
        for weight in layer.weights:
            entry = entries.pop(f"{layer.name}/{weight.name}")
            count = int(np.prod(entry["shape"]))
            value = values[entry["offset"] : entry["offset"] + count].reshape(entry["shape"])
            weight.assign(value.astype(weight.dtype))
    assert not entries, list(entries)


def prepare(folder, network, side, batch, examples, learningRate, losses):
    global model, images, labels, size
    keras.backend.clear_session()
    # Both sides train without dropout, whose numbers they would draw differently.
    options = {"mobilenet": {"dropout": 0}, "efficientnetb0": {"dropout": 0, "dropConnect": 0}}.get(network, {})
    model = {"smallcnn": small_cnn, **NETWORKS}[network]((side, side, 3), 10, **options)
    start_from(model, folder)
    images = np.fromfile(os.path.join(folder, "images.u8"), np.uint8).reshape(-1, side, side, 3)[:examples]
    # Keras' EfficientNet divides by 255 itself.
    images = images.astype(np.float32) / np.float32(1 if network == "efficientnetb0" else 255)
    labels = np.fromfile(os.path.join(folder, "labels.i32"), np.int32)[:examples]
    size = batch
    model.compile(
        optimizer=keras.optimizers.Adam(learningRate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    taken = []
    for step in range(losses):
        indices = (np.arange(batch) + step * batch) % examples
        # One step of `fit`, so that Keras compiles one function: `train_on_batch` would be another.
        history = model.fit(images[indices], labels[indices], batch_size=size, epochs=1, shuffle=False, verbose=0)
        taken.append(history.history["loss"][0])
    model.fit(images, labels, batch_size=size, epochs=1, verbose=0)
    return {"losses": taken, "parameters": model.count_params()}


def measure():
    start, cpu = time.perf_counter(), time.process_time()
    model.fit(images, labels, batch_size=size, epochs=1, verbose=0)
    return {"seconds": time.perf_counter() - start, "cpuSeconds": time.process_time() - cpu}


for line in sys.stdin:
    ((name, arguments),) = json.loads(line).items()
    print(json.dumps({"prepare": prepare, "measure": measure}[name](**arguments)), flush=True)
