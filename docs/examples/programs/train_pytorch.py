"""A PyTorch program that Noisefloor can run.

    noisefloor run --program "python3 train_pytorch.py --seed {seed:initialisation} --order-seed {seed:order}
        {deterministic?--deterministic} --out {out}" --epochs 3
"""

import argparse
import os

arguments = argparse.ArgumentParser()
arguments.add_argument("--seed", type=int, required=True, help="of the first weights")
arguments.add_argument("--order-seed", type=int, required=True, help="of the order of the examples")
arguments.add_argument("--deterministic", action="store_true")
arguments.add_argument("--out", default=os.environ.get("NOISEFLOOR_OUT", "."))
given = arguments.parse_args()
os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")

import torch
from torch.utils.data import DataLoader, TensorDataset

torch.use_deterministic_algorithms(given.deterministic)
torch.manual_seed(given.seed)
device = "cuda" if torch.cuda.is_available() else "cpu"

# Your data go here. These are made anew each time from one seed: they do not vary.
images = torch.randn(1200, 16, generator=torch.Generator().manual_seed(7))
labels = (images[:, :4].sum(dim=1) > 0).long()
train, test = TensorDataset(images[:1000], labels[:1000]), (images[1000:].to(device), labels[1000:].to(device))
order = torch.Generator().manual_seed(given.order_seed)
batches = DataLoader(train, batch_size=32, shuffle=True, generator=order)

model = torch.nn.Sequential(torch.nn.Linear(16, 32), torch.nn.ReLU(), torch.nn.Linear(32, 2)).to(device)
optimizer = torch.optim.Adam(model.parameters())
with open(os.path.join(given.out, "metrics.csv"), "w") as metrics:
    print("epoch,val_accuracy", file=metrics, flush=True)
    for epoch in range(3):
        for batch, classes in batches:
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(batch.to(device)), classes.to(device)).backward()
            optimizer.step()
        predictions = model(test[0]).argmax(dim=1)
        accuracy = (predictions == test[1]).float().mean().item()
        print(f"{epoch},{accuracy}", file=metrics, flush=True)
with open(os.path.join(given.out, "predictions.txt"), "w") as file:
    print("\n".join(str(int(each)) for each in predictions), file=file)
