"""The pandas and numpy side of `noisefloor bench import`.

Reads one JSON request a line and answers each with one JSON line:
  {"make": {"root", "runs", "epochs", "examples"}}   writes run folders as the paper's reference code does
  {"read": {"root"}}                                 times reading them: log.csv by pandas, pred*.txt by numpy
"""

import json
import pathlib
import sys
import time

import numpy as np
import pandas as pd

recorded = (9, 49, 99, 149, 199)


def make(root, runs, epochs, examples):
    rng = np.random.default_rng(1)
    for run in range(runs):
        folder = pathlib.Path(root) / f"logs_smallcnn_cifar10_default_{run}"
        folder.mkdir(parents=True)
        numbers = rng.random((epochs, 4))
        rows = [f"{epoch},{a!r},{b!r},0.0004,{c!r},{d!r}" for epoch, (a, b, c, d) in enumerate(numbers.tolist())]
        text = "\r\n".join(["epoch,accuracy,loss,lr,val_accuracy,val_loss", *rows]) + "\r\n"
        (folder / "log.csv").write_text(text, newline="")
        for epoch in recorded:
            if epoch >= epochs:
                continue
            classes = rng.integers(0, 10, examples)
            (folder / f"pred{epoch}.txt").write_text("\n".join(map(str, classes.tolist())))
    return {}


def read(root):
    start = time.perf_counter()
    accuracy, classes = 0.0, 0
    for folder in sorted(pathlib.Path(root).iterdir()):
        log = pd.read_csv(folder / "log.csv")
        accuracy += float(log["val_accuracy"].iloc[-1])
        for file in sorted(folder.glob("pred*.txt")):
            classes += int(np.loadtxt(file, dtype=np.int64).sum())
    return {"seconds": time.perf_counter() - start, "accuracy": accuracy, "classes": classes}


for line in sys.stdin:
    ((name, arguments),) = json.loads(line).items()
    print(json.dumps({"make": make, "read": read}[name](**arguments)), flush=True)
