"""The scipy side of `noisefloor bench analysis`.

Reads one JSON request a line and answers each with one JSON line:
  {"make": {"path", "seed", "replicates", "examples", "classes", "alpha", "beta"}}
      writes simulated predictions, uint8 [replicates, examples]: every example has a class and a flip rate drawn
      from Beta(alpha, beta); each replicate predicts another class, each equally likely, at that rate.
  {"load": {"path", "replicates", "examples"}}      keeps predictions in the form that pdist takes without converting
  {"measure": {"out"}}                              times pdist(..., 'hamming'), writes its float64 result
"""

import json
import sys
import time

import numpy as np
from scipy.spatial.distance import pdist


def make(path, seed, replicates, examples, classes, alpha, beta):
    rng = np.random.default_rng(seed)
    usual = rng.integers(0, classes, examples)
    rates = rng.beta(alpha, beta, examples)
    predictions = np.empty((replicates, examples), np.uint8)
    for replicate in range(replicates):
        other = (usual + rng.integers(1, classes, examples)) % classes
        predictions[replicate] = np.where(rng.random(examples) < rates, other, usual)
    predictions.tofile(path)
    return {}


def load(path, replicates, examples):
    # pdist computes on float64 and would otherwise convert at every call.
    global loaded
    loaded = np.fromfile(path, np.uint8).reshape(replicates, examples).astype(np.float64)
    return {}


def measure(out):
    start = time.perf_counter()
    distances = pdist(loaded, "hamming")
    seconds = time.perf_counter() - start
    distances.tofile(out)
    return {"seconds": seconds}


for line in sys.stdin:
    ((name, arguments),) = json.loads(line).items()
    print(json.dumps({"make": make, "load": load, "measure": measure}[name](**arguments)), flush=True)
