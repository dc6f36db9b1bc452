"""Tickets that `await tickets.export(level)` wrote, in NumPy and PyTorch.

    from load_ticket import read_ticket, torch_model
    ticket, tensors = read_ticket('lenet-mnist-imp-level-8-replicate-1.safetensors')
    tensors['dense1/weights'], tensors['dense1/weights/mask']      # NumPy, [inputs, units]
    model = torch_model(ticket, tensors)                           # PyTorch

The files are plain safetensors: `safetensors.torch.load_file(file)` reads the same tensors.
"""

import json
import sys


def read_parts(file):
    """The description of a ticket, and name -> (type, shape, bytes); needs only Python."""
    with open(file, 'rb') as opened:
        header = json.loads(opened.read(int.from_bytes(opened.read(8), 'little')))
        body = opened.read()
    ticket = json.loads(header.pop('__metadata__')['ticket'])
    parts = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        parts[name] = entry['dtype'], entry['shape'], body[begin:end]
    return ticket, parts


def read_ticket(file):
    """The description of a ticket, and its weights (float32) and masks (uint8, 1 is kept) as NumPy arrays."""
    import numpy

    ticket, parts = read_parts(file)
    types = {'F32': '<f4', 'U8': 'u1'}
    return ticket, {
        name: numpy.frombuffer(data, types[dtype]).reshape(shape) for name, (dtype, shape, data) in parts.items()
    }


def torch_tensors(tensors):
    """The arrays as PyTorch lays them out: dense weights [units, inputs], filters [out, in, height, width]."""
    import torch

    # A dense layer is [inputs, units] in the file, a filter [height, width, in, out].
    order = {2: (1, 0), 4: (3, 2, 0, 1)}
    return {
        name: torch.from_numpy(array.transpose(order.get(array.ndim, range(array.ndim))).copy())
        for name, array in tensors.items()
    }


def torch_model(ticket, tensors):
    """The network as a torch.nn.Sequential. It takes examples as the network does: [batch, height, width, channels]."""
    import torch

    values = torch_tensors(tensors)
    modules = []
    for layer in ticket['network']['layers']:
        if layer['kind'] != 'dense':
            raise NotImplementedError(f"{layer['name']} is a layer of the kind {layer['kind']}: build it yourself "
                                      'from torch_tensors(tensors)')
        weights, bias = values[f"{layer['name']}/weights"], values[f"{layer['name']}/bias"]
        linear = torch.nn.Linear(weights.shape[1], weights.shape[0])
        linear.load_state_dict({'weight': weights, 'bias': bias})
        modules += [torch.nn.Flatten(), linear]
        if layer['activation'] == 'relu':
            modules.append(torch.nn.ReLU())
    return torch.nn.Sequential(*modules).eval()


if __name__ == '__main__':
    description, contents = read_parts(sys.argv[1])
    print(json.dumps(description, indent=2))
    for name, (dtype, shape, _) in contents.items():
        print(name, dtype, shape)
