"""Which tier follows from which offer, and what probing finds here and in a container."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from autograder.isolation import probing, tiers
from autograder.isolation.layers import confinement
from autograder.isolation.tiers import Layer, Offer

YES, NO = Layer(True), Layer(False, "Operation not permitted")
ALL = Offer(
    "Linux",
    "x86_64",
    is_root=False,
    bubblewrap="/usr/bin/bwrap",
    nested=YES,
    namespaces=YES,
    landlock=7,
    seccomp=YES,
    own_user=NO,
)
DOCKER = replace(
    ALL, bubblewrap=None, bubblewrap_why_not="bwrap: refused", nested=NO, namespaces=NO
)
ROOT = {"is_root": True, "own_user": YES}


@pytest.mark.parametrize(
    ("offer", "name", "layers"),
    [
        (ALL, "T1", "bubblewrap namespaces landlock seccomp rlimits"),
        (replace(ALL, **ROOT), "T1", "bubblewrap namespaces landlock seccomp rlimits"),
        (replace(ALL, nested=NO), "T2", "bubblewrap landlock seccomp rlimits own-pid"),
        (replace(ALL, landlock=0), "T2", "bubblewrap namespaces seccomp rlimits"),
        (DOCKER, "T3", "landlock seccomp rlimits own-pid"),
        (replace(DOCKER, **ROOT), "T3", "landlock seccomp rlimits uid own-pid"),
        (replace(DOCKER, namespaces=YES), "T3", "namespaces landlock seccomp rlimits"),
        (
            replace(DOCKER, namespaces=YES, **ROOT),
            "T3",
            "namespaces landlock seccomp rlimits uid",
        ),
        (replace(DOCKER, landlock=0, **ROOT), "T4", "seccomp rlimits uid own-pid"),
        (replace(ALL, nested=NO, landlock=0, **ROOT), "T4", "namespaces seccomp rlimits uid"),
        (replace(DOCKER, landlock=0), "refused", ""),
        (replace(ALL, nested=NO, landlock=0), "refused", ""),
        (replace(DOCKER, is_root=True), "refused", ""),
        (replace(ALL, seccomp=NO), "refused", ""),
        (Offer("Darwin", "arm64"), "refused", ""),
        (Offer("Windows", "AMD64"), "refused", ""),
    ],
)
def test_an_offer_makes_a_tier(offer: Offer, name: str, layers: str) -> None:
    tier = tiers.choose(offer)
    assert (tier.name, tier.layers) == (name, tuple(layers.split()))
    assert tier.refused == (name == "refused")
    assert set(tier.layers) <= set(confinement.LAYERS)
    assert tier.reason
    assert bool(tier.fix) == (name != "T1")
    if name in ("T1", "refused"):
        assert tier.holes == ()


def test_signals_are_always_confined() -> None:
    for offer in (ALL, replace(ALL, nested=NO), DOCKER, replace(DOCKER, landlock=0, **ROOT)):
        assert len({"namespaces", "own-pid"} & set(tiers.choose(offer).layers)) == 1


def test_holes_are_told() -> None:
    assert any("disk" in hole for hole in tiers.choose(DOCKER).holes)
    t4 = tiers.choose(replace(DOCKER, landlock=0, **ROOT))
    assert any("reads every file" in hole for hole in t4.holes)
    assert any("share" in hole for hole in tiers.choose(replace(ALL, nested=NO)).holes)


def test_a_refusal_says_what_to_do() -> None:
    missing = replace(DOCKER, landlock=0, bubblewrap_why_not=probing.NONE_FOUND)
    assert "apt install bubblewrap" in tiers.choose(missing).fix
    without_setpriv = replace(missing, bubblewrap_why_not="bwrap: execvp setpriv: No such file")
    assert "util-linux" in tiers.choose(without_setpriv).fix
    assert "--security-opt" in tiers.choose(replace(DOCKER, landlock=0)).fix
    unreachable = replace(DOCKER, is_root=True, own_user=Layer(False, "cannot read /opt/locked/x"))
    refused = tiers.choose(unreachable)
    assert "cannot read /opt/locked/x" in refused.reason
    assert "chmod o+x" in refused.fix
    assert "Darwin" in tiers.choose(Offer("Darwin", "arm64")).reason


def test_only_who_runs_what_is_their_own_goes_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "probe", lambda: Offer("Darwin", "arm64"))
    with pytest.raises(tiers.NotIsolated, match="cannot be isolated here: Darwin has neither"):
        tiers.isolation("required")
    assert tiers.isolation("own") == tiers.isolation("none")
    monkeypatch.setattr(tiers, "probe", lambda: ALL)
    assert tiers.isolation("own") == tiers.isolation("required") == tiers.choose(ALL)
    assert tiers.choose(ALL).bwrap == ALL.bubblewrap
    assert tiers.isolation("none").layers == ()


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")
def test_probing_this_machine() -> None:
    start = time.perf_counter()
    offer = tiers.probe()
    assert time.perf_counter() - start < 5  # some 0.1 s; the bound is for a busy machine
    assert (offer.system, offer.is_root) == ("Linux", os.geteuid() == 0)
    for layer in (offer.nested, offer.namespaces, offer.seccomp, offer.own_user):
        assert layer.works == (not layer.why_not)
    assert (offer.bubblewrap is None) == bool(offer.bubblewrap_why_not)
    if not offer.is_root:
        assert "only root" in offer.own_user.why_not


def test_elsewhere_probing_refuses_without_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(probing.subprocess, "Popen", None)
    assert tiers.choose(tiers.probe()).refused


def test_the_module_loads_where_linux_is_missing(alone: Callable[..., Any]) -> None:
    told = alone(
        """
        for name in [name for name in sys.modules if name.startswith("autograder")]:
            del sys.modules[name]
        for name in ("resource", "fcntl", "ctypes", "pwd", "grp"):
            sys.modules[name] = None
        import platform
        platform.system = lambda: "Windows"
        del os.O_PATH
        from autograder.isolation import tiers
        tell(name=tiers.choose(tiers.probe()).name)
        """
    )
    assert told == {"name": "refused"}


PROBE = """
from dataclasses import asdict
from autograder.isolation import tiers
offer = tiers.probe()
tell(offer=asdict(offer), tier=asdict(tiers.choose(offer)))
"""


def test_a_container_without_namespaces_as_ordinary_user(
    alone: Callable[..., Any],
    docker_like: tuple[str, ...],
    ordinary_user: tuple[str, ...],
    system_python: str,
) -> None:
    told = alone(PROBE, prefix=[*docker_like, *ordinary_user], python=system_python)
    _check_denied(told["offer"])
    if not told["offer"]["landlock"]:
        pytest.skip("this kernel has no Landlock")
    assert told["tier"]["name"] == "T3"
    assert told["tier"]["layers"] == ["landlock", "seccomp", "rlimits", "own-pid"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_a_container_without_namespaces_as_root(
    alone: Callable[..., Any], docker_like: tuple[str, ...], system_python: str
) -> None:
    told = alone(PROBE, prefix=docker_like, python=system_python)
    _check_denied(told["offer"])
    if not told["offer"]["landlock"]:
        pytest.skip("this kernel has no Landlock")
    assert told["tier"]["name"] == "T3"
    assert told["tier"]["layers"] == ["landlock", "seccomp", "rlimits", "uid", "own-pid"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_an_environment_that_other_users_cannot_reach(
    alone: Callable[..., Any], docker_like: tuple[str, ...], system_python: str, tmp_path: Any
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    told = alone(
        f"sys.prefix = {str(closed)!r}\n" + PROBE, prefix=docker_like, python=system_python
    )
    assert told["tier"]["name"] == "refused"
    assert str(closed) in told["tier"]["reason"]
    assert "chmod o+x" in told["tier"]["fix"]


def _check_denied(offer: dict[str, Any]) -> None:
    assert offer["bubblewrap"] is None
    assert offer["bubblewrap_why_not"]
    assert not offer["namespaces"]["works"]
    assert "Operation not permitted" in offer["namespaces"]["why_not"]
    assert offer["seccomp"]["works"]
