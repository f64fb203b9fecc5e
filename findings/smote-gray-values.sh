#!/bin/sh
# imbalanced-learn 0.14.2 makes new examples of a rare class on the line between two real ones
# (SMOTE). Between gray values 10 and 12, stored as uint8 as pictures are, it finds some of over 200: the
# difference of a smaller and a larger number wraps around before it is scaled, and no warning is
# given. The same numbers as int64 or float give values from 10 to 12.
#
# Guess before the run: whole numbers from 10 to 12, cut off instead of rounded.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check imbalanced-learn==0.14.2 scikit-learn==1.9.1 numpy==2.4.6
cd "$folder"
"$folder/env/bin/python" - >"$folder/seen" 2>"$folder/errors" <<'CODE' || { cat "$folder/errors" >&2; exit 1; }
import numpy as np
from imblearn.over_sampling import SMOTE

rng = np.random.default_rng(0)
sound, cracks = rng.integers(0, 3, (90, 2)), rng.integers(10, 13, (10, 2))
gray = np.concatenate([sound, cracks])
labels = np.repeat([0, 1], [90, 10])
for dtype in ("float64", "int64", "uint8"):
    more, _ = SMOTE(random_state=0).fit_resample(gray.astype(dtype), labels)
    new = more[100:]
    outside = ((new < 10) | (new > 12)).any(axis=1).mean()
    print(f"{new.dtype}: {len(new)} new cracks, {outside:.0%} of them outside of 10 to 12, up to {new.max():.0f}")
CODE
diff "$folder/seen" - <<'SEEN'
float64: 80 new cracks, 0% of them outside of 10 to 12, up to 12
int64: 80 new cracks, 0% of them outside of 10 to 12, up to 12
uint8: 80 new cracks, 24% of them outside of 10 to 12, up to 235
SEEN
