"""Which exercise's code may call another's function, as far as its text tells."""

from __future__ import annotations

import re
from typing import Any, Collection, Mapping

from checkkit.hosting import Exercise


def may_call(
    plan: Mapping[str, Any], classes: Collection[str], caller: Exercise, helper: Exercise
) -> bool:
    """Whether the code that one exercise needs names the function of another.

    Args:
        plan: how the submission is read.
        classes: names of definitions that give objects; calls of these are not looked at.
        caller: the exercise that may call.
        helper: the one that may be called.
    """
    if helper.provides == caller.provides or helper.provides in classes:
        return False
    found = plan["exercises"].get(caller.name) or {"needs": []}
    sources = plan.get("sources", {})
    named = re.compile(r"(?<!\bdef )\b%s\b" % re.escape(helper.provides))
    return any(named.search(sources.get(unit, "")) for unit in found["needs"])
