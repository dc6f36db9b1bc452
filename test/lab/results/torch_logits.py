"""Prints, for each ticket, a line of JSON with its logits in PyTorch: file of float32 images, files of tickets."""

import json
import os
import sys

import numpy
import torch

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '../../../examples'))
from load_ticket import prune_model, read_ticket, torch_model

image_file, *files = sys.argv[1:]
for file in files:
    ticket, tensors = read_ticket(file)
    shape = ticket['network']['input']
    images = torch.from_numpy(numpy.fromfile(image_file, 'f4').reshape(-1, *shape))
    model = torch_model(ticket, tensors)
    with torch.no_grad():
        logits = model(images).flatten().tolist()
        pruned = prune_model(model)(images).flatten().tolist()
    # Steps that were counted are no part of a ticket.
    state = {name: list(one.shape) for name, one in model.state_dict().items() if not name.endswith('_tracked')}
    print(json.dumps({'logits': logits, 'pruned': pruned, 'state': state}))
