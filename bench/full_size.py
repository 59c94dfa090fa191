"""Prints how many milliseconds the published encoder of 304 M parameters takes for one tile in f32, the best of three.

It runs transformers' own InternVLVisionModel with random weights; it fails where torch or transformers are not installed.
"""

import time

import torch
from transformers import InternVLVisionConfig, InternVLVisionModel

model = InternVLVisionModel(InternVLVisionConfig(attention_bias=True)).eval()
pixel_values = torch.zeros(1, 3, 448, 448)
times = []
with torch.inference_mode():
    for _ in range(4):
        start = time.perf_counter()
        model(pixel_values)
        times.append(time.perf_counter() - start)
print(1000 * min(times[1:]))
