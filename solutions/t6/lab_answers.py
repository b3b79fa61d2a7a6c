"""What the notebook shows after a prediction, a diagnosis or an answer of your own.

`PREDICTIONS` has an entry for each call of `predict` in the notebook, `EXAM` one for each question
of the last section. `PATIENTS` are the networks of the fault clinic; `draft_gradients` is the code
with the planted bug.
"""

from __future__ import annotations

from typing import Any, Dict, NamedTuple, Tuple

import numpy as np


class Prediction(NamedTuple):
    """What is told of a question after its experiment.

    Attributes:
        choices: the letters to choose from; empty when a number is asked.
        right: the letter that holds, or about the number that a run measures.
        close: how far from what was measured a number may be, to be called close.
        happened: what happened, a sentence.
        why: why it did.
    """

    choices: str
    right: Any
    close: float
    happened: str
    why: str


def choice(choices: str, right: str, happened: str, why: str) -> Prediction:
    """A question with letters to choose from."""
    return Prediction(choices, right, 0.0, happened, why)


def number(right: float, close: float, happened: str, why: str) -> Prediction:
    """A question for a number."""
    return Prediction("", right, close, happened, why)


PREDICTIONS: Dict[str, Prediction] = {
    "step-size": choice(
        "abcd",
        "b",
        "The error of central differences falls until h is near 1e-5, then rises again. A "
        "one-sided difference never gets as low.",
        "A large h sees the curvature, an error of about h squared. A small one loses digits: two "
        "nearly equal numbers are subtracted, an error of about 1e-16 / h. The sum of both is "
        "smallest near the cube root of 1e-16, which is about 1e-5.",
    ),
    "planted-bug": choice(
        "abcd",
        "c",
        "W1 and b1 are wrong, W2 and b2 are right.",
        "The only line that the wrong two share, and the right two do not, is the one that carries "
        "`back` through the activation. The slope of tanh(z) is 1 - tanh(z)**2, so the factor has "
        "to be (1.0 - hidden**2). An error in the forward pass could not show here: it would be in "
        "the measured gradient as well.",
    ),
    "bowl": choice(
        "abcd",
        "c",
        "With 0.07 it jumps from wall to wall and calms down; with 0.081 every jump is larger than "
        "the one before, and it climbs out.",
        "Across the valley each step multiplies x1 by 1 - 25 times the rate: by -0.75, and by "
        "-1.025. The border is 2/25 = 0.08, and a rate 1 % above it turns patience into "
        "divergence. Momentum overshoots and comes back. Adagrad and RMSprop divide each "
        "coordinate by its own scale, which makes the valley round: they bend straight for the "
        "star.",
    ),
    "conventions": choice(
        "abc",
        "b",
        "Both agree until the rate changes; then the one with the rate outside brakes at once.",
        "With the rate outside, the whole velocity is scaled by the new rate. With the rate "
        "inside, the old velocity was built with the old rate and fades only by mu a step: it "
        "keeps rolling. On the left the same epsilon starts to damp Keras's step at gradients "
        "31.6 times as large; for large gradients the two agree. Neither is a mistake: grading "
        "accepts both, and says so.",
    ),
    "fair-comparison": choice(
        "abc",
        "c",
        "The two nearly coincide.",
        "A velocity adds up 1 + 0.9 + 0.81 + ... = 1 / (1 - 0.9) = 10 gradients, so momentum at "
        "0.01 takes steps of about the size of SGD's at 0.1. What looks like a better optimizer "
        "may be a better rate. The differences at the end are within what another seed would "
        "change.",
    ),
    "sweep": choice(
        "abcd",
        "a",
        "Each has one valley of good rates, and SGD's lies further right than Adam's and "
        "RMSprop's.",
        "SGD's step is the rate times a gradient, which is small. Adam's and RMSprop's steps are "
        "about one rate long, whatever the gradient, so their valleys lie a factor of ten or more "
        "further left. A default of 0.001 that is fine for Adam cripples SGD. At the bottom of the "
        "valleys they differ by less than the bands, which are three seeds: compared at one common "
        "rate, any of them can be made to win.",
    ),
    "loss-watch": choice(
        "abcd",
        "b",
        "It rings a few times at 5 and again and again at 100, never at 0.1.",
        "It rings for each loss that jumps far above its best neighbours, and is silent in "
        "between, even where the loss stays high: a watch reports a change, not a level. So keep "
        "all its answers, not only the last one. A rate that is too high shows in the first steps, "
        "long before an epoch is over. None of these losses becomes NaN; in float32, as in Keras, "
        "the right one would.",
    ),
    "vanishing": number(
        -6.9,
        1.6,
        "A straight line on a log scale: sigmoid with Glorot weights loses the same factor in each "
        "layer, a little more than the bound of 0.25 says.",
        "From the last layer to the first there are nine sigmoids on the way, and 0.25**9 is "
        "3.8e-6, or 10 to the power of -5.4. Glorot weights about keep the size of what passes, so "
        "the slope of the sigmoid decides, which is at most 1/4 and less off its centre. A 64 x 64 "
        "matrix with standard deviation 0.05 shrinks what passes by about 8 * 0.05 = 0.4 as well: "
        "0.1 a layer. tanh and ReLU with weights that fit stay within a factor of about ten.",
    ),
    "saturation": number(
        0.9,
        0.1,
        "About nine in ten units are saturated.",
        "Each sum has 256 terms and so a standard deviation of 16: far out on the flat ends. It "
        "looks fine on the left (a standard deviation near 1!), until the right panel shows why: "
        "on a flat end the slope is close to zero. With 0.01 each layer multiplies the signal by "
        "about 16 * 0.01 = 0.16, so 1e-8 is left after ten. ReLU sets half of every sum to zero, "
        "and with it half of the mean square; He doubles the variance to make up for it. Glorot "
        "stays level under tanh, He under ReLU.",
    ),
    "three-clips": number(
        29.0,
        6.0,
        "By value gives [3, 4], [4] and turns the step; the global clip does not turn it at all.",
        "Before, the step is (3, 4, 12); after it is (3, 4, 4). The cosine is 73 / (13 * 6.4) = "
        "0.877. By array gives [2.4, 3.2], [4], turned by 22 degrees. The global clip multiplies "
        "all by 4/13: the direction stays, and the norm is exactly the limit.",
    ),
    "clips-in-training": choice(
        "abcd",
        "d",
        "Without a clip the second gradient is astronomical and the third no number. With any of "
        "the three clips the same network learns, at the same rate.",
        "A clip keeps a step from being a million times too long; which one matters less. The clip "
        "by value still takes the longest steps: a thousand entries of size 1 have a norm of 32. "
        "Clipping buys stability; a better start would buy more. With a sigmoid head there is "
        "nothing to see: the output saturates at 0 or 1, its slope is exactly zero in float32, and "
        "an exploding network shows a gradient of zero.",
    ),
    "monitor": choice(
        "abcd",
        "b",
        "Sigmoid shows a fan from the first epoch on, with the first layer orders of magnitude "
        "below the last. The layers of the ReLU network run close together.",
        "Each sigmoid takes at least three quarters of what passes, so the first layer stands "
        "still for all epochs. ReLU with He weights lets it pass. Its gradients sink together when "
        "the loss goes down, since a smaller error makes smaller gradients: that is not vanishing.",
    ),
    "batch-norm": choice(
        "abcd",
        "b",
        "In the untrained deep ReLU network the gradients of the normalized one grow towards the "
        "input, to about ten times what they are near the output.",
        "At initialization batch norm explodes with depth, which is one reason for skip "
        "connections and warm-up. On the left it turns guessing (dotted) into learning: it keeps "
        "the sums of a sigmoid where its slope is. In the middle there is little to gain: two ReLU "
        "layers with He weights have no problem that it could solve.",
    ),
    "penalties": choice(
        "abcd",
        "b",
        "L2 moves the hump to the left. L1 empties it: most weights land in a second hump, next to "
        "zero, and a few large ones do the work.",
        "L2 pulls with 2 l2 w, less and less as w shrinks, so nothing becomes zero. L1 pulls with "
        "the same force however small w is; an adaptive optimizer leaves it dancing around zero, "
        "within a step. Both bring the validation loss down: compare losses without the penalty, "
        "or you compare penalties.",
    ),
    "dropout": number(
        17.3,
        3.0,
        "The sums scatter widely around 100, and their mean is the value in use.",
        "An entry is 4 with probability 0.25, else 0: its mean is 1, its variance 3. A hundred of "
        "them have a standard deviation of sqrt(300) = 17.3. In use nothing is dropped and nothing "
        "is left to scale. On the right a forgotten training=True costs accuracy, a different "
        "amount at every call.",
    ),
    "tutorial": number(
        99.0,
        12.0,
        "The tutorial's loop runs to the end, or nearly so.",
        "It watches the training loss, which falls as long as there is noise to learn by heart: no "
        "validation data is the first bug. The second: it returns the last weights, not the best. "
        "Even with the right loss it would hand back weights from `patience` epochs after the "
        "best. The validation loss turns early; going back to its lowest point gains more than ten "
        "points of accuracy.",
    ),
    "everything": choice(
        "abc",
        "a",
        "The network without any regularizer has by far the highest loss on new data, and the "
        "lowest on the points it was trained on.",
        "It has learned the training points by heart and draws a border that bends around them, "
        "with great confidence: where it errs on new data, it is sure. L2 and dropout leave a "
        "smooth border with a broad band of doubt; the accuracy hardly moves, the loss does. Batch "
        "norm on top does not help any further here: with batches of ten its averages are rough, "
        "and what L2 takes from the scale of the weights it gives back. Regularizers are tried, "
        "not piled up. And this is one seed: before you rank the last two, run others (seed=1).",
    ),
    "augmentation": number(
        0.4,
        0.12,
        "On shifted digits the plain network falls to less than half right, although a person "
        "hardly sees a difference. The one trained with shifted copies stays near 0.9.",
        "Nothing is gained on centred digits: there the copies teach what is never asked. Augment "
        "when the copies are like what will come, and training data only: shifted validation "
        "digits would measure something else.",
    ),
    "ablation": choice(
        "abcd",
        "b",
        "Every regularizer is ahead of none by more than any spread. Among the good ones the order "
        "is within the spread.",
        "Without a regularizer the network learns nearly every wrong label. L2 at 0.01, dropout "
        "and early stopping end within each other's spread; a weak L1 is in between; the "
        "combination is ahead by a little, which three seeds make a hint and no proof. "
        "Regularizing helps a lot, and which one matters less than setting its strength.",
    ),
    "patient-A": choice(
        "abcdef",
        "c",
        "Eight sigmoid layers: the gradient vanishes on its way to the input.",
        "A fan of layers from the start, and a loss that stays at ln(10). ReLU with He weights "
        "repairs it; batch norm helps too, with more patience (section 10).",
    ),
    "patient-B": choice(
        "abcdef",
        "f",
        "Weights of standard deviation 1, where He says 0.18.",
        "Ill before the first step: gradients and loss are huge at epoch 0.",
    ),
    "patient-C": choice(
        "abcdef",
        "d",
        "A learning rate of 3.",
        "Every layer was fine at epoch 0, so the network was not at fault; the watch rang in the "
        "first epoch.",
    ),
    "patient-D": choice(
        "abcdef",
        "a",
        "Its units are still dropped at random where it answers.",
        "Training and gradients are healthy, only the answers are not: asked twice, it says two "
        "things.",
    ),
}

PATIENTS: Dict[str, Dict[str, Any]] = {
    "A": {"activation": "sigmoid", "kernel": "glorot_uniform", "hidden": 8},
    "B": {"kernel": 1.0},
    "C": {"learning_rate": 3.0},
    "D": {"hidden": 2, "dropout": 0.5, "dropout_in_use": True},
}

DRAFT = '''\
def draft_gradients(params, x, y):
    """Loss and gradients of the small network, with one mistake."""
    hidden = np.tanh(x @ params["W1"] + params["b1"])
    residual = hidden @ params["W2"] + params["b2"] - y
    back = 2.0 * residual / residual.size
    result = {"W2": hidden.T @ back, "b2": back.sum(axis=0)}
    back = (back @ params["W2"].T) * (1.0 - hidden)
    result["W1"] = x.T @ back
    result["b1"] = back.sum(axis=0)
    return np.mean(residual**2), result
'''


def draft_gradients(
    params: Dict[str, np.ndarray], x: np.ndarray, y: np.ndarray, draft: str = DRAFT
) -> Tuple[float, Dict[str, np.ndarray]]:
    """What the draft gives: the loss, and a gradient for each parameter."""
    names: Dict[str, Any] = {"np": np}
    exec(draft, names)
    result: Tuple[float, Dict[str, np.ndarray]] = names["draft_gradients"](params, x, y)
    return result


EXAM = (
    "Corrected, m is g and the root of v is |g| after one step, so the quotient is the sign of g. "
    "Epsilon limits it, for gradients about as small as epsilon.",
    "m is 0.1 g, the root of v is sqrt(0.001) |g| = 0.0316 |g|: the quotient is 3.16, so the step "
    "is 3.16 times too long.",
    "The sum of squares only grows, so the effective rate falls like one over the root of the "
    "number of steps. RMSprop averages with decay rho, so old gradients fade and the rate can "
    "recover.",
    "Under a steady gradient the velocity adds up to 1 / (1 - 0.9) = 10 gradients, so plain SGD at "
    "0.1 takes steps of the same size. Fair is a sweep of rates for each, several seeds, the same "
    "initial weights and batches, and each at its own best.",
    "y is multiplied by 1 - 25 rate, so it diverges above 2/25 = 0.08; x would stand rates up to "
    "2.",
    "Each sigmoid contributes a slope of at most 1/4, and small weights shrink the product "
    "further. Repairs: ReLU with He weights, or batch norm before the activation (also: residual "
    "connections, fewer layers).",
    "Not for that reason: the ratio says that layers are alike, but all gradients may be tiny "
    "(about 1e-5 here). Look at ratio and size.",
    "Forward, variance is kept by 1 / fan_in, backward by 1 / fan_out; Glorot compromises. ReLU "
    "halves the mean square, so He doubles the variance 1 / fan_in.",
    "Per array: [1.2, 1.6] and [2]; globally: times 2/13: [0.462, 0.615] and [1.846]. The first "
    "turns the step, the second keeps its direction.",
    "NaN > 100 is False, so the worst case is silent. It also misses vanishing gradients, relative "
    "differences between layers, and which layer it is. Ask for finite first.",
    "Whether 0.35 contains the penalty: compare cross-entropies without it, on validation data. A "
    "somewhat higher training loss is also what a regularizer is for.",
    "Answers change from call to call, and accuracy is lower. Inverted dropout keeps the "
    "expectation of each unit, so the average over many masks approximates the full network.",
    "Batch norm subtracts the mean and divides by the standard deviation of the batch in training, "
    "and uses moving averages in use. A batch of one has no spread: its output does not depend on "
    "its input. Train with larger batches, or normalize over something else.",
    "The number cannot say: it measures another, harder question. Augment training data only, and "
    "compare both networks on the same untouched validation images, or, if shifted images are what "
    "will come, both on the same shifted ones.",
)
