"""Prints the accuracy in PyTorch of a ticket on bytes: file, shape such as 8x8x3, file of images, file of labels."""

import os
import sys

import numpy
import torch

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '../../../examples'))
from load_ticket import examples, read_ticket, torch_model

file, shape, image_file, label_file = sys.argv[1:]
ticket, tensors = read_ticket(file)
images = numpy.fromfile(image_file, 'u1').reshape(-1, *map(int, shape.split('x')))
labels = torch.from_numpy(numpy.fromfile(label_file, 'u1'))
with torch.no_grad():
    found = torch_model(ticket, tensors)(torch.from_numpy(examples(ticket, images))).argmax(1)
print((found == labels).double().mean().item())
