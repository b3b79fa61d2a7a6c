from __future__ import annotations

import jinja2
import pytest

from autograder import templating


def test_html_escapes_and_plain_text_does_not() -> None:
    made = templating.environment()
    made.loader = jinja2.DictLoader({"a.html.j2": "{{ x }}", "a.md.j2": "{{ x }}\n"})
    assert made.get_template("a.html.j2").render(x="<b>") == "&lt;b&gt;"
    assert made.get_template("a.md.j2").render(x="<b>") == "<b>\n"


def test_a_missing_value_is_an_error() -> None:
    made = templating.environment()
    with pytest.raises(jinja2.UndefinedError, match="nothing"):
        made.from_string("{{ nothing }}").render()


def test_installed_templates_come_before_those_of_a_clone(tmp_path, monkeypatch) -> None:
    package = tmp_path / "autograder"
    (tmp_path / "templates").mkdir()
    package.mkdir()
    monkeypatch.setattr(templating, "_PACKAGE", package)
    assert templating.templates_folder() == tmp_path / "templates"
    (package / "templates").mkdir()
    assert templating.templates_folder() == package / "templates"


def test_an_installation_without_templates_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(templating, "_PACKAGE", tmp_path / "autograder")
    with pytest.raises(FileNotFoundError, match=r"no folder templates in .*autograder"):
        templating.templates_folder()
