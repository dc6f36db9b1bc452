"""Tickets that `await tickets.export(level)` wrote, in NumPy and PyTorch.

    from load_ticket import examples, read_ticket, torch_model
    ticket, tensors = read_ticket('lenet-mnist-imp-level-8-replicate-1.safetensors')
    tensors['dense1/weights'], tensors['dense1/weights/mask']      # NumPy, [inputs, units]
    model = torch_model(ticket, tensors)                           # PyTorch
    model(torch.from_numpy(examples(ticket, images)))              # bytes [batch, height, width, channels]

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


def examples(ticket, images):
    """Bytes [batch, height, width, channels] as the network was trained on them; an array of NumPy or PyTorch."""
    import numpy

    scale = ticket['normalize']
    values = numpy.asarray(images, 'float32') / 255
    return (values - numpy.array(scale['mean'], 'float32')) / numpy.array(scale['deviation'], 'float32')


def torch_model(ticket, tensors):
    """The network as a torch.nn.Module for evaluation. It takes examples as the network does:
    [batch, height, width, channels], as a tensor of what `examples` returns."""
    import torch

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            for name, value in torch_tensors(tensors).items():
                if name.endswith(('/mean', '/variance', '/mask')):
                    self.register_buffer(name.replace('.', ' '), value)
                else:
                    self.register_parameter(name.replace('.', ' '), torch.nn.Parameter(value))

        def value(self, layer, role):
            return getattr(self, f"{layer['name']}/{role}".replace('.', ' '))

        def forward(self, inputs):
            # Between layers, channels lie as PyTorch has them.
            values = inputs.permute(0, 3, 1, 2) if inputs.ndim == 4 else inputs
            return run(self, ticket['network']['layers'], values)

    return Network().eval()


def run(model, layers, values):
    """Layers one after the other; dropout does nothing in an evaluation."""
    for layer in layers:
        if layer['kind'] != 'dropout':
            values = steps[layer['kind']](model, layer, values)
    return values


def dense(model, layer, values):
    # Weights count inputs with channels innermost.
    flat = (values.permute(0, 2, 3, 1) if values.ndim == 4 else values).flatten(1)
    return finish(model, layer, flat @ model.value(layer, 'weights').T)


def convolution(model, layer, values):
    from torch.nn import functional

    window = layer.get('window', 3)
    stride = layer.get('stride', 1)
    if layer.get('padding', 'same') == 'same':
        values = padded(values, window, stride)
    return finish(model, layer, functional.conv2d(values, model.value(layer, 'weights'), stride=stride))


def pool(model, layer, values):
    from torch.nn import functional

    window = layer.get('window', 2)
    stride = layer.get('stride', window)
    most = layer['kind'] == 'max-pool'
    pooled = functional.max_pool2d if most else functional.avg_pool2d
    if layer.get('padding', 'valid') == 'valid':
        return pooled(values, window, stride)
    sums = pooled(padded(values, window, stride, float('-inf') if most else 0.0), window, stride)
    # A mean is one over what lies inside of the image.
    return sums if most else sums / pooled(padded(values.new_ones(values.shape), window, stride), window, stride)


def global_average_pool(model, layer, values):
    return values.mean((2, 3))


def residual(model, layer, values):
    shortcut = run(model, [layer['shortcut']], values) if 'shortcut' in layer else values
    return activated(layer, run(model, layer['layers'], values) + shortcut)


def branches(model, layer, values):
    import torch

    return torch.cat([run(model, branch, values) for branch in layer['branches']], 1)


steps = {
    'dense': dense,
    'convolution': convolution,
    'max-pool': pool,
    'average-pool': pool,
    'global-average-pool': global_average_pool,
    'residual': residual,
    'branches': branches,
}


def finish(model, layer, values):
    """Bias or batch norm, and the activation."""
    from torch.nn import functional

    if layer.get('batchNorm', False):
        mean, variance, scale, offset = (model.value(layer, role) for role in ('mean', 'variance', 'scale', 'offset'))
        values = functional.batch_norm(values, mean, variance, scale, offset, eps=1e-5)
    else:
        values = values + model.value(layer, 'bias').reshape(-1, *[1] * (values.ndim - 2))
    return activated(layer, values)


def activated(layer, values):
    return values.relu() if layer['activation'] == 'relu' else values


def padded(values, window, stride, fill=0.0):
    """As much around images as keeps ceil(extent / stride) positions; what is odd goes below and to the right."""
    from torch.nn import functional

    height, width = window if isinstance(window, list) else (window, window)
    around = []
    for extent, size in ((values.shape[3], width), (values.shape[2], height)):
        missing = max(0, (-(-extent // stride) - 1) * stride + size - extent)
        around += [missing // 2, missing - missing // 2]
    return functional.pad(values, around, value=fill)


if __name__ == '__main__':
    description, contents = read_parts(sys.argv[1])
    print(json.dumps(description, indent=2))
    for name, (dtype, shape, _) in contents.items():
        print(name, dtype, shape)
