"""Median CPU milliseconds that libvips takes from a file's bytes to a JPEG of 512 pixels, on one thread."""

import statistics
import sys
import time
from pathlib import Path

import pyvips

pyvips.cache_set_max(0)
picture = Path(sys.argv[1]).read_bytes()
times = []
for _ in range(6):
    start = time.process_time()
    pyvips.Image.thumbnail_buffer(picture, 512).write_to_buffer(".jpg[Q=84]")
    times.append((time.process_time() - start) * 1000)
# The first round warms up.
print(round(statistics.median(times[1:]), 1))
