"""Small source notebooks in the format of nbgrader, as courses write them."""

import nbformat

from .masters import v4


def marked(cell, **settings):
    known = {"grade": False, "solution": False, "locked": False, "task": False}
    cell.metadata["nbgrader"] = {**known, "schema_version": 3, **settings}
    return cell


def text(source):
    return v4.new_markdown_cell(source)


def code(source):
    return v4.new_code_cell(source)


def locked(cell, grade_id):
    return marked(cell, grade_id=grade_id, locked=True)


def answer(grade_id, source):
    return marked(code(source), grade_id=grade_id, solution=True)


def graded(grade_id, points, source):
    return marked(code(source), grade_id=grade_id, grade=True, locked=True, points=points)


def manual(grade_id, points, cell):
    return marked(cell, grade_id=grade_id, grade=True, solution=True, points=points)


def task(grade_id, points, source):
    return marked(text(source), grade_id=grade_id, locked=True, task=True, points=points)


def write(path, *cells, language="python"):
    metadata = {"kernelspec": {"name": "python3", "display_name": "P", "language": language}}
    made = [nbformat.from_dict({**cell, "id": f"c{n}"}) for n, cell in enumerate(cells)]
    nbformat.write(v4.new_notebook(cells=made, metadata=metadata), path)
    return path


# A problem set in the shape of a course on data: imports, functions, a class, a number, words.
PROBLEM_SET = [
    text("# Problem set 2: Lines through points\n\nUse NumPy only. ![a sketch](sketch.png)"),
    locked(code("%matplotlib inline\nimport numpy as np\n\nTOLERANCE = 1e-9"), "imports"),
    text("## Part A (3 points)\n\nWrite `slope`, of the line through two points."),
    answer(
        "slope",
        "def slope(p, q):\n"
        '    """The slope of a line.\n\n    Raises:\n        ValueError: it is vertical.\n    """\n'
        "    ### BEGIN SOLUTION\n"
        "    if abs(q[0] - p[0]) < TOLERANCE:\n"
        '        raise ValueError("vertical")\n'
        "    return (q[1] - p[1]) / (q[0] - p[0])\n"
        "    ### END SOLUTION",
    ),
    text("It should give 2 here:"),
    code("slope((0, 1), (1, 3))"),
    graded(
        "slope_values",
        2,
        '"""Slopes of some lines"""\n'
        "origin = (0, 0)\n"
        "assert slope(origin, (1, 2)) == 2\n"
        "assert np.isclose(slope((1, 1), (4, 2)), 1 / 3)\n"
        "### BEGIN HIDDEN TESTS\n"
        "steep = (0.5, 7.25)\n"
        "assert slope(origin, steep) == 14.5, 'a steep one'\n"
        "assert slope((3, 3), (-1, 5)) == -0.5\n"
        "### END HIDDEN TESTS",
    ),
    graded(
        "slope_vertical",
        1,
        "# A vertical line is refused\n"
        "try:\n"
        "    slope((1, 1), (1, 2))\n"
        "except ValueError:\n"
        "    pass\n"
        "else:\n"
        "    raise AssertionError('not refused')\n"
        "assert slope((1, 1), (2, 1)) == 0",
    ),
    text("## Part B (2 points)\n\nWrite the class `Line` with the method `at`."),
    answer(
        "cell-0a1b2c3d4e5f6071",
        "class Line:\n"
        '    """A line through two points."""\n\n'
        "    def __init__(self, p, q):\n"
        "        self.p, self.q = p, q\n\n"
        "    def at(self, x):\n"
        '        """The height over x."""\n'
        "        # BEGIN SOLUTION\n"
        "        return self.p[1] + slope(self.p, self.q) * (x - self.p[0])\n"
        "        # END SOLUTION",
    ),
    graded("line", 1, "line = Line((0, 1), (1, 3))\nassert line.at(2) == 5"),
    graded(
        "line_hidden",
        1,
        "### BEGIN HIDDEN TESTS\nassert Line(origin, steep).at(2) == 29\n### END HIDDEN TESTS",
    ),
    text("## Part C (1 point)\n\nHow many points in `cloud` lie above the diagonal?"),
    code("cloud = np.array([[0, 1], [2, 1], [3, 5], [4, 4], [1, 9]])"),
    answer("above", "above = int((cloud[:, 1] > cloud[:, 0]).sum())"),
    graded("above_shown", 0, "assert isinstance(above, int)"),
    graded("above_right", 1, "### BEGIN HIDDEN TESTS\nassert above == 3\n### END HIDDEN TESTS"),
    text("## Part D (2 points)\n\nWhen is a slope a bad description?"),
    manual("in_words", 2, text("When the line is nearly vertical.")),
    task(
        "draw",
        4,
        "## Part E (4 points)\n\nDraw the cloud.\n"
        "=== BEGIN MARK SCHEME ===\nAxes have names: 2.\n=== END MARK SCHEME ===",
    ),
]
