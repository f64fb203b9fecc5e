r"""Loss functions: how wrong a model is, as a number that training makes smaller.

`f_grad` takes the arguments of `f` and returns the derivative of what `f` returns by its
first argument, the reduction included. For "none" there is a loss for each example, and
each is derived by its own example.

An infinite logit gives the limit of the loss and of its derivative; where there is none, as
for a row with several infinite scores, it gives NaN. Options are checked as the dtype of the
first argument holds them: in float32 a δ of 1e-46 is 0.
"""

from nnref.losses.binary import (
    binary_cross_entropy,
    binary_cross_entropy_grad,
    binary_cross_entropy_with_logits,
    binary_cross_entropy_with_logits_grad,
)
from nnref.losses.boxes import (
    ciou_loss,
    ciou_loss_grad,
    diou_loss,
    diou_loss_grad,
    giou_loss,
    giou_loss_grad,
    iou_loss,
    iou_loss_grad,
)
from nnref.losses.focal import (
    binary_focal_loss_with_logits,
    binary_focal_loss_with_logits_grad,
    focal_loss_with_logits,
    focal_loss_with_logits_grad,
)
from nnref.losses.multiclass import (
    categorical_cross_entropy_with_logits,
    categorical_cross_entropy_with_logits_grad,
    sparse_categorical_cross_entropy_with_logits,
    sparse_categorical_cross_entropy_with_logits_grad,
)
from nnref.losses.regression import (
    huber,
    huber_grad,
    mean_absolute_error,
    mean_absolute_error_grad,
    mean_squared_error,
    mean_squared_error_grad,
    smooth_l1,
    smooth_l1_grad,
)
from nnref.losses.robust import (
    generalized_cross_entropy_with_logits,
    generalized_cross_entropy_with_logits_grad,
)
from nnref.losses.segmentation import (
    cross_entropy_dice_loss_with_logits,
    cross_entropy_dice_loss_with_logits_grad,
    dice_loss,
    dice_loss_grad,
)

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_grad",
    "binary_cross_entropy_with_logits",
    "binary_cross_entropy_with_logits_grad",
    "binary_focal_loss_with_logits",
    "binary_focal_loss_with_logits_grad",
    "categorical_cross_entropy_with_logits",
    "categorical_cross_entropy_with_logits_grad",
    "ciou_loss",
    "ciou_loss_grad",
    "cross_entropy_dice_loss_with_logits",
    "cross_entropy_dice_loss_with_logits_grad",
    "dice_loss",
    "dice_loss_grad",
    "diou_loss",
    "diou_loss_grad",
    "focal_loss_with_logits",
    "focal_loss_with_logits_grad",
    "generalized_cross_entropy_with_logits",
    "generalized_cross_entropy_with_logits_grad",
    "giou_loss",
    "giou_loss_grad",
    "huber",
    "huber_grad",
    "iou_loss",
    "iou_loss_grad",
    "mean_absolute_error",
    "mean_absolute_error_grad",
    "mean_squared_error",
    "mean_squared_error_grad",
    "smooth_l1",
    "smooth_l1_grad",
    "sparse_categorical_cross_entropy_with_logits",
    "sparse_categorical_cross_entropy_with_logits_grad",
]
