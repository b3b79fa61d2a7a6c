"""Checks that what is handed in is kept: told truly of answers that keep it and are wrong."""

from __future__ import annotations

import textwrap

import pytest

from .numpy_submissions import SOLUTION, assignment, namespace, verdicts


def ends(exercise: str, check: str, source: str) -> str:
    """The message of a check for the reference with a definition instead, empty if it passes."""
    file = assignment().manifest.exercise(exercise).file
    text = (SOLUTION / file).read_text(encoding="utf-8") + textwrap.dedent(source)
    found = verdicts(exercise, namespace(text, file), 7)[check]
    assert found.outcome in ("passed", "failed"), found.public
    return found.hidden


CLIPS = ("clip_by_value", "clip_by_norm", "clip_by_global_norm")


@pytest.mark.parametrize("clip", CLIPS)
def test_who_gives_the_arguments_back_is_told_so(clip: str) -> None:
    back = "grads, 1.5" if clip == "clip_by_global_norm" else "grads"
    found = ends(clip, f"{clip}_untouched", f"def {clip}(grads, limit): return {back}")
    assert "the clipped gradients, entry 0: the values are off" in found
    assert "; and it is what was handed in" in found


@pytest.mark.parametrize("clip", CLIPS)
def test_who_changes_them_and_gives_nothing_is_told_of_the_change(clip: str) -> None:
    found = ends(
        clip,
        f"{clip}_untouched",
        f"""
        def {clip}(grads, limit):
            for g in grads:
                g *= 0.5
        """,
    )
    assert found.startswith("the array given as gradient 0, afterwards: the values are off")


@pytest.mark.parametrize("clip", CLIPS)
def test_an_answer_of_another_kind_is_told_by_its_kind(clip: str) -> None:
    source = f"def {clip}(grads, limit): return (g for g in grads)"
    assert ends(clip, f"{clip}_untouched", source).endswith("got an object")


def test_magnitudes_depend_on_what_is_handed_in() -> None:
    source = """
        def clip_by_value(grads, limit):
            return [np.minimum(np.abs(g), limit) for g in grads]
        """
    assert not ends("clip_by_value", "clip_by_value_untouched", source)


def test_lists_of_no_form_are_an_answer_and_no_fault_of_the_check() -> None:
    source = "def clip_by_norm(grads, limit): return [[1.0, [2.0]] for g in grads]"
    assert "entry 0: expected an array" in ends("clip_by_norm", "clip_by_norm_float32", source)


def test_a_constant_answer_is_told_so() -> None:
    found = ends("global_norm", "global_norm_untouched", "def global_norm(grads): return 1.5")
    assert found.endswith("the value is off; and the same comes back for other arguments")
