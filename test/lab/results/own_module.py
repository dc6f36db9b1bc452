"""Loads a ticket in PyTorch's layout into a module that somebody wrote by hand, as its documentation says, and prints
the logits and what is left of it after a few steps of training: file of the ticket, file of float32 images [n, 7, 6, 3]."""

import json
import sys

import numpy
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn.utils import prune


class Mine(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 5, 3, padding=1, bias=False)
        self.conv1_norm = nn.BatchNorm2d(5)
        self.conv2 = nn.Conv2d(5, 4, (1, 3))
        self.dense1 = nn.Linear(4 * 7 * 4, 8)
        self.output = nn.Linear(8, 4)

    def forward(self, images):
        values = self.conv1_norm(self.conv1(images)).relu()
        values = self.conv2(values).relu().flatten(1)
        return self.output(self.dense1(values).relu())


ticket_file, image_file = sys.argv[1:]
model = Mine()
state = load_file(ticket_file)
for name, module in model.named_modules():
    if f'{name}.weight_mask' in state:
        prune.identity(module, 'weight')
model.load_state_dict(state)

images = torch.from_numpy(numpy.fromfile(image_file, 'f4').reshape(-1, 7, 6, 3)).permute(0, 3, 1, 2)
with torch.no_grad():
    logits = model.eval()(images).flatten().tolist()

optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=1e-3)
for _ in range(5):
    optimizer.zero_grad()
    nn.functional.cross_entropy(model.train()(images), torch.arange(len(images)) % 4).backward()
    optimizer.step()
left = {}
for name, module in model.named_modules():
    if prune.is_pruned(module) and name:
        prune.remove(module, 'weight')
        left[name] = int((module.weight != 0).sum())
print(json.dumps({'logits': logits, 'left': left}))
