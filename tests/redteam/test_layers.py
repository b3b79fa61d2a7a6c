"""Each layer is there for something, and SECURITY.md says what is true."""

from __future__ import annotations

import pytest

from autograder.isolation import tiers

from . import promises, report
from .ground import Ground
from .layers import ALL, measure, removable
from .record import KERNEL


def test_each_promise_names_tests_that_are_there_and_stands_on_the_page() -> None:
    assert promises.missing() == []
    assert promises.section() in report.PAGE.read_text(encoding="utf-8"), report.REMEDY


def test_the_list_of_attacks_in_security_md_is_current() -> None:
    assert report.listing() in report.PAGE.read_text(encoding="utf-8"), report.REMEDY


def test_the_table_in_security_md_has_a_row_for_each_attack_on_the_kernel() -> None:
    written = report.PAGE.read_text(encoding="utf-8")
    for attack in removable():
        assert f"| {attack.name} |" in written, report.REMEDY


@pytest.mark.slow
@pytest.mark.xdist_group("redteam-layers")
def test_with_all_layers_nothing_gets_through_and_one_missing_is_noticed(
    offer: tiers.Offer, ground: Ground
) -> None:
    if tiers.choose(offer).name != "T1":
        pytest.skip(f"the required layers are those of T1, found {tiers.choose(offer).name}")
    opened = [(missing, name) for missing, name, told in measure(offer, ground) if told]
    assert [name for missing, name in opened if missing == ALL] == []
    # What gets through without a layer says of itself that this layer stops it, and no other.
    said = {attack.name: set(attack.stopped_by) & set(KERNEL) for attack in removable()}
    assert [(missing, name) for missing, name in opened if said[name] != {missing}] == []
    assert {"seccomp", "rlimits"} <= {missing for missing, _ in opened}
