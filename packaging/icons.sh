#!/bin/sh
# Draws src-tauri/icons/*.png from packaging/icon.svg. Needs rsvg-convert (Debian: librsvg2-bin). Not part of the build:
# the PNGs are committed, run this after changing the drawing.
set -eu
cd "$(dirname "$0")/.."
for size in 32 128 256 512; do
	rsvg-convert -w "$size" -h "$size" packaging/icon.svg -o "src-tauri/icons/${size}x${size}.png"
done
cp src-tauri/icons/512x512.png src-tauri/icons/icon.png
