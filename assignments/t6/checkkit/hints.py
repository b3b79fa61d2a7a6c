"""``check.py --hint Adam 2``: the hints to an exercise, one at a time and only when asked for."""

from __future__ import annotations

from typing import List

from checkkit.handout_folder import Handout
from checkkit.terminal import Terminal

LEVELS = ("idea", "formula", "pseudo-code")


def show(handout: Handout, words: List[str], terminal: Terminal) -> int:
    """Show one level of an exercise's hints; 0, or 2 where there is no such exercise or level.

    Args:
        handout: the handout.
        words: name of an exercise, in upper or lower case, and the level, 1 if it is left out.
        terminal: where to.
    """
    name, level = words[0], words[1] if len(words) > 1 else "1"
    found = [made for made in handout.exercises if made.name.lower() == name.lower()]
    if not found or len(words) > 2:
        names = ", ".join(made.name for made in handout.exercises if made.hints)
        told = "There is no exercise %s; there are hints to %s." % (name, names)
        terminal.paragraph(told, "", "  ")
        return 2
    made = found[0]
    given = [kind for kind in LEVELS if any(hint["kind"] == kind for hint in made.hints)]
    if level not in [str(number) for number in range(1, len(given) + 1)]:
        last = "from 1 to %d" % len(given) if given else "not: there is none"
        terminal.say("Hints to %s go %s." % (made.name, last))
        return 2
    kind = given[int(level) - 1]
    for hint in made.hints:
        if hint["kind"] == kind:
            terminal.say("%s, %s:" % (hint["part"], kind), "bold")
            for line in hint["text"]:
                terminal.say("    " + line)
    if int(level) < len(given):
        following = int(level) + 1
        terminal.say()
        told = "Next, %s: python check.py --hint %s %d"
        terminal.say(told % (given[following - 1], made.name, following))
    return 0
