#!/bin/sh
# scikit-image 0.26.0 thins a band two pixels wide to a line of one. Where the band rises to the
# right at 45 degrees, 99 of its 100 rows keep a pixel; where it falls to the right, the default method
# keeps 52 and leaves half of the crack without a line. The mirror image of a crack is half as long.
# `method="lee"` keeps 99 of both. clDice, a loss for cracks, counts such pixels.
#
# Guess before the run: about 100 pixels in both directions, from both methods.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check scikit-image==0.26.0 numpy==2.4.6
cd "$folder"
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import numpy as np
from skimage.morphology import skeletonize

falling = np.zeros((120, 121), bool)
for k in range(100):
    falling[10 + k, 10 + k : 12 + k] = True
for name, band in {"falling": falling, "rising": falling[:, ::-1]}.items():
    thin, lee = skeletonize(band), skeletonize(band, method="lee")
    lost = 100 - thin.any(axis=1).sum()
    print(f"{name}: {thin.sum()} pixels, {lost} rows lost; lee {lee.sum()} pixels")
CODE
diff "$folder/seen" - <<'SEEN'
falling: 52 pixels, 49 rows lost; lee 99 pixels
rising: 100 pixels, 1 rows lost; lee 99 pixels
SEEN
