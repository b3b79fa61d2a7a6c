"""Small master notebooks in the format of Otter Assign, with every construct that it knows."""

import nbformat

v4 = nbformat.v4


def raw(text):
    return v4.new_raw_cell(text)


def text(source, **metadata):
    return v4.new_markdown_cell(source, metadata=metadata)


def code(source, shows=None, prints=None):
    outputs = []
    if prints:
        outputs.append(v4.new_output("stream", name="stdout", text=prints))
    if shows is not None:
        data = {"text/plain": shows}
        outputs.append(v4.new_output("execute_result", data=data, execution_count=1))
    return v4.new_code_cell(source, outputs=outputs)


def block(kind, *cells, settings=""):
    head = f"# BEGIN {kind}" + (f"\n{settings}" if settings else "")
    return [raw(head), *cells, raw(f"# END {kind}")]


def question(settings, *cells):
    return block("QUESTION", *flat(cells), settings=settings)


def solution(*cells):
    return block("SOLUTION", *cells)


def cases(*cells):
    return block("TESTS", *cells)


def flat(cells):
    for cell in cells:
        if isinstance(cell, (list, tuple)):
            yield from flat(cell)
        else:
            yield cell


def write(path, *cells, language="python"):
    metadata = {"kernelspec": {"name": "k", "display_name": "K", "language": language}}
    made = enumerate(flat(cells))
    fresh = [nbformat.from_dict({**cell, "id": f"c{number}"}) for number, cell in made]
    nbformat.write(v4.new_notebook(cells=fresh, metadata=metadata), path)
    return path


CONFIG = raw("# ASSIGNMENT CONFIG\nname: sample\nfiles:\n    - words.txt\nplugins:\n    - grades")
EXCEPTIONS = raw("# ASSIGNMENT CONFIG\nname: thrown\ntests:\n    ok_format: false")

GIVEN = [
    text("# Numbers and words\n\nDelimiters such as << and {{ stay as they are."),
    code("%matplotlib inline\nimport random\nimport numpy as np\n\nFACTOR = 3"),
    code("def twice(x):\n    '''Given.'''\n    return 2 * x"),
    code("# IGNORE\nprint('for staff')"),
    code("import otter\ngrader = otter.Notebook()\nlines = open('words.txt').read().split()"),
]

DEFINITION = question(
    "name: q1\npoints: 4",
    text("**Question 1.** Write `scaled`, which multiplies by `FACTOR`. Mind the sign."),
    solution(
        code(
            "def scaled(x):\n"
            '    """Multiply by FACTOR."""\n'
            "    # a remark that students keep\n"
            "    if x < 0:\n"
            "        # BEGIN SOLUTION\n"
            "        # as if it were positive\n"
            "        x = -x\n"
            "        # END SOLUTION\n"
            "    unused = 0  # IGNORE\n"
            "    return x * FACTOR # SOLUTION\n"
            "\n"
            "nine = scaled(3)"
        )
    ),
    cases(
        code("scaled(2)", "6"),
        code(
            '""" # BEGIN TEST CONFIG\npoints: 1\nfailure_message: Look at the sign.\n'
            'success_message: Well done.\n""" # END TEST CONFIG\nscaled(-5) == 15',
            "True",
        ),
        code("# HIDDEN\n[scaled(one) for one in (1, 7)]", "[3, 21]"),
        code("nine", "9"),
        code("None"),
    ),
)

VARIABLES = question(
    "name: 2.1\npoints:\n    each: 0.5",
    text("Assign `words` to the words of the line, and `count` to how many there are."),
    solution(
        code(
            "line = 'to be or not to be'\n"
            "words = line.split() # SOLUTION\n"
            "# BEGIN SOLUTION NO PROMPT\n"
            "count = len(set(words))\n"
            "# END SOLUTION\n"
            '""" # BEGIN PROMPT\ncount = ...\n""" # END PROMPT\n'
            "count"
        )
    ),
    cases(
        code("isinstance(words, list)", "True"),
        code("# HIDDEN\nassert words[0] == 'to', 'the first word'\ncount", "4"),
        code("print(count)", prints="4\n"),
    ),
)

CLASS = question(
    "name: q3\npoints: [2, 1]\nall_or_nothing: true",
    text("### Accounts\n\nWrite the class `Account`."),
    solution(
        code(
            "class Account:\n"
            "    '''Keeps money.'''\n"
            "\n"
            "    def __init__(self, balance):\n"
            "        self.balance = balance\n"
            "        self.history = [] # SOLUTION\n"
            "\n"
            "    def pay(self, amount):\n"
            "        '''Take money off.'''\n"
            "        # BEGIN SOLUTION\n"
            "        if amount > self.balance:\n"
            "            raise ValueError('not enough')\n"
            "        self.balance -= amount\n"
            "        self.history.append(amount)\n"
            "        return self.balance\n"
            "        # END SOLUTION\n"
            "\n"
            "    def __str__(self):\n"
            "        return f'{self.balance} left' # SOLUTION"
        )
    ),
    cases(
        code("mine = Account(10)\nmine.pay(3)\nmine.balance, mine.history", "(7, [3])"),
        code(
            "# HIDDEN\n"
            "mine = Account(1)\n"
            "try:\n"
            "    mine.pay(2)\n"
            "    refused = False\n"
            "except Exception:\n"
            "    refused = True\n"
            "str(mine)",
            "'1 left'",
        ),
    ),
)

COLLECTIONS = question(
    "name: q4",
    text("Write `letters`, and a generator `countdown`."),
    solution(
        code("letters = lambda word: set(word) # SOLUTION"),
        code(
            "def countdown(n):\n"
            "    # BEGIN SOLUTION\n"
            "    while n:\n"
            "        yield n\n"
            "        n -= 1\n"
            "    # END SOLUTION"
        ),
        text("Text that students see.", tags=["otter_include"]),
        text("Text that they do not see."),
    ),
    cases(
        code("letters('abba') == {'a', 'b'}", "True"),
        code("list(countdown(3))", "[3, 2, 1]"),
        code("# HIDDEN\nlen(letters('xyz'))", "3"),
    ),
)

SEEDED = question(
    "name: q5",
    text("Draw three numbers."),
    solution(
        code("np.random.seed(5) # SEED\ndrawn = np.random.normal(size=3) # SOLUTION\ndrawn", "?")
    ),
    cases(code("drawn.shape", "(3,)"), code("# HIDDEN\nbool(np.all(drawn < 5))", "True")),
)

MANUAL = [
    question(
        "name: q6\nmanual: true\npoints: 3",
        text("Explain it."),
        block("PROMPT", text("_Your words._")),
        solution(text("**SOLUTION** Because of Euler.")),
    ),
    question(
        "name: q7\nmanual: true",
        text("Plot it."),
        solution(code("plt.plot(drawn) # SOLUTION")),
    ),
]

UNTESTED = question(
    "name: q8", text("Write `free`."), solution(code("def free():\n    return 1 # SOLUTION"))
)

WRONG_ITSELF = question(
    "name: q9",
    text("Write `wrong`."),
    solution(code("def wrong():\n    return 1 # SOLUTION")),
    cases(code("wrong()", "2"), code("# HIDDEN\nwrong() > 0", "True")),
)

BUILT_IN = question(
    "name: q10",
    solution(code("def sum(a, b):\n    return a + b # SOLUTION")),
    text("Text that follows."),
    cases(
        code("assert sum(1, 2) == 3, f'unexpected {sum(1, 2)}'"), code("# HIDDEN\nsum(0, 0)", "0")
    ),
)

SAMPLE = [CONFIG, GIVEN, DEFINITION, code("y = nine + 1\nprint(y)"), VARIABLES, CLASS]
SAMPLE += [COLLECTIONS, SEEDED, MANUAL, UNTESTED, WRONG_ITSELF, text("Add `sum`.")]
SAMPLE += [BUILT_IN, text("Done.")]

THROWN = [
    EXCEPTIONS,
    code("import numpy as np"),
    question(
        "name: q1",
        text("Write `mean`."),
        solution(code("def mean(values):\n    return sum(values) / len(values) # SOLUTION")),
        cases(
            code(
                "def test_plain(mean):\n    assert mean([1, 2, 6]) == 3.0\n\n"
                "test_plain(mean) # IGNORE"
            ),
            code(
                '""" # BEGIN TEST CONFIG\npoints: 2\nhidden: true\nfailure_message: Try floats.\n'
                '""" # END TEST CONFIG\n'
                "def test_several(np, mean):\n"
                "    for size in (2, 5):\n"
                "        values = np.linspace(0, 1, size)\n"
                "        assert np.isclose(mean(values), 0.5)\n\n"
                "test_several(np, mean) # IGNORE"
            ),
        ),
    ),
]
