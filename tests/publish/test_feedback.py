from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from html.parser import HTMLParser

import msgspec
import pytest
from markdown_it import MarkdownIt

from autograder.assignment.manifest import Manifest
from autograder.grading.result_records import Counterexample, Diagnosis, Late, Result
from autograder.kit.comparison import Sides, compare
from autograder.publish.feedback import feedback_html, feedback_markdown
from autograder.publish.page import arrange

STAFF = "0.123456789"
VOID = {"meta", "wbr", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    """Reads a page and insists that every tag is closed in turn."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text += data

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


def words(source: str) -> str:
    return " ".join(Page(source).text.split())


@pytest.fixture(params=["ordinary", "hostile", "unreadable", "undecided"])
def any_result(request: pytest.FixtureRequest) -> Result:
    return request.getfixturevalue(request.param)


def test_every_tag_is_closed_and_every_id_used_once(any_result, manifest) -> None:
    page = Page(feedback_html(any_result, manifest))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.tags:
        for key in ("aria-labelledby", "href"):
            target = attributes.get(key) or ""
            if (key == "aria-labelledby" and target) or target.startswith("#"):
                assert target.removeprefix("#") in ids


def test_the_page_needs_nothing_but_itself(any_result, manifest) -> None:
    source = feedback_html(any_result, manifest)
    page = Page(source)
    assert not page.all("script", "img", "link", "iframe", "object", "form", "base")
    assert not [a for _, a in page.tags if set(a) & {"src", "srcset", "style", "background"}]
    assert not [key for _, a in page.tags for key in a if key.startswith("on")]
    hrefs = [a["href"] for a in page.all("a")]
    assert all(href and href.startswith(("#", "mailto:deep-learning-staff@")) for href in hrefs)
    assert "url(" not in source and "@import" not in source
    policy = next(a for a in page.all("meta") if "http-equiv" in a)
    assert (policy["content"] or "").startswith("default-src 'none'")


def test_a_screen_reader_finds_its_way(ordinary: Result, manifest: Manifest) -> None:
    page = Page(feedback_html(ordinary, manifest))
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("main")) == len(page.all("h1")) == len(page.all("caption")) == 1
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert all(below <= above + 1 for above, below in itertools.pairwise(levels))
    assert all(header.get("scope") in ("col", "row") for header in page.all("th"))
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.all(
        "meta"
    )


def test_what_is_for_staff_stays_with_staff(any_result, manifest) -> None:
    for page in (feedback_html(any_result, manifest), feedback_markdown(any_result, manifest)):
        assert STAFF not in page
        assert str(any_result.seed) not in page


def test_the_same_result_gives_the_same_page_whenever_it_was_made(ordinary, manifest) -> None:
    later = msgspec.structs.replace(ordinary, seconds=99.75, isolation=())
    for render in (feedback_html, feedback_markdown):
        assert render(ordinary, manifest) == render(later, manifest)


def test_a_student_reads_what_was_tried_what_came_back_and_one_hint(ordinary, manifest) -> None:
    for told in (words(feedback_html(ordinary, manifest)), feedback_markdown(ordinary, manifest)):
        for part in (
            "14 of 100 points",
            "up to 4 more points, so your score can rise to 18",
            "the first step is as long as the learning rate",
            "the values are off (3 of 3 values",
            'optimizer.step({"w": array(',
            "No bias correction.",
            "3 checks, one cause",
            "there is also one in old/optimizers (1).py",
            "Another convention, accepted: The learning rate outside the velocity",
            "It costs you nothing.",
            "it ran out of time",
            "ModuleNotFoundError: seaborn",
            "version 1.0.0",
        ):
            assert part in told
        assert told.count("so early steps are far too small") == 1
        assert told.count("Start at the line named above") == 1
        assert not re.search(r"\bwrong\b", told, re.IGNORECASE)


def test_states_stand_in_words(ordinary: Result, manifest: Manifest) -> None:
    page = words(feedback_html(ordinary, manifest))
    for state in ("4 of 4 ✓ Complete", "2 of 6 ◐ Partly", "0 of 6 ○ Not yet", "2 of 6 ? Open"):
        assert state in page


def test_a_convention_that_costs_says_how_much(make, make_exercise, make_check, manifest) -> None:
    note = Diagnosis(kind="convention", name="Kept", explanation="It differs.")
    half = make_check("half", score=1.0, diagnosis=note)
    told = words(feedback_html(make("Ada", make_exercise("SGD", half)), manifest))
    assert "The course gives 1 point less for it here." in told


def test_prints_show_only_what_came_before_the_hidden_checks(
    make, make_exercise, make_check, manifest: Manifest
) -> None:
    public = make_exercise("SGD", make_check("one", public=True))
    hidden = make_exercise("SGD", make_check("one", public=True), make_check("two"))
    for render in (feedback_html, feedback_markdown):
        assert "printed 42" in render(make("Ada", public, log="printed 42\n"), manifest)
        told = render(make("Ada", hidden, staff_log="printed 42\n"), manifest)
        assert "printed 42" not in told and "staff can read it" in told
        assert "What your code printed" not in render(make("Ada", hidden), manifest)


def test_an_unreadable_submission_is_told_why_and_what_to_do(unreadable, manifest) -> None:
    for told in (
        words(feedback_html(unreadable, manifest)),
        feedback_markdown(unreadable, manifest),
    ):
        assert "No score yet" in told and "the zip is damaged" in told
        assert "Please hand it in again" in told and "of 100" not in told


def test_a_failing_grader_is_not_the_students_fault(undecided, manifest) -> None:
    for told in (words(feedback_html(undecided, manifest)), feedback_markdown(undecided, manifest)):
        assert "This is not your fault and costs" in told
        assert "the grader could not ask this" in told


def test_a_hostile_student_writes_text_and_nothing_else(hostile, manifest) -> None:
    source = feedback_html(hostile, manifest)
    page = Page(source)
    assert "<script>alert(1)</script>" in page.text
    assert "\x1b" not in source and "\u202e" not in source
    assert "{{ 7*7 }}" in page.text


def test_hostile_markdown_stays_text(hostile: Result, manifest: Manifest) -> None:
    source = feedback_markdown(hostile, manifest)
    assert "\x1b" not in source and "\u202e" not in source
    tokens = []
    for token in MarkdownIt("commonmark").enable("table").parse(source):
        tokens += [token, *(token.children or [])]
    assert not [token for token in tokens if token.type in ("image", "html_inline")]
    links = {token.attrs["href"] for token in tokens if token.type == "link_open"}
    assert links == {"mailto:deep-learning-staff@example.edu"}
    html = {token.content.split(">")[0] for token in tokens if token.type == "html_block"}
    assert html <= {"<details", "</details", "<summary"}
    headings = [
        after.content for token, after in itertools.pairwise(tokens) if token.type == "heading_open"
    ]
    assert not [text for text in headings if text.startswith("heading")]
    assert not re.search(
        r"(?<!\\)https?://", re.sub(r"(?s)```+text.*?\n```+|`[^`\n]+`", "", source)
    )


def test_markdown_has_no_line_that_ends_in_space_or_three_blank_lines(ordinary, manifest) -> None:
    source = feedback_markdown(ordinary, manifest)
    assert not re.search(r"[ \t]$", source, re.MULTILINE) and "\n\n\n" not in source
    assert source.endswith("\n")


def test_a_score_at_its_top_does_not_promise_more(
    make: Callable[..., Result], make_exercise, manifest: Manifest
) -> None:
    full = make("Ada", make_exercise("findings", open_points=4.0), score=100.0)
    assert "can rise" not in words(feedback_html(full, manifest))


def test_what_handing_in_late_costs_is_said(ordinary: Result, manifest: Manifest) -> None:
    late = msgspec.structs.replace(
        ordinary, late=Late(days=2, percent=20.0), score=50.0, final_score=40.0
    )
    told = "2 days begun after the deadline: 20 % of the score (50 points) is taken off, that is "
    told += "10 points, so 40 points count."
    assert told in feedback_html(late, manifest)
    assert "40 of 100 points" in words(feedback_html(late, manifest))
    assert told.split(":")[0] in feedback_markdown(late, manifest)
    one = msgspec.structs.replace(late, late=Late(days=1, percent=98.0), final_score=1.0)
    told = "1 day begun after the deadline: 98 % of the score (50 points) is taken off, that is "
    told += "49 points, so 1 point counts."
    assert told in feedback_html(one, manifest)
    unknown = msgspec.structs.replace(late, late=Late(days=None, percent=0.0))
    assert "a person decides what that means" in feedback_html(unknown, manifest)
    assert "handed in late" not in feedback_html(ordinary, manifest)


def test_what_costs_most_comes_first_and_each_story_is_told_once(
    make, make_exercise, make_check, manifest: Manifest
) -> None:
    mistake = Diagnosis(kind="mistake", name="Halved", explanation="It is half as long.")
    example = Counterexample(
        asked="SGD(learning_rate=0.5)",
        message="the values are off",
        comparison=compare(Sides("the step", 1.0, 2.0)),
    )
    low = make_exercise(
        "SGD",
        make_check("one", "failed", points=3.0, diagnosis=mistake, hint="Look at the rate."),
        make_check("two", "failed", points=1.0, diagnosis=mistake, counterexample=example),
    )
    most = make_exercise(
        "Momentum", make_check("all", "failed", points=9.0, title="the velocity", message="off")
    )
    bonus = make_exercise("Nesterov", make_check("b", "failed", points=50.0), tier="bonus")
    left = make_exercise(
        "batchnorm_forward", make_check("c", "raised", unwritten=True), tier="bonus"
    )
    result = make("Ada", low, most, bonus, left)
    page = arrange(result, manifest)
    assert [cause.name for cause in page.steps][:2] == ["the velocity", "Halved"]
    assert [cause.exercises for cause in page.steps] == [("Momentum",), ("SGD",), ("Nesterov",)]
    told = words(feedback_html(result, manifest))
    assert told.count("It is half as long.") == 1
    assert told.index("It is half as long.") < told.index("All exercises")
    assert told.count("SGD(learning_rate=0.5)") == 1
    assert "An example: got 1, right is 2" in told
    assert "Bonus, not written: batchnorm_forward (2)." in told
    written = feedback_markdown(result, manifest)
    assert "Bonus, not written: batchnorm_forward (2)." in written
    assert written.index("the velocity") < written.index("Halved") < written.index("Nesterov")


def test_what_is_missing_in_several_exercises_is_one_thing_to_mend(
    make, make_exercise, make_check, manifest: Manifest
) -> None:
    gone = [
        make_exercise(name, make_check(name, "unusable", message=f"`{name}` was not found"))
        for name in ("SGD", "Adam")
    ]
    (step,) = arrange(make("Ada", *gone), manifest).steps
    assert step.exercises == ("SGD", "Adam") and step.name.startswith("Not found")
    assert step.worth == "4 points" and step.told and step.told.hint.startswith("Keep the names")


def test_points_that_stay_although_a_sibling_is_not_right_are_counted(
    make, make_exercise, make_check, manifest: Manifest
) -> None:
    kept = make_exercise("Adam", make_check("a", carried=("SGD",)), make_check("b"))
    told = words(feedback_html(make("Ada", kept), manifest))
    assert "Adam keeps 2 points although it calls SGD, which is not right yet" in told
