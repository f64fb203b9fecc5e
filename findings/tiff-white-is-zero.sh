#!/bin/sh
# Scanned radiographs are often TIFF files in which 0 is white (photometric "miniswhite"). Pillow
# 13.0.0 and OpenCV 5.0.0 turn such a picture over when its pixels have 8 bits, and leave it as it
# is when they have 16; tifffile 2026.3.3, and with it scikit-image, never turns it. So the same
# film, scanned deeper, is a negative of itself, and no reader of the two says so.
#
# Guess before the run: Pillow and OpenCV turn both.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check pillow==13.0.0 opencv-python-headless==5.0.0.93 tifffile==2026.3.3 numpy==2.4.6
cd "$folder"
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import cv2
import numpy as np
import tifffile
from PIL import Image

for dtype in (np.uint8, np.uint16):
    pixels = np.array([[0, 50], [100, 200]], dtype)
    tifffile.imwrite("film.tif", pixels, photometric="miniswhite")
    print(np.dtype(dtype))
    print("Pillow", np.array(Image.open("film.tif")).ravel().tolist())
    print("OpenCV", cv2.imread("film.tif", cv2.IMREAD_UNCHANGED).ravel().tolist())
    print("tifffile", tifffile.imread("film.tif").ravel().tolist())
CODE
diff "$folder/seen" - <<'SEEN'
uint8
Pillow [255, 205, 155, 55]
OpenCV [255, 205, 155, 55]
tifffile [0, 50, 100, 200]
uint16
Pillow [0, 50, 100, 200]
OpenCV [0, 50, 100, 200]
tifffile [0, 50, 100, 200]
SEEN
