"""Render the page a student reads, as HTML and Markdown; one result gives the same bytes always."""

from __future__ import annotations

import re
from functools import lru_cache

import jinja2
from markupsafe import Markup, escape

from autograder.assignment.manifest import Manifest
from autograder.grading.result_records import Result
from autograder.grading.safe_text import clean
from autograder.kit.side_by_side import table
from autograder.publish import markdown
from autograder.publish.page import Page, Section, arrange
from autograder.templating import environment

_CODE = re.compile(r"`([^`\n]+)`")
_JOINTS = re.compile(r"(?<=_)(?=[^_])|(?<=[a-z])(?=[A-Z])")
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def feedback_html(result: Result, manifest: Manifest) -> str:
    """Render a page that needs nothing but itself: no network, no script.

    Args:
        result: the grade. What is for staff in it does not reach the page.
        manifest: of the assignment that was graded.
    """
    return _render(_html(), "feedback.html.j2", result, manifest)


def feedback_markdown(result: Result, manifest: Manifest) -> str:
    """Render the same page as Markdown."""
    return _BLANK_LINES.sub("\n\n", _render(_markdown(), "feedback.md.j2", result, manifest))


def section_markdown(section: Section) -> str:
    """Render one exercise of the page as Markdown, without its heading and with nothing folded."""
    parts = _markdown().get_template("feedback_parts.md.j2").module
    told: str = parts.exercise(section, folded=False)  # type: ignore[attr-defined]
    return _tidy(told)


def overview_markdown(page: Page, manifest: Manifest) -> str:
    """Render what stands above all exercises: score, lateness, notes on files, whom to write to."""
    made = _markdown().get_template("gradescope.md.j2")
    return _tidy(made.render(page=page, about=manifest.assignment))


def _tidy(text: str) -> str:
    return _BLANK_LINES.sub("\n\n", text).strip() + "\n"


def _render(made: jinja2.Environment, name: str, result: Result, manifest: Manifest) -> str:
    contact = manifest.assignment.contact
    return made.get_template(name).render(
        page=arrange(result, manifest),
        about=manifest.assignment,
        address=contact if _ADDRESS.fullmatch(contact) else "",
    )


@lru_cache(maxsize=1)
def _html() -> jinja2.Environment:
    made = environment().overlay(finalize=_cleaned)
    made.filters["prose"] = _prose
    made.filters["wrappable"] = _wrappable
    return made


@lru_cache(maxsize=1)
def _markdown() -> jinja2.Environment:
    """Every value is escaped unless a template says otherwise by `block` or `trusted`."""
    made = environment().overlay(finalize=markdown.escaped)
    made.filters["block"] = markdown.block
    made.filters["trusted"] = markdown.Markdown
    made.filters["side_by_side"] = lambda comparison: "\n".join(table(comparison))
    return made


def _prose(text: str) -> Markup:
    """Escaped text in which words between backticks are code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(clean(text)))))


def _cleaned(value: object) -> object:
    """What is plain text is cleaned again: whoever made the record, the page stays safe."""
    return clean(value) if type(value) is str else value


def _wrappable(identifier: str) -> Markup:
    """A name that a narrow column may break where its words meet."""
    return Markup("<wbr>").join(_JOINTS.split(identifier))
