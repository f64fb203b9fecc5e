#!/bin/sh
# Albumentations 2.0.8 takes a 16-bit radiograph without a word. Blur, Affine and Rotate keep its
# numbers. MedianBlur, AutoContrast, Downscale and Superpixels return float32 in which everything
# above 255 has become 255, so that of a picture with 4,096 shades almost none is left. UnsharpMask
# returns it unchanged. The same pixels as float32 from 0 to 1 go through all of them.
#
# Guess before the run: an error that names the dtype, or results in uint16.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check albumentations==2.0.8 opencv-python-headless==5.0.0.93 numpy==2.4.6
cd "$folder"
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import albumentations as A
import numpy as np

film = (np.arange(64 * 64) % 4096).astype(np.uint16).reshape(64, 64, 1)  # 12 bits in 16
unit = (film / 4095).astype(np.float32)
names = "Blur Affine MedianBlur AutoContrast Downscale Superpixels UnsharpMask".split()
for name in names:
    change = A.Compose([getattr(A, name)(p=1)], seed=0)
    seen, again = change(image=film)["image"], change(image=unit)["image"]
    same = ", unchanged" * bool((seen == film).all()) * (name != "Affine")
    flat = f", {(seen == 255).mean():.0%} of it 255" * bool(seen.max() == 255)
    print(f"{name}: {seen.dtype}{flat}{same}; float32 up to {again.max():.1f}")
CODE
diff "$folder/seen" - <<'SEEN'
Blur: uint16; float32 up to 1.0
Affine: uint16; float32 up to 1.0
MedianBlur: float32, 100% of it 255; float32 up to 1.0
AutoContrast: float32, 100% of it 255; float32 up to 1.0
Downscale: float32, 98% of it 255; float32 up to 1.0
Superpixels: float32, 99% of it 255; float32 up to 1.0
UnsharpMask: uint16, unchanged; float32 up to 1.0
SEEN
