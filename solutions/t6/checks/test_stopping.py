"""Checks of `regularization.py`: early stopping, and reading a training history."""

import numpy as np

from autograder.kit import check, expect

# EarlyStopping


@check(
    "EarlyStopping",
    "training stops after patience epochs in a row without an improvement",
    public=True,
    hint="An improvement starts the waiting over.",
)
def test_early_stopping_example(sub):
    stopping = sub.EarlyStopping(patience=2)
    values = [1.0, 0.8, 0.9, 0.75, 0.95, 0.85]
    replies = [stopping.update(value, [np.array([value])]) for value in values]
    wanted = [False, False, False, False, False, True]
    expect.equal(replies, wanted, "what update returns for 1, 0.8, 0.9, 0.75, 0.95, 0.85")
    expect.close(stopping.get("best_value"), 0.75, "best_value")
    expect.equal(stopping.get("best_epoch"), 3, "best_epoch, counted from 0")
    expect.close(stopping.get("best_weights"), [np.array([0.75])], "best_weights")


@check(
    "EarlyStopping",
    "NaN is no improvement",
    public=True,
    hint="Ask whether a value is better, not whether it is worse.",
)
def test_early_stopping_nan_example(sub):
    stopping, other = sub.EarlyStopping(patience=2), sub.EarlyStopping(patience=2)
    values = [1.0] + 3 * [float("nan")]
    weights = [[np.array([1.0])]] * 4
    replies = _update(stopping, values, weights)
    wanted = _update(other, [1.0, 2.0, 2.0, 2.0], weights)
    expect.that(True in wanted, "what update returns for 1, 2, 2, 2", "be True in the end")
    expect.equal(replies, wanted, "what update returns for 1 and three NaN, beside 1, 2, 2, 2")
    expect.close(stopping.get("best_value"), 1.0, "best_value")
    expect.equal(stopping.get("best_epoch"), 0, "best_epoch")


def _weights(rng):
    return [rng.normal(size=(2, 3)), rng.normal(size=4)]


def _update(stopping, values, weights):
    """What `update` returns for each value, as booleans."""
    replies = [stopping.update(value, kept) for value, kept in zip(values, weights)]
    return [expect.boolean(reply, "what update returns") for reply in replies]


def _ask_run(sub, rng, stopping, values, wanted, best, what):
    """Update with each value, then compare the replies and what is kept of the best epoch.

    Args:
        wanted: what each update must return; or values for which a second object, made in the same
            way but for what the check is about, must return the same (see `_Like`).
        best: index of the best epoch.
        what: which run this is, for messages.
    """
    weights = [_weights(rng) for _ in values]
    replies = _update(stopping, values, weights)
    found = [stopping.get(name) for name in ("best_value", "best_epoch")]
    once = sub.EarlyStopping()
    once.update(values[best], weights[best])
    first = once.get("best_epoch")
    if isinstance(wanted, _Like):
        wanted = wanted.replies(weights)
    expect.equal(replies, wanted, "what update returns " + what)
    expect.close(found[0], values[best], "best_value " + what)
    epoch = expect.integer(found[1], "best_epoch " + what)
    if epoch != best:
        # Whoever counts from 1 is told so by the checks that are about it.
        offset = expect.integer(first, "best_epoch after one update")
        expect.that(epoch - offset == best, "best_epoch " + what, "be that of the best value")


class _Like:
    """The student's own replies in a run that must end the same.

    So a patience that is off by one costs the checks that are about patience, and no other.

    Args:
        stopping: a fresh object of the student's class.
        values: its run; it must stop in it.
        before: the replies that are wanted ahead of those of this run.
    """

    def __init__(self, stopping, values, before=()):
        self.stopping, self.values, self.before = stopping, values, list(before)

    def replies(self, weights):
        """What the other run must return, too."""
        made = _update(self.stopping, self.values, weights[len(self.before) :])
        expect.that(True in made, "what update returns for finite losses", "be True in the end")
        return self.before + made


def _draw_run(rng, patience, min_delta):
    """Losses that stop after a few improvements: values, replies and the index of the best.

    Values that do not improve are worse than the best or better by less than `min_delta`; in the
    end they are so in turn, and the last one is hardly worse.
    """
    values, best = [float(rng.uniform(4.0, 5.0))], 0
    for _ in range(3):
        for _ in range(int(rng.integers(0, patience))):
            values.append(values[best] + float(rng.uniform(-0.8, 1.0)) * min_delta)
        values.append(values[best] - min_delta * float(rng.uniform(1.2, 3.0)))
        best = len(values) - 1
    for index in range(patience):
        worse = (patience - index) % 2 == 1
        share = float(rng.uniform(0.05, 0.15) if worse else -rng.uniform(0.2, 0.8))
        values.append(values[best] + share * min_delta)
    return values, [False] * (len(values) - 1) + [True], best


@check(
    "EarlyStopping",
    "training stops after as many losses without an improvement as patience says",
    weight=1.5,
    hint="Every improvement sets what is waited for back to 0.",
)
def test_early_stopping_min(sub, rng):
    patience = int(rng.integers(3, 5))
    delta = float(rng.uniform(0.1, 0.3))
    stopping = sub.EarlyStopping(patience=patience, min_delta=delta)
    values, wanted, best = _draw_run(rng, patience, delta)
    _ask_run(sub, rng, stopping, values, wanted, best, "for falling losses")


@check(
    "EarlyStopping",
    "value, epoch and weights of the best epoch are kept",
    weight=1.5,
    hint="Three things are kept at an improvement; epochs count from 0.",
)
def test_early_stopping_best(sub, rng):
    delta = float(rng.uniform(0.1, 0.3))
    stopping = sub.EarlyStopping(patience=30, min_delta=delta)
    values, _, best = _draw_run(rng, 4, delta)
    weights = [_weights(rng) for _ in values]
    _update(stopping, values, weights)
    expect.close(stopping.get("best_value"), values[best], "best_value for falling losses")
    expect.equal(stopping.get("best_epoch"), best, "best_epoch for falling losses")
    expect.close(stopping.get("best_weights"), weights[best], "best_weights for falling losses")


@check(
    "EarlyStopping",
    "with mode max larger values improve",
    weight=1.5,
    hint="min_delta changes its side together with the comparison.",
)
def test_early_stopping_max(sub, rng):
    patience = int(rng.integers(2, 4))
    delta = float(rng.uniform(0.1, 0.3))
    stopping = sub.EarlyStopping(patience=patience, min_delta=delta, mode="max")
    values, _, best = _draw_run(rng, patience, delta)
    values += 2 * values[-1:]
    falling = _Like(sub.EarlyStopping(patience=patience, min_delta=delta), values)
    rising = [9.0 - value for value in values]
    _ask_run(sub, rng, stopping, rising, falling, best, "for rising accuracies")


@check(
    "EarlyStopping",
    "small improvements count only once they add up to more than min_delta",
    hint="The comparison is with the best value, and not with the one before.",
)
def test_early_stopping_min_delta(sub, rng):
    delta = float(rng.uniform(0.1, 0.3))
    start = float(rng.uniform(4.0, 5.0))
    drops = [0.0, 0.4, 0.8, 1.2, 1.6, 1.9, 2.1]
    values = [start - delta * drop for drop in drops]
    stopping = sub.EarlyStopping(patience=20, min_delta=delta)
    wanted = [False] * 7
    _ask_run(sub, rng, stopping, values, wanted, 3, "for losses that creep down")


@check(
    "EarlyStopping",
    "without arguments every improvement counts, and the patience is 10",
    weight=0.5,
    hint="The documented defaults are part of the class.",
)
def test_early_stopping_defaults(sub, rng):
    start = float(rng.uniform(4.0, 5.0))
    values = [start, start - 0.01] + [start + float(extra) for extra in rng.uniform(0.0, 1.0, 10)]
    wanted = [False] * 11 + [True]
    _ask_run(sub, rng, sub.EarlyStopping(), values, wanted, 1, "with the defaults")


@check(
    "EarlyStopping",
    "a patience of 0 acts as 1, and the first update never stops",
    hint="With no patience at all, the first epoch that does not improve is the last one.",
)
def test_early_stopping_no_patience(sub, rng):
    for patience in (0, 1):
        values = [float(value) for value in rng.uniform([4.0, 3.0, 3.5], [4.5, 3.2, 3.9])]
        what = "with patience %d" % patience
        stopping = sub.EarlyStopping(patience=patience)
        _ask_run(sub, rng, stopping, values, [False, False, True], 1, what)
        stopping = sub.EarlyStopping(patience=patience)
        _ask_run(sub, rng, stopping, values[1:], [False, True], 0, what + ", two updates")


@check(
    "EarlyStopping",
    "NaN never improves, also not first, and the next finite value then does",
    weight=1.5,
    hint="A first value that is NaN must not become the one to beat.",
)
def test_early_stopping_nan(sub, rng):
    nan = float("nan")
    value = float(rng.uniform(0.5, 2.0))
    for mode, sign in (("min", 1.0), ("max", -1.0)):
        stopping = sub.EarlyStopping(patience=4, mode=mode)
        best, worse = value - sign * 0.2, value + sign
        values = [nan, nan, value, nan, nan, best, nan, value, nan, nan, value, value]
        finite = [worse if np.isnan(value) else value for value in values[2:]]
        like = _Like(sub.EarlyStopping(patience=4, mode=mode), finite, before=[False, False])
        _ask_run(sub, rng, stopping, values, like, 5, "with NaN among the values, mode " + mode)
    waited = _update(sub.EarlyStopping(patience=3), [value] + 6 * [value + 1.0], 7 * [[]])
    expect.that(True in waited, "what update returns for finite losses", "be True in the end")
    count = waited.index(True) - 1
    replies = _update(sub.EarlyStopping(patience=3), count * [nan], count * [[]])
    expect.equal(replies, count * [False], "what update returns while NaN comes first")
    stopping = sub.EarlyStopping(patience=0)
    _ask_run(sub, rng, stopping, [nan, value], [False, False], 1, "with NaN first and patience 0")


@check(
    "EarlyStopping",
    "the best weights are copies that later training cannot reach",
    weight=1.5,
    hint="Training goes on in the same arrays; a reference to them follows along.",
)
def test_early_stopping_copies(sub, rng):
    weights = _weights(rng)
    arrays = [sub.hold(w) for w in weights]
    held = sub.hold(arrays)
    stopping = sub.EarlyStopping(patience=5)
    stopping.update(float(rng.uniform(1.0, 2.0)), held)
    for handle in arrays:
        handle.fill(0.0)
    stopping.update(float(rng.uniform(3.0, 4.0)), held)
    kept = stopping.get("best_weights")
    held.clear()
    still = stopping.get("best_weights")
    expect.close(kept, weights, "best_weights after the arrays were overwritten")
    expect.close(still, weights, "best_weights after the list was emptied")


@check(
    "EarlyStopping",
    "an unknown mode raises ValueError",
    weight=0.5,
    hint="A default for every other word would hide a typing mistake.",
)
def test_early_stopping_refusals(sub):
    for mode in ("maximum", "auto", "best"):
        with expect.raises("ValueError", "mode is %r" % mode):
            sub.EarlyStopping(mode=mode)


# diagnose_fit


@check(
    "diagnose_fit",
    "four short histories get their four names",
    public=True,
    hint="The docstring names the rules in the order in which they are asked.",
)
def test_diagnose_fit_examples(sub):
    histories = {
        "good fit": {"loss": [0.9, 0.3, 0.2], "val_loss": [0.9, 0.35, 0.25]},
        "overfitting": {"loss": [0.9, 0.2, 0.1], "val_loss": [0.9, 0.8, 0.9]},
        "underfitting": {"loss": [0.9, 0.8, 0.8], "val_loss": [0.9, 0.85, 0.8]},
        "diverged": {"loss": [0.9, float("nan"), 0.1], "val_loss": [0.9, 0.2, 0.2]},
    }
    for name, history in histories.items():
        expect.equal(sub.diagnose_fit(history), name, "the diagnosis of %r" % (history,))


def _curve(rng, epochs, mean):
    """Losses whose mean is `mean` and whose entries are up to 0.3 away from it."""
    noise = rng.uniform(-0.2, 0.2, size=epochs)
    return [float(value) for value in mean + noise - noise.mean()]


def _ask_histories(sub, cases, **limits):
    """Ask for all diagnoses, then judge them; a case is (loss, val_loss, wanted, what it is)."""
    replies = [
        sub.diagnose_fit({"loss": loss, "val_loss": val_loss}, **limits)
        for loss, val_loss, _, _ in cases
    ]
    for reply, (_, _, wanted, what) in zip(replies, cases):
        expect.equal(reply, wanted, "the diagnosis of " + what)


@check(
    "diagnose_fit",
    "the distance of validation from training, then the training loss, decide",
    weight=2,
    hint="A network that fits too little can still have a gap, and that is asked first.",
)
def test_diagnose_fit_rules(sub, rng):
    def pair(train, val):
        return _curve(rng, 10, train), _curve(rng, 10, val)

    high, low = float(rng.uniform(0.6, 1.0)), float(rng.uniform(0.2, 0.4))
    wide, narrow = float(rng.uniform(0.15, 0.4)), float(rng.uniform(0.0, 0.07))
    cases = [
        (*pair(low, low + narrow), "good fit", "a low loss and a small gap"),
        (*pair(low, low + wide), "overfitting", "a low loss and a wide gap"),
        (*pair(high, high + narrow), "underfitting", "a high loss and a small gap"),
        (*pair(high, high + wide), "overfitting", "a high loss and a wide gap"),
        (*pair(low, low - 0.15), "good fit", "a validation loss below the training loss"),
        (*pair(high, high - wide), "underfitting", "a high loss, validation below training"),
        (*pair(0.45, 0.53), "good fit", "a training loss below, a validation loss above the limit"),
    ]
    _ask_histories(sub, cases)


@check(
    "diagnose_fit",
    "means of the last ten epochs count, or of all when there are fewer",
    weight=2,
    hint="Neither the last epoch alone nor the whole history tells how training ended.",
)
def test_diagnose_fit_last_ten(sub, rng):
    early, low = (
        [float(value) for value in rng.uniform(3.0, 5.0, size=8)],
        float(rng.uniform(0.2, 0.3)),
    )
    # The eleventh epoch from the end would change each answer by itself, and so would the tenth.
    flat, gone = _curve(rng, 10, low), [float(value) for value in rng.uniform(3.0, 5.0, size=8)]
    tenth = [low + 4.0] + [low] * 9
    last = [low] * 9 + [low + 0.5]
    cases = [
        (early + flat, gone + flat, "good fit", "a bad start, long over"),
        (flat[:1] * 3 + flat, [9.0] * 3 + flat, "good fit", "an early gap, long over"),
        (flat, tenth, "overfitting", "a gap in the tenth epoch from the end"),
        (flat, last, "good fit", "one bad epoch at the end"),
        ([low] * 3, [low, low, low + 0.6], "overfitting", "three epochs"),
        ([0.8], [0.8], "underfitting", "a single epoch"),
    ]
    _ask_histories(sub, cases)


@check(
    "diagnose_fit",
    "gap and high_loss are the limits that are given",
    hint="The numbers in the signature are defaults, not constants.",
)
def test_diagnose_fit_limits(sub, rng):
    low = float(rng.uniform(1.0, 1.5))
    near = _curve(rng, 10, low + 0.3)
    cases = [
        (_curve(rng, 10, low), near, "good fit", "a loss and a gap within wide limits"),
        (_curve(rng, 10, low + 1.5), _curve(rng, 10, low), "underfitting", "a very high loss"),
        (_curve(rng, 10, low), _curve(rng, 10, low + 0.8), "overfitting", "a very wide gap"),
    ]
    _ask_histories(sub, cases, gap=0.5, high_loss=2.0)
    small = [([0.05] * 4, [0.07] * 4, "overfitting", "a gap beyond a narrow limit")]
    small.append(([0.05] * 4, [0.05] * 4, "underfitting", "a loss beyond a narrow limit"))
    _ask_histories(sub, small, gap=0.01, high_loss=0.02)


@check(
    "diagnose_fit",
    "NaN or infinity among the last ten means diverged, before that it does not count",
    weight=1.5,
    hint="Every comparison with NaN is False, so a history with NaN can look healthy.",
)
def test_diagnose_fit_diverged(sub, rng):
    def spoiled(bad, position):
        values = _curve(rng, 14, 0.3)
        values[position] = float(bad)
        return values

    fine = _curve(rng, 14, 0.3)
    place = int(rng.integers(-9, -1))
    cases = [
        (spoiled(np.nan, place), fine, "diverged", "a NaN in the training loss"),
        (fine, spoiled(np.nan, place), "diverged", "a NaN in the validation loss"),
        (spoiled(np.inf, -10), fine, "diverged", "an infinite training loss"),
        (fine, spoiled(np.inf, -1), "diverged", "an infinite validation loss"),
        (fine, spoiled(-np.inf, place), "diverged", "a loss of minus infinity"),
        (spoiled(np.nan, 3), spoiled(np.inf, 0), "good fit", "bad epochs before the last ten"),
    ]
    _ask_histories(sub, cases)


@check(
    "diagnose_fit",
    "lists that are empty or of different lengths raise ValueError",
    weight=0.5,
    hint="A mean of nothing is NaN, and NaN is no diagnosis here.",
)
def test_diagnose_fit_refusals(sub, rng):
    short, long = _curve(rng, 4, 0.3), _curve(rng, 5, 0.3)
    for loss, val_loss, when in (
        ([], [], "both lists are empty"),
        (short, [], "val_loss is empty"),
        ([], short, "loss is empty"),
        (short, long, "val_loss is longer"),
        (_curve(rng, 14, 0.3), _curve(rng, 12, 0.3), "val_loss is shorter"),
    ):
        with expect.raises("ValueError", when):
            sub.diagnose_fit({"loss": loss, "val_loss": val_loss})
