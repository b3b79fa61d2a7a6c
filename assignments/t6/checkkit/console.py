"""``python check.py``: the public checks in the terminal, in about two seconds.

Needs neither the grader nor Otter, and TensorFlow only once an exercise that uses it is written.
"""

import argparse
import contextlib
import difflib
import os
import signal
import time
from typing import List, Optional, Sequence, Set

from checkkit.reading.file_names import best_named
from checkkit import checking, hints, packing, summary, verdicts
from checkkit.checking import Checker, Result
from checkkit.collecting import NothingThere, left_behind
from checkkit.handout_folder import Handout, PublicExercise, told
from checkkit.terminal import Terminal

_PRINTED_LINES = 12


def main(root: str, arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command; 0 when all that was asked passed, 1 when not, 2 for a usage error."""
    terminal = Terminal()
    contact = ""
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        handout = Handout(root)
        contact = handout.about["contact"]
        return _run(handout, _parser(handout).parse_args(arguments), terminal)
    except KeyboardInterrupt as stop:
        doing, place = getattr(stop, "doing", ""), getattr(stop, "place", "")
        told = "Stopped" + (" at " + doing if doing else "")
        terminal.say()
        terminal.paragraph(told + ("; your code was at %s." % place if place else "."), "", "  ")
        return 130
    except NothingThere as problem:
        terminal.paragraph(str(problem), "", "  ")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except FileNotFoundError as error:
        told = "%s is missing: keep check.py, checkkit and tests together, as in the handout."
        terminal.paragraph(told % error.filename, "", "  ")
        return 2
    except Exception as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        file = os.path.basename(trace.tb_frame.f_code.co_filename) if trace else "?"
        told = "check.py itself failed, which is not your fault: %s: %s (%s, line %s). Tell %s."
        line = trace.tb_lineno if trace else "?"
        terminal.paragraph(
            told % (type(error).__name__, error, file, line, contact or "your teacher"), "", "  "
        )
        return 2


def _run(handout: Handout, options: argparse.Namespace, terminal: Terminal) -> int:
    if options.doctor:
        from checkkit import machine  # asks installed packages; dear to import

        return machine.report(handout.about, handout.root, terminal)
    if options.hint:
        return hints.show(handout, options.hint, terminal)
    chosen = _chosen(handout, options, terminal)
    if not chosen:
        return 2
    checker = Checker(handout, options.folder, terminal)
    _introduce(handout, checker, options.folder, terminal)
    results: List[Result] = []
    said = set(checker.remarks)
    name_width = max(len(made.name) for made in chosen)
    try:
        for made in chosen:
            result = checker.run(made)
            _show(result, name_width, terminal)
            for note in dict.fromkeys([*result.notes, *checker.attempt.loading_notes()]):
                if note not in said:
                    said.add(note)
                    terminal.paragraph(note, "    note: ", "          ")
            if not options.pack:
                _show_checks(result, terminal)
            results.append(result)
    finally:
        checker.close()
    _conclude(results, options, terminal)
    if options.summary:
        summary.write(options.summary, handout, results)
    if options.json:
        notes = [*checker.left_out, *checker.attempt.loading_notes()]
        verdicts.write(options.json, handout, results, notes)
    if options.pack:
        left = left_behind(options.folder, checker.files)
        return packing.pack(handout, checker.files, left, options.folder, results, terminal)
    return 0 if all(r.state in (checking.DONE, checking.UNCHECKED) for r in results) else 1


def _chosen(
    handout: Handout, options: argparse.Namespace, terminal: Terminal
) -> List[PublicExercise]:
    """The exercises asked for; none, after saying why, when a name is not known."""
    asked = [_named(word) for word in options.exercises]
    exercises = {made.name.lower(): made.name for made in handout.exercises}
    by_name = {lower: {name} for lower, name in exercises.items()}
    for made in handout.exercises:
        for word in (made.file, os.path.splitext(made.file)[0]):
            by_name.setdefault(word.lower(), set()).add(made.name)
    wanted = set()
    unknown = [word for word in asked if word.lower() not in by_name]
    for word in asked:
        wanted |= by_name.get(word.lower(), set())
    for word in unknown:
        close = difflib.get_close_matches(word.lower(), exercises, 3)
        guess = (
            " Did you mean %s?" % " or ".join(exercises[name] for name in close) if close else ""
        )
        terminal.say("There is no exercise %s.%s" % (word, guess))
    if unknown:
        names = [made.name for made in handout.exercises]
        terminal.paragraph("The exercises: " + ", ".join(names) + ".", "", "  ")
        return []
    if options.pack:
        return handout.exercises
    chosen = [made for made in handout.exercises if made.name in wanted or not wanted]
    if options.numpy:
        chosen = [made for made in chosen if made.uses == "numpy"]
        if not chosen:
            terminal.say("All of these exercises use TensorFlow; leave --numpy out.")
    return chosen


def _named(word: str) -> str:
    """What a word asks for: a path stands for its file, since shells complete paths."""
    return os.path.basename(word.replace("\\", "/").rstrip("/")) or word


def _introduce(handout: Handout, checker: Checker, path: str, terminal: Terminal) -> None:
    about = handout.about
    terminal.say("%s, version %s" % (about["title"], about["version"]), "bold")
    terminal.paragraph(_form(handout, checker, path), "", "")
    for remark in checker.remarks:
        terminal.paragraph(remark, "note: ", "      ")
    terminal.say()


def _form(handout: Handout, checker: Checker, path: str) -> str:
    """One sentence: in which form the work is, as far as it is begun."""
    begun, modules = checker.begun(), "your modules (.py)"
    name = best_named(checker.files, handout.facts.rules["notebook"])
    saved = os.path.join(path, *name.split("/"))
    if not name or not os.path.isfile(saved):
        return "Looking at %s." % (modules if os.path.isdir(path) else path)
    at = time.strftime("%H:%M on %d %b", time.localtime(os.path.getmtime(saved)))
    notebook = "your notebook %s, saved at %s" % (name, at)
    if begun == {"cell"}:
        return "Looking at %s." % notebook
    if len(begun) < 2:
        untouched = "" if begun else "; nothing is written yet, there or in the notebook"
        return "Looking at %s%s." % (modules, untouched)
    return "Looking at %s and at %s: what is further along counts." % (modules, notebook)


def _show(result: Result, name_width: int, terminal: Terminal) -> None:
    made = result.made
    states = {
        checking.DONE: ("%d of %d pass" % (result.passed, result.checks), "good"),
        checking.PARTLY: ("%d of %d pass" % (result.passed, result.checks), "open"),
        checking.UNWRITTEN: ("not written yet", ""),
        checking.NOT_FOUND: ("not found", "open"),
        checking.NOT_HERE: ("not checked", "open"),
        checking.UNCHECKED: ("no public check", ""),
    }
    state, style = states[result.state]
    bonus = "bonus " if made.tier == "bonus" else ""
    where = "%s, %g %spoint%s" % (
        result.label,
        round(made.points, 2),
        bonus,
        "" if made.points == 1 else "s",
    )
    name = terminal.styled(made.name.ljust(name_width), "bold")
    terminal.say("%s  %s  %s" % (name, terminal.styled(state.ljust(16), style), where))


def _show_checks(result: Result, terminal: Terminal) -> None:
    if result.state == checking.UNWRITTEN:
        return
    if result.rests_on:
        told_first = "repair %s first: %s calls it, and it is not right yet"
        names = " and ".join(result.rests_on)
        terminal.paragraph(told_first % (names, result.made.name), "    ", "      ")
    above: Set[str] = set()
    for check, verdict in result.verdicts:
        if verdict.passed:
            mark = terminal.styled("passed ", "good")
            terminal.paragraph(check.title, "    %s  " % mark, " " * 13)
            continue
        # What a helper is to blame for says nothing about this exercise.
        named = None if result.rests_on else result.explained.get(check.name)
        first, *rest = told(check, verdict, named, above)
        above.add(named.name if named else "")
        terminal.paragraph(first, "    %s  " % terminal.styled("not yet", "open"), " " * 13)
        for line in rest:
            terminal.paragraph(line, " " * 13, " " * 15)
    _show_printed(result.printed, terminal)


def _show_printed(printed: str, terminal: Terminal) -> None:
    lines = printed.rstrip().split("\n") if printed.strip() else []
    if not lines:
        return
    terminal.say("    your code printed:")
    for line in lines[:_PRINTED_LINES]:
        terminal.say("      | " + line[:200])
    if len(lines) > _PRINTED_LINES:
        terminal.say("      | ... and %d more lines" % (len(lines) - _PRINTED_LINES))


def _conclude(results: List[Result], options: argparse.Namespace, terminal: Terminal) -> None:
    asked = [result for result in results if result.state != checking.UNCHECKED]
    done = [result for result in results if result.state == checking.DONE]
    unwritten = [result for result in results if result.state == checking.UNWRITTEN]
    terminal.say()
    told = "%d of %d exercises pass all their public checks" % (len(done), len(asked))
    if unwritten:
        told += "; %d %s not written yet" % (len(unwritten), "is" if len(unwritten) == 1 else "are")
    terminal.say(told + ".", "bold")
    first = next((r for r in results if r.state in (checking.PARTLY, checking.NOT_FOUND)), None)
    following = first or next(iter(unwritten), None)
    if following is not None and not options.pack and not options.exercises:
        _suggest(following, terminal)
    if done:
        terminal.say("The grading asks more questions, with other numbers.")


def _suggest(result: Result, terminal: Terminal) -> None:
    made, where = result.made, result.label
    if result.state == checking.NOT_FOUND:
        told = "Next: %s, which is to be in %s." % (made.name, where)
    elif made.minutes and result.state != checking.PARTLY:
        told = "Next: %s, in %s (about %d minutes)." % (made.name, where, made.minutes)
    else:
        told = "Next: %s, in %s." % (made.name, where)
    terminal.paragraph(told, "", "  ")
    terminal.say("      python check.py %s" % made.name)


def _parser(handout: Handout) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="check.py",
        description="Run the public checks of %s." % handout.about["title"],
        epilog="A file's name stands for all exercises in it. Upper and lower case are the same.",
    )
    parser.add_argument("exercises", nargs="*", metavar="EXERCISE", help="only these exercises")
    parser.add_argument(
        "--numpy", action="store_true", help="only what needs no TensorFlow (about two seconds)"
    )
    parser.add_argument("--folder", default=handout.root, help="where your work is; a .zip will do")
    parser.add_argument("--doctor", action="store_true", help="look at this machine")
    parser.add_argument(
        "--hint", nargs="+", metavar=("EXERCISE", "1"), help="an idea (1), formula (2), code (3)"
    )
    parser.add_argument("--pack", action="store_true", help="make the one zip to hand in")
    parser.add_argument("--json", metavar="FILE", help="write every verdict to this file")
    parser.add_argument("--summary", metavar="FILE", help="add a table in Markdown to this file")
    return parser
