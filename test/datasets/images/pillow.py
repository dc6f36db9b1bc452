"""Writes images with Pillow into a folder, and beside each what Pillow makes of it: whole, and brought to 64 pixels."""

import json
import os
import sys

import numpy
from PIL import Image, ImageOps

folder = sys.argv[1]
noise = numpy.random.default_rng(3)
coarse = Image.fromarray(noise.integers(0, 256, (14, 18, 3)).astype(numpy.uint8)).resize((211, 157), Image.BICUBIC)
fine = numpy.asarray(coarse).astype(int) + noise.integers(-9, 10, (157, 211, 3))
image = Image.fromarray(fine.clip(0, 255).astype(numpy.uint8))
see_through = image.copy()
see_through.putalpha(Image.fromarray(noise.integers(0, 256, (157, 211)).astype(numpy.uint8)))

files = {
    'baseline.jpg': (image, {'quality': 80}),
    'every-pixel.jpg': (image, {'quality': 95, 'subsampling': 0}),
    'progressive.jpg': (image, {'quality': 85, 'progressive': True}),
    'grey.jpg': (image.convert('L'), {'quality': 90}),
    'inks.jpg': (image.convert('CMYK'), {'quality': 95}),
    'upright.jpg': (image.rotate(90, expand=True), {'quality': 90}),
    'colours.png': (image, {}),
    'palette.png': (image.quantize(40), {}),
    'few.png': (image.quantize(3), {}),
    'grey.png': (image.convert('L'), {}),
    'black.png': (image.convert('1'), {}),
    'alpha.png': (see_through, {}),
    'grey-alpha.png': (image.convert('LA'), {}),
    'small.png': (image.resize((40, 30)), {}),
}
for orientation in range(2, 9):
    exif = Image.Exif()
    exif[0x112] = orientation
    files[f'turned-{orientation}.jpg'] = (image, {'quality': 90, 'exif': exif})

found = {}
for name, (one, how) in files.items():
    path = os.path.join(folder, name)
    one.save(path, **how)
    read = ImageOps.exif_transpose(Image.open(path)).convert('RGB')
    numpy.asarray(read).tofile(path + '.whole')
    numpy.asarray(read.convert('L')).tofile(path + '.luma')
    # torchvision's Resize(72) and CenterCrop(64).
    width, height = read.size
    short, size = 72, 64
    wide, high = (short, int(short * height / width)) if width < height else (int(short * width / height), short)
    left, top = int(round((wide - size) / 2.0)), int(round((high - size) / 2.0))
    fitted = read.resize((wide, high), Image.BILINEAR).crop((left, top, left + size, top + size))
    numpy.asarray(fitted).tofile(path + '.fitted')
    found[name] = [width, height]
print(json.dumps(found))
