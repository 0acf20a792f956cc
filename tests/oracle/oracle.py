#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A second reading of yibao-policy(5): an evaluator of policy documents that shares nothing with the library.

It was written from the manual page alone and is kept simple, not fast and not strict: it takes documents that the library's reader has
accepted, and computes what they say, all numbers as fractions. compare.py sets its answers beside those of the library.

    oracle.py FILE...     compute the vectors of each FILE, like yibao policy test

Values are: int or Fraction (money in yuan, rates, counts), str (text and codes), frozenset of str (sets), bool (flags), datetime.date,
Dur (durations), tuple (lists), NONE (no limit) and Unk (unknown, with the names of what is lacking).
"""
import calendar
import datetime
import os
import re
import sys
from fractions import Fraction

import yaml

Date = datetime.date
DAY = datetime.timedelta(1)


class Text(str):
    """A scalar of a document; plain tells whether it stood without quotes."""
    __slots__ = ("plain",)


class Code(str):
    """A code by a profile; national tells which national code it is, None where it is none."""
    __slots__ = ("national",)


class Codes:
    """The code tables of a province, as yibao-policy(5) has them under CODES."""

    def __init__(self, library, ident):
        raw = load_yaml(library.find(ident))
        self.tables = {}
        for parent in as_list(raw.get("extends", [])):
            self.tables.update(Codes(library, parent).tables)
        for field, table in raw["codes"].items():
            if isinstance(table, dict) and field != "source":
                rows = table["rows"]
                gone = {r["code"] for r in rows}
                older = [r for r in self.tables.get(field, ((), 0))[0] if r["code"] not in gone]
                self.tables[field] = (list(rows) + older, int(table.get("pad", 0)))

    def read(self, field, text, on):
        """The code that a text is on a day."""
        if field not in self.tables:
            return str(text)
        rows, width = self.tables[field]
        text = str(text)
        spelt = [r for r in rows if text == r["code"] or text in as_list(r.get("also", []))]
        if not spelt and width and text.isdigit():
            text = text.rjust(width, "0")
            spelt = [r for r in rows if text == r["code"]]
        if not spelt:
            return text
        rows = [r for r in spelt if r.get("valid") != "no" and days_hold(r, on)]
        if not rows:
            raise error("a code that is not in use")
        code = Code(rows[0]["code"])
        is_it = rows[0].get("is", code)
        code.national = None if is_it == "none" else str(is_it)
        return code


def days_hold(row, on):
    if on is None:
        return True
    day = on.isoformat()
    return row.get("from", "") <= day and ("to" not in row or day < row["to"]) and ("through" not in row or day <= row["through"])


class Unk:
    """An unknown value, with the names of the facts that are lacking."""
    __slots__ = ("names",)

    def __init__(self, names):
        self.names = frozenset(names)


class Dur:
    """A duration: unit "m" (months) or "d" (days), or None for a zero of either."""
    __slots__ = ("unit", "n")

    def __init__(self, unit, n):
        self.unit = unit if n else None
        self.n = n

    def __eq__(self, other):
        return isinstance(other, Dur) and self.n == other.n and self.unit == other.unit

    def __hash__(self):
        return hash((self.unit, self.n))

    def __repr__(self):
        return "%s %s" % (self.n, "days" if self.unit == "d" else "months")


class None_:
    def __repr__(self):
        return "none"


NONE = None_()


class Stop(Exception):
    """The question ends here: outcome (refused, incomplete, unsupported, error), a reason, and names or words to match."""

    def __init__(self, outcome, reason, *words):
        Exception.__init__(self, outcome, reason, *words)
        self.outcome, self.reason, self.words = outcome, reason, words


class Fault(Exception):
    """A document that the evaluator cannot read."""


class Skip(Exception):
    """Something that this evaluator does not do."""


def error(what):
    return Stop("error", what)


# ---------------------------------------------------------------------------------------------------------------------------------
# Documents

def plain_node(node):
    """A node of YAML as dict, list and Text."""
    if isinstance(node, yaml.ScalarNode):
        text = Text(node.value)
        text.plain = not node.style
        return text
    if isinstance(node, yaml.SequenceNode):
        return [plain_node(n) for n in node.value]
    return {str(k.value): plain_node(v) for k, v in node.value}


def load_yaml(path):
    with open(path, encoding="utf-8") as f:
        return plain_node(yaml.compose(f, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)))


LISTS = ("charges", "channels", "credits", "interest", "refundable", "rules", "rewards", "benefits", "refuse")
SECTIONS = ("fee", "refund", "eligibility", "reimburse")
OWN = ("id", "title", "title_zh", "sources", "extends", "overlay", "from", "to", "through", "confidence", "vectors", "channels",
       "channel_notes", "note", "language", "codes")


def merge_clauses(old, new, drop=()):
    """The clauses of a parent, less those that are dropped or replaced, then the child's in its order."""
    gone = {c["id"] for c in new} | set(drop)
    return [c for c in old if c["id"] not in gone] + list(new)


def merge_windows(old, new):
    years = {w["for"] for w in new}
    return [w for w in old if w["for"] not in years] + list(new)


def merge_section(old, new):
    drop = [d["id"] for d in new.get("drop", ())]
    out = {k: v for k, v in old.items() if k != "drop"}
    for key in LISTS:
        if key in out and drop:
            out[key] = merge_clauses(out[key], [], drop)
    for key, value in new.items():
        if key == "drop":
            continue
        if key in LISTS:
            out[key] = merge_clauses(out.get(key, []), value)
        elif key == "windows":
            out[key] = merge_windows(out.get(key, []), value)
        elif key == "pools":
            out[key] = {**out.get(key, {}), **value}
        else:
            out[key] = value
    return out


def merge(old, new):
    """A child over what it has from its parents."""
    out = {k: v for k, v in old.items() if k not in OWN}
    for key, value in new.items():
        if key in ("attributes", "series", "values"):
            out[key] = {**out.get(key, {}), **value}
        elif key == "unsupported":
            out[key] = merge_clauses(out.get(key, []), value)
        elif key in SECTIONS or key == "checks":
            out[key] = merge_section(out.get(key, {}), value)
        else:
            out[key] = value
    return out


def merge_parents(first, second):
    """Two parents side by side: names of the later go before those of the earlier."""
    return merge({k: v for k, v in first.items() if k not in OWN}, {k: v for k, v in second.items() if k not in OWN})


COMMON = "source confidence note from to through drop refuse".split()
CLAUSE = "id when from to through label source confidence note replaces".split()
KNOWN = {
    "head": "language id title title_zh sources extends overlay from to through medical_year month_end round confidence profile note"
            " attributes series values fee refund eligibility reimburse unsupported vectors checks channels channel_notes codes".split(),
    "fee": COMMON + "windows charges channels missing_months".split(),
    "refund": COMMON + "credits interest refundable post".split(),
    "eligibility": COMMON + "rules rewards until gaps_from rewards_from break_at_most".split(),
    "reimburse": COMMON + "benefits pools split account year_by".split(),
    "split": "prior limits source confidence note".split(),
    "charges": CLAUSE + "period base total payers months round".split(),
    "credits": CLAUSE + "round period base amount factor at_least less post".split(),
    "refundable": CLAUSE + "until share over".split(),
    "rules": CLAUSE + "over count_from fixed variable repair floor cap during until price".split(),
    "rewards": CLAUSE + "kind step after cap on_gap on_use if_enrolled".split(),
    "benefits": CLAUSE + "over layers split account".split(),
    "layers": CLAUSE + "pays base deductible ratio bands modify ceilings round".split(),
}
KNOWN["interest"] = KNOWN["credits"]


def unknown_keys(data):
    """The first key of a merged document that this evaluator does not know, None when it knows all."""
    def look(node, kind):
        for key in node:
            if key not in KNOWN[kind]:
                return "%s: %s" % (kind, key)
        if kind == "reimburse" and node.get("year_by") == "split":
            return "reimburse: year_by: split"
        for key, value in node.items():
            if key in KNOWN and (kind != "head" or key in SECTIONS):
                for part in as_list(value):
                    found = look(part, key)
                    if found:
                        return found
        return None
    return look(data, "head")


class Library:
    """Documents by id, found in folders by their file names."""

    def __init__(self, folders):
        self.folders = folders
        self.cache = {}

    def find(self, ident):
        name = ident.replace("/", "-") + ".yaml"
        for folder in self.folders:
            path = os.path.join(folder, name)
            if os.path.exists(path):
                return path
        raise Fault("no document %s" % ident)

    def merged(self, ident):
        if ident not in self.cache:
            self.cache[ident] = self.resolve(load_yaml(self.find(ident)))
        return self.cache[ident]

    def resolve(self, raw):
        """The document with all that it has from its parents."""
        if "overlay" in raw:
            return merge(self.merged(raw["overlay"]), raw)
        parents = raw.get("extends", [])
        if isinstance(parents, str):
            parents = [parents]
        base = {}
        for parent in parents:
            base = merge_parents(base, self.merged(parent))
        data = merge(base, raw)
        profile = data.get("profile", "national")
        if isinstance(profile, str):
            data["profile"] = None if profile == "national" else Codes(self, profile + "/codes")
        return data


# ---------------------------------------------------------------------------------------------------------------------------------
# Literals and dates

RE_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)$")
RE_NUMBER = re.compile(r"-?\d+(\.\d+)?$")
RE_PERCENT = re.compile(r"-?\d+(\.\d+)?%$")
RE_FRACTION = re.compile(r"(-?\d+)/(\d+)$")
RE_DURATION = re.compile(r"(\d+) (days?|months?|years?)$")


def whole(x):
    """A number, as int where it is whole."""
    if isinstance(x, Fraction) and x.denominator == 1:
        return x.numerator
    return x


def divide(a, b):
    if b == 0:
        raise error("division")
    return whole(Fraction(a) / b)


def parse_date(text):
    m = RE_DATE.match(text)
    try:
        return m and Date(int(m[1]), int(m[2]), int(m[3]))
    except ValueError:
        raise Fault("%s is no day" % text)


def parse_number(text):
    if RE_NUMBER.match(text):
        return whole(Fraction(text))
    if RE_PERCENT.match(text):
        return whole(Fraction(text[:-1]) / 100)
    m = RE_FRACTION.match(text)
    return whole(Fraction(int(m[1]), int(m[2]))) if m else None


def parse_duration(text):
    m = RE_DURATION.match(text)
    if not m:
        return None
    n = int(m[1])
    return Dur("d", n) if m[2].startswith("day") else Dur("m", n * 12 if m[2].startswith("year") else n)


NUMERIC = ("money", "yuan", "rate", "count", "number")


def parse_literal(text, unit=None):
    """A literal in a known unit; without one, by its form."""
    if unit in ("text", "code"):
        return str(text)
    if text == "none" and getattr(text, "plain", True):
        return NONE
    if text in ("yes", "no") and unit in (None, "flag"):
        return text == "yes"
    if unit == "flag" and text in ("true", "false"):
        return text == "true"
    value = parse_date(text)
    if value is None:
        value = parse_duration(text)
    if value is None:
        value = parse_number(text)
        if value is not None and unit in ("days", "months"):
            value = Dur(unit[0], value)
    if value is None:
        if unit is not None:
            raise Fault("%r is no %s" % (text, unit))
        value = str(text)
    return value


def month_days(y, m):
    return calendar.monthrange(y, m)[1]


def make_date(y, m, d):
    try:
        return Date(int(y), int(m), int(d))
    except (ValueError, OverflowError):
        raise error("date")


def add_months(d, n, spill):
    total = d.year * 12 + d.month - 1 + n
    y, m = divmod(total, 12)
    if not 1 <= y <= 9999:
        raise error("date")
    last = month_days(y, m + 1)
    if d.day <= last:
        return Date(y, m + 1, d.day)
    if not spill:
        return Date(y, m + 1, last)
    return Date(y, m + 1, last) + datetime.timedelta(1)


def add_days(d, n):
    try:
        return d + datetime.timedelta(int(n))
    except OverflowError:
        raise error("date")


def months_between(a, b, spill):
    """Complete months from a to b: the most that can be added to a without passing b."""
    n = (b.year - a.year) * 12 + b.month - a.month
    if b >= a:
        return n if add_months(a, n, spill) <= b else n - 1
    return -months_between(b, a, spill)


def years_between(a, b, spill):
    n = months_between(a, b, spill)
    return n // 12 if n >= 0 else -(-n // 12)


def age_on(birth, day):
    """Whole years; who is born on 29 February is a year older on 1 March of a common year."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


STEPS = {"fen": Fraction(1, 100), "jiao": Fraction(1, 10), "yuan": 1}


def round_to(x, step, mode):
    q = Fraction(x) / step
    low = q.numerator // q.denominator
    rest = q - low
    if rest == 0:
        n = low
    elif mode == "down":
        n = low if q > 0 else low + 1
    elif mode == "up":
        n = low + 1 if q > 0 else low
    elif rest * 2 != 1:
        n = low + (rest * 2 > 1)
    elif mode == "half_even":
        n = low + (low & 1)
    else:
        n = low + 1 if q > 0 else low
    return whole(n * Fraction(step))


def fen(x):
    """An amount of a reward, in whole fen."""
    return x if x is NONE or x.__class__ is Unk else round_to(x, STEPS["fen"], "half_up")


def rounding(text):
    step, mode = STEPS["fen"], "half_up"
    for word in text.split():
        if word in STEPS:
            step = STEPS[word]
        else:
            mode = word
    return step, mode


# ---------------------------------------------------------------------------------------------------------------------------------
# Three-valued logic

def union(*values):
    names = frozenset()
    for v in values:
        if v.__class__ is Unk:
            names |= v.names
    return Unk(names)


def is_unk(v):
    return v.__class__ is Unk


def calculate(f, *values):
    """f of the values, or unknown."""
    return union(*values) if any(map(is_unk, values)) else f(*values)


# A figure that the sources leave open: not known either, and what needs it is unsupported rather than incomplete
NO_FIGURE = Unk(["!no_figure"])


def all_of(values):
    """False when one is false, else unknown when one is, else true."""
    lacking = None
    for v in values:
        if v is False:
            return False
        if v.__class__ is Unk:
            lacking = v if lacking is None else union(lacking, v)
    return True if lacking is None else lacking


def any_of(values):
    lacking = None
    for v in values:
        if v is True:
            return True
        if v.__class__ is Unk:
            lacking = v if lacking is None else union(lacking, v)
    return False if lacking is None else lacking


# ---------------------------------------------------------------------------------------------------------------------------------
# Cells

RE_RANGE = re.compile(r"(.*?)(<)?\.\.(<)?(.*)$")


class Cell:
    """One cell of a table or of when:."""

    def __init__(self, text):
        self.any = text == "any"
        self.negated = text.startswith("not ")
        self.parts = (text[4:] if self.negated else text).split("|")
        self.parsed = {}

    def holds(self, value):
        if self.any:
            return True
        if value.__class__ is Unk:
            return value
        kind = value.__class__
        if kind is str or kind is Text or kind is Code:
            hit = any(self.text_part(p, value) for p in self.parts)
        elif kind is frozenset:
            hit = any(self.text_part(p, v) for p in self.parts for v in value)
        elif kind is bool:
            hit = ("yes" if value else "no") in self.parts
        elif value is NONE:
            hit = "none" in self.parts
        else:
            unit = kind
            tests = self.parsed.get(unit)
            if tests is None:
                tests = self.parsed[unit] = [self.ordered_part(p, value) for p in self.parts]
            if kind is Dur:
                value = value.n
            hit = any(t(value) for t in tests)
        return hit != self.negated

    @staticmethod
    def text_part(part, value):
        if value.__class__ is Code and value.national is not None and Cell.text_part(part, value.national):
            return True
        return value.startswith(part[:-1]) if part.endswith("*") else value == part

    @staticmethod
    def ordered_part(part, sample):
        def end(text):
            if isinstance(sample, Date):
                return parse_date(text)
            if isinstance(sample, Dur):
                d = parse_duration(text)
                return parse_number(text) if d is None else d.n
            return parse_number(text)
        if part.startswith("<") and ".." not in part:
            part = "..<" + part[1:]
        m = RE_RANGE.match(part)
        if not m:
            only = end(part)
            return lambda v: v == only
        low = end(m[1]) if m[1] else None
        high = end(m[4]) if m[4] else None
        return lambda v: ((low is None or (v > low if m[2] else v >= low))
                          and (high is None or (v < high if m[3] else v <= high)))


# ---------------------------------------------------------------------------------------------------------------------------------
# Formulas: text becomes a function of the question and of the local names (base, default)

TOKEN = re.compile(r"""\s*(?:
    (?P<date>\d{4}-\d\d-\d\d)
  | (?P<num>\d+(?:\.\d+)?)
  | '(?P<text>[^']*)'
  | (?P<name>[^\W\d][\w]*(?:\.\w+)*)
  | (?P<op><=|>=|!=|[-+*/<>=()\[\],%])
  )""", re.X)


def tokens(text):
    out, at = [], 0
    text = text.rstrip()
    while at < len(text):
        m = TOKEN.match(text, at)
        if not m:
            raise Fault("formula %r at %d" % (text, at))
        out.append((m.lastgroup, m[m.lastgroup]))
        at = m.end()
    out.append(("end", ""))
    return out


def same_kind(a, b):
    """A bare number beside a duration takes its unit."""
    if isinstance(a, Dur) and not isinstance(b, (Dur, Date)):
        return a, Dur(a.unit, b)
    if isinstance(b, Dur) and not isinstance(a, (Dur, Date)):
        return Dur(b.unit, a), b
    return a, b


def order_key(v):
    return v.n if isinstance(v, Dur) else v


class Formula:
    def __init__(self, text, doc):
        self.tokens = tokens(text)
        self.at = 0
        self.doc = doc
        self.f = self.expr()
        if self.peek()[0] != "end":
            raise Fault("formula %r: %r is left" % (text, self.peek()[1]))

    def peek(self):
        return self.tokens[self.at]

    def next(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def take(self, *words):
        kind, text = self.peek()
        if kind in ("op", "name") and text in words:
            self.at += 1
            return text
        return None

    def need(self, word):
        if not self.take(word):
            raise Fault("%r expected, %r found" % (word, self.peek()[1]))

    def expr(self):
        if not self.take("if"):
            return self.or_()
        c = self.expr()
        self.need("then")
        a = self.expr()
        self.need("else")
        b = self.expr()

        def f(q, loc):
            v = c(q, loc)
            if v.__class__ is Unk:
                return v
            return a(q, loc) if v else b(q, loc)
        return f

    def or_(self):
        parts = [self.and_()]
        while self.take("or"):
            parts.append(self.and_())
        if len(parts) == 1:
            return parts[0]
        return lambda q, loc: any_of(p(q, loc) for p in parts)

    def and_(self):
        parts = [self.not_()]
        while self.take("and"):
            parts.append(self.not_())
        if len(parts) == 1:
            return parts[0]
        return lambda q, loc: all_of(p(q, loc) for p in parts)

    def not_(self):
        if not self.take("not"):
            return self.cmp()
        a = self.not_()

        def f(q, loc):
            v = a(q, loc)
            return v if v.__class__ is Unk else not v
        return f

    def cmp(self):
        a = self.sum()
        op = self.take("<=", ">=", "!=", "<", ">", "=")
        if not op:
            return a
        b = self.sum()

        def compare(x, y):
            if op in ("=", "!=") and (x.__class__ is Code or y.__class__ is Code):
                code, other = (x, y) if x.__class__ is Code else (y, x)
                return (str(code) == str(other) or code.national == other) == (op == "=")
            if op in ("=", "!="):
                x, y = same_kind(x, y)
                return (order_key(x) == order_key(y)) == (op == "=")
            if x is NONE or y is NONE:
                raise error("none compared")
            x, y = same_kind(x, y)
            x, y = order_key(x), order_key(y)
            return x < y if op == "<" else x <= y if op == "<=" else x > y if op == ">" else x >= y
        return self.binary(a, b, compare)

    @staticmethod
    def binary(a, b, op):
        def f(q, loc):
            x = a(q, loc)
            y = b(q, loc)
            if x.__class__ is Unk or y.__class__ is Unk:
                return union(x, y)
            return op(x, y, q) if op in WITH_QUESTION else op(x, y)
        return f

    def sum(self):
        a = self.mul()
        while True:
            op = self.take("+", "-")
            if not op:
                return a
            a = self.binary(a, self.mul(), add if op == "+" else subtract)

    def mul(self):
        a = self.unary()
        while True:
            op = self.take("*", "/")
            if not op:
                return a
            a = self.binary(a, self.unary(), multiply if op == "*" else quotient)

    def unary(self):
        if self.take("-"):
            a = self.unary()

            def f(q, loc):
                v = a(q, loc)
                return v if v.__class__ is Unk else Dur(v.unit, -v.n) if isinstance(v, Dur) else -v
            return f
        return self.atom()

    def atom(self):
        kind, text = self.next()
        if kind == "num":
            return constant(self.number(text))
        if kind == "date":
            return constant(parse_date(text))
        if kind == "text":
            return constant(text)
        if kind == "op" and text == "(":
            a = self.expr()
            self.need(")")
            return a
        if kind != "name":
            raise Fault("%r is no operand" % text)
        if text in ("yes", "no"):
            return constant(text == "yes")
        if text == "none":
            return constant(NONE)
        if self.take("("):
            args = [self.expr()] if text != "round" else [self.expr()]
            while self.take(","):
                args.append(self.word() if text == "round" and self.peek()[1] in ROUND_WORDS else self.expr())
            self.need(")")
            return call(text, args, self.doc)
        if self.take("["):
            year = self.expr()
            self.need("]")
            return lambda q, loc: q.series(text, year(q, loc))
        return lookup(text)

    def word(self):
        return constant(self.next()[1])

    def number(self, text):
        n = whole(Fraction(text))
        if self.take("%"):
            return whole(Fraction(n) / 100)
        unit = self.take("day", "days", "month", "months", "year", "years")
        # a name that is no unit here: month(...) never follows a number
        return Dur("d" if unit[0] == "d" else "m", n * 12 if unit[0] == "y" else n) if unit else n


ROUND_WORDS = ("fen", "jiao", "yuan", "half_up", "half_even", "up", "down")


def constant(v):
    return lambda q, loc: v


def lookup(name):
    def f(q, loc):
        if loc is not None and name in loc:
            v = loc[name]
            return v(q, None) if callable(v) else v
        return q.get(name)
    return f


def add(a, b, q):
    if isinstance(a, Date) or isinstance(b, Date):
        d, n = (a, b) if isinstance(a, Date) else (b, a)
        return shift(d, n, q)
    a, b = same_kind(a, b)
    if isinstance(a, Dur):
        return add_durations(a, b, 1)
    return a + b


def subtract(a, b, q):
    if isinstance(a, Date):
        return shift(a, Dur(b.unit, -b.n), q)
    a, b = same_kind(a, b)
    if isinstance(a, Dur):
        return add_durations(a, b, -1)
    return a - b


def add_durations(a, b, sign):
    if a.unit and b.unit and a.unit != b.unit:
        raise Fault("days and months in one sum")
    return Dur(a.unit or b.unit, a.n + sign * b.n)


def shift(d, n, q):
    """A date and a duration."""
    if n.n == 0:
        return d
    if n.unit == "d":
        return add_days(d, n.n)
    return add_months(d, int(n.n), q.doc.spill)


def multiply(a, b):
    if isinstance(a, Dur):
        return Dur(a.unit, a.n * b)
    if isinstance(b, Dur):
        return Dur(b.unit, b.n * a)
    return whole(a * b)


def quotient(a, b):
    return divide(a, b)


WITH_QUESTION = (add, subtract)


def extreme(pick):
    def f(values):
        values = [v for v in values if v is not NONE]
        if not values:
            return NONE
        best = values[0]
        for v in values[1:]:
            a, b = same_kind(best, v)
            best = pick(a, b, key=order_key)
        return best
    return f


least, most = extreme(min), extreme(max)


def call(name, args, doc):
    def values(q, loc):
        out = [a(q, loc) for a in args]
        for v in out:
            if v.__class__ is Unk:
                return union(*out)
        return out

    def f(q, loc):
        v = values(q, loc)
        return v if v.__class__ is Unk else FUNCTIONS[name](q, *v)
    if name not in FUNCTIONS:
        raise Fault("no function %s" % name)
    return f


def f_round(q, x, step, mode="half_up"):
    return round_to(x, STEPS.get(step, step) if isinstance(step, str) else step, mode)


def f_ceil(q, x):
    return -(-Fraction(x).numerator // Fraction(x).denominator)


FUNCTIONS = {
    "min": lambda q, *v: least(v),
    "max": lambda q, *v: most(v),
    "clamp": lambda q, x, low, high: least([most([x, low]), high]),
    "floor": lambda q, x: Fraction(x).numerator // Fraction(x).denominator,
    "ceil": f_ceil,
    "round": f_round,
    "year": lambda q, d: d.year,
    "month": lambda q, d: d.month,
    "day": lambda q, y, m, d: make_date(y, m, d),
    "month_start": lambda q, d: d.replace(day=1),
    "next_month": lambda q, d: add_months(d.replace(day=1), 1, False),
    "year_start": lambda q, d: q.doc.year_start(d),
    "months_between": lambda q, a, b: months_between(a, b, False),
    "years_between": lambda q, a, b: years_between(a, b, False),
    "days_between": lambda q, a, b: (b - a).days,
}


# ---------------------------------------------------------------------------------------------------------------------------------
# A document ready to be asked

MONEY = """yb_wage_base yb_pension yb_account_balance yb_family_balance yb_previous_credit yb_current_balance_days yb_carried_balance_days medfee_sumamt
fulamt_ownpay_amt overlmt_selfpay preselfpay_amt inscp_scp_amt hosp_part_amt pric pric_uplmt_amt det_item_fee_sumamt scope prior
over_limit fully_own total paid""".split()
COUNTS = """yb_paid_months yb_actual_months yb_admission year age stay_days months repaired arrear_months have_months missing_months
gap_years gap_months continuous_months continuous_years missed_years cnt""".split()
DATES = "brdy yb_retire_date begndate enddate on year_first paid_on window_start gap_start resumed".split()
FLAGS = "yb_flexible yb_newborn_enrolled yb_filed yb_use_account retired".split()
FACT_UNITS = {**{n: "money" for n in MONEY}, **{n: "count" for n in COUNTS}, **{n: "date" for n in DATES},
              **{n: "flag" for n in FLAGS}, "selfpay_prop": "rate"}
TEXTS = """psn_no certno gend insutype insuplc_admdvs psn_type cvlserv_flag yb_plan mdtrt_id fixmedins_code mdtrtarea_admvs dise_codg
yb_episode med_type hosp_lv refl_type feedetl_sn med_list_codg yb_kind chrgitm_lv med_chrgitm_type lmt_used_flag hosp_appr_flag
out_of_area window previous_insutype previous_admdvs""".split()
FACT_UNITS.update({n: "text" for n in TEXTS})

SLOT_KEYS = ("value", "dated", "by", "default")


class Doc:
    """A merged document; slots, conditions and formulas are compiled where they are first needed."""

    def __init__(self, data):
        self.data = data
        self.id = data["id"]
        self.scheme = self.id.split("/")[1]
        self.spill = data.get("month_end") == "spill"
        month, day = data.get("medical_year", "01-01").split("-")
        self.month, self.day = int(month), int(day)
        self.round = rounding(data.get("round", "fen half_up"))
        self.attributes = data.get("attributes", {})
        self.values = {k: v for k, v in data.get("values", {}).items() if k not in ("source", "confidence", "note")}
        self.compiled = {}

    # medical years

    def year_first(self, year):
        return make_date(year, self.month, self.day)

    def year_of(self, d):
        return d.year if (d.month, d.day) >= (self.month, self.day) else d.year - 1

    def year_start(self, d):
        return self.year_first(self.year_of(d))

    # compiling

    def once(self, kind, node, unit, make):
        key = (kind, id(node), unit)
        got = self.compiled.get(key)
        if got is None:
            got = make()
            self.compiled[key] = got
        return got

    def slot(self, node, unit=None):
        """A slot as a function of the question and the local names."""
        return self.once("slot", node, unit, lambda: self.make_slot(node, unit))

    def formula(self, text):
        return Formula(text, self).f

    def make_slot(self, node, unit):
        if isinstance(node, str):
            if node.startswith("="):
                return self.formula(node[1:])
            if node == "unsupported" and getattr(node, "plain", True):
                return self.no_figure()
            return constant(parse_literal(node, unit))
        if isinstance(node, list):
            parts = [self.slot(n, unit) for n in node]
            return lambda q, loc: tuple(p(q, loc) for p in parts)
        unit = node.get("unit", unit)
        if "dated" in node:
            return self.make_dated(node, unit)
        if "by" in node:
            return self.make_table(node, unit)
        if "default" in node:
            return self.make_default(node, unit)
        if "value" in node:
            return self.slot(node["value"], unit)
        raise Fault("no slot: %r" % (node,))

    @staticmethod
    def no_figure():
        return constant(NO_FIGURE)

    def make_dated(self, node, unit):
        entries = [(interval(e), self.slot(e["value"], unit)) for e in node["dated"]]

        def f(q, loc):
            on = q.get("on")
            if is_unk(on):
                return on
            for (first, last), value in entries:
                if (first is None or first <= on) and (last is None or on <= last):
                    return value(q, loc)
            return NO_FIGURE
        return f

    def make_table(self, node, unit):
        by = node["by"] if isinstance(node["by"], list) else [node["by"]]
        keys = [self.operand(n) for n in by]
        rows = [([Cell(c) for c in row[:len(by)]], self.slot(row[len(by)], unit)) for row in node["rows"]]
        other = self.slot(node["else"], unit) if "else" in node else None
        hit = node.get("hit", "unique")

        def f(q, loc):
            values = [k(q, loc) for k in keys]
            found, lacking = [], None
            for cells, value in rows:
                holds = all_of(c.holds(v) for c, v in zip(cells, values))
                if holds is True:
                    if hit == "unique" or (hit == "first" and lacking is None):
                        return value(q, loc)
                    found.append(value)
                    if hit == "first":
                        break
                elif holds is not False:
                    lacking = union(lacking, holds) if lacking else holds
            if lacking:
                return lacking
            if not found:
                return NO_FIGURE if other is None else other(q, loc)
            results = [v(q, loc) for v in found]
            if any(is_unk(r) for r in results):
                return union(*results)
            return {"min": least, "max": most, "sum": sum_of}[hit](results)
        return f

    def make_default(self, node, unit):
        default = self.slot(node["default"], unit)
        cases = [(e["label"], self.clause_test(e), as_list(e.get("over", [])), self.slot(e["value"], unit)) for e in node["except"]]

        def f(q, loc):
            held = {}
            for label, test, over, value in cases:
                held[label] = test(q, loc)
            beaten = set()
            for label, test, over, value in cases:
                if held[label] is True:
                    beaten.update(over)
            left = [(label, value) for label, test, over, value in cases if label not in beaten and held[label] is not False]
            unknown = [held[label] for label, value in left if is_unk(held[label])]
            if unknown:
                return union(*unknown)
            if not left:
                return default(q, loc)
            inner = dict(loc or {})
            inner["default"] = lambda q2, _: default(q2, loc)
            return left[0][1](q, inner)
        return f

    def operand(self, text):
        """What a table or a when: asks: a name, or a formula."""
        if text.startswith("="):
            return self.formula(text[1:])
        return lookup(text)

    def condition(self, node):
        return self.once("when", node, None, lambda: self.make_condition(node))

    def make_condition(self, node):
        if node is None:
            return constant(True)
        if isinstance(node, str):
            return self.formula(node[1:])
        if isinstance(node, list):
            parts = [self.condition(n) for n in node]
            return lambda q, loc: any_of(p(q, loc) for p in parts)
        cells = [(lookup(name), Cell(cell)) for name, cell in node.items()]
        return lambda q, loc: all_of(True if cell.any else cell.holds(value(q, loc)) for value, cell in cells)

    def clause_test(self, clause):
        """when: and the days of a clause, together."""
        return self.once("clause", clause, None, lambda: self.make_clause_test(clause))

    def make_clause_test(self, clause):
        when = self.condition(clause["when"]) if "when" in clause else constant(True)
        first, last = interval(clause)
        if first is None and last is None:
            return when

        def f(q, loc):
            return all_of(g() for g in (lambda: in_days(q, first, last), lambda: when(q, loc)))
        return f


def as_list(x):
    return x if isinstance(x, list) else [x]


def sum_of(values):
    total = values[0]
    for v in values[1:]:
        total = add(total, v, None)
    return total


def interval(node):
    """First and last day, None where open."""
    first = parse_date(node["from"]) if "from" in node else None
    last = None
    if "to" in node:
        last = parse_date(node["to"]) - datetime.timedelta(1)
    elif "through" in node:
        last = parse_date(node["through"])
    return first, last


def in_days(q, first, last):
    on = q.get("on")
    if is_unk(on):
        return on
    return (first is None or first <= on) and (last is None or on <= last)


# ---------------------------------------------------------------------------------------------------------------------------------
# Questions

RE_TOTAL = re.compile(r"(.+\.(base|net|deductible|paid)\.(month|year|episode|life)|pool\.\w+)$")
PARTS = {"scope": "inscp_scp_amt", "prior": "preselfpay_amt", "over_limit": "overlmt_selfpay", "fully_own": "fulamt_ownpay_amt",
         "total": "medfee_sumamt"}
FIVE = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
COVER = ("gap_years", "gap_start", "gap_months", "continuous_months", "continuous_years", "missed_years", "previous_insutype",
         "previous_admdvs", "resumed")
SETS = ("psn_idet_type",)
MUNICIPALITIES = ("11", "12", "31", "50")


def distance(a, b):
    """How far a region is from another: none within a city or municipality, province or cross."""
    if a[:2] != b[:2]:
        return "cross"
    return "none" if a[:2] in MUNICIPALITIES or a[:4] == b[:4] else "province"


def is_null(text):
    return isinstance(text, str) and text in ("", "null", "~") and getattr(text, "plain", True)


class Question:
    """A document, what is given, and what has been worked out so far."""

    def __init__(self, doc, ask, given):
        self.doc = doc
        self.ask = ask
        self.known = {}
        self.lines = None
        self.cover = None
        self.history = None
        self.totals = {}
        self.working = set()
        self.lacking = frozenset()
        self.met = []
        self.doubtful = False
        self.in_line = None
        self.solving = None
        for name, text in given.items():
            self.give(name, text)
        self.given = self.known

    # what is given

    def unit_of(self, name):
        attribute = self.doc.attributes.get(name)
        if attribute is not None:
            return attribute["type"]
        unit = FACT_UNITS.get(name)
        if unit is None:
            unit = "money" if name.startswith("reward.") or name.startswith("scope.") or RE_TOTAL.match(name) else "text"
        return unit

    def give(self, name, text):
        if is_null(text) or (name == "gend" and str(text) in ("0", "9")):
            return
        if name in ("yb_attributes", "facts"):
            for n, t in text.items():
                self.give(n, t)
        elif name == "yb_totals":
            for n, t in text.items():
                self.give(n, t)
        elif name == "feedetl":
            self.lines = text
        elif name == "yb_cover":
            self.cover = text
        elif name == "history":
            self.history = text
        elif name == "acct_used_flag":
            self.known["yb_use_account"] = text == "1"
        elif isinstance(text, list):
            self.known[name] = frozenset(str(t) for t in text)
        elif name in SETS or self.doc.attributes.get(name, {}).get("set") == "yes":
            self.known[name] = frozenset([str(text)])
        else:
            value = parse_literal(text, self.unit_of(name))
            self.known[name] = value
            if name in PARTS:
                self.known[PARTS[name]] = value

    def read_codes(self):
        """Codes by the profile of the document, on the reference day."""
        profile = self.doc.data.get("profile")
        if profile is None:
            return
        on = self.get("on")
        on = None if is_unk(on) else on
        for name in list(self.known):
            value = self.known[name]
            if name in SETS:
                self.known[name] = frozenset(profile.read(name, v, on) for v in value)
            elif name in profile.tables and isinstance(value, str):
                self.known[name] = profile.read(name, value, on)
        self.code_day = on

    # what follows

    def get(self, name):
        got = self.known.get(name)
        if got is None:
            if name in self.working:
                return Unk([name])
            self.working.add(name)
            try:
                got = self.derive(name)
            finally:
                self.working.discard(name)
            self.known[name] = got
        return got

    def derive(self, name):
        doc = self.doc
        attribute = doc.attributes.get(name)
        if attribute is not None:
            value = doc.slot(attribute["from"], attribute["type"])(self, None) if "from" in attribute else Unk([])
            if is_unk(value) and value is not NO_FIGURE:
                # who can give the attribute need not know the series it comes from
                series = value.names & set(doc.data.get("series", ()))
                return Unk(value.names - series | {name}) if series or not value.names else value
            return value
        if name in doc.values:
            return doc.slot(doc.values[name])(self, None)
        method = getattr(self, "fact_" + name.replace(".", "_"), None)
        if method:
            return method()
        if name in PARTS:
            return self.get(PARTS[name])
        if name in PARTS.values():
            return self.four_parts(name)
        if name.startswith("scope."):
            return self.scope_of(name[6:])
        if name.startswith("reward."):
            return self.reward(name)
        if RE_TOTAL.match(name):
            return 0
        if name in COVER:
            return self.cover_fact(name)
        return Unk([name])

    def series(self, name, year):
        if is_unk(year):
            return year
        years = self.doc.data["series"][name]["years"]
        unit = self.doc.data["series"][name].get("unit")
        key = "%04d" % year
        if key not in years:
            return Unk([name])
        return self.doc.slot(years[key], unit)(self, None)

    def fact_on(self):
        if self.ask == "reimburse":
            return self.get("begndate" if self.section().get("year_by") == "begndate" else "enddate")
        if self.ask == "eligibility" and "paid_on" in self.known:
            return self.known["paid_on"]
        if self.ask in ("fee", "rewards", "eligibility") and "year" in self.known:
            return self.doc.year_first(self.known["year"])
        return Unk(["on"])

    def fact_year(self):
        on = self.get("on")
        return Unk(["year"]) if is_unk(on) else self.doc.year_of(on)

    def fact_year_first(self):
        year = self.get("year")
        return year if is_unk(year) else self.doc.year_first(year)

    def fact_age(self):
        birth, on = self.get("brdy"), self.get("on")
        if is_unk(birth) or is_unk(on):
            return union(birth, on)
        age = age_on(birth, on)
        if birth > on or age > 150:
            raise error("not yet born, or too old")
        return age

    def fact_retired(self):
        kind = self.get("psn_type")
        if kind.__class__ is Code:
            return (kind.national or "")[:2] in ("12", "13")
        return kind if is_unk(kind) else kind[:2] in ("12", "13")

    def fact_stay_days(self):
        a, b = self.get("begndate"), self.get("enddate")
        return union(a, b) if is_unk(a) or is_unk(b) else max(1, (b - a).days)

    def fact_out_of_area(self):
        a, b = self.get("insuplc_admdvs"), self.get("mdtrtarea_admvs")
        if is_unk(a) or is_unk(b):
            return union(a, b)
        return distance(a, b)

    def fact_have_months(self):
        return self.get("yb_paid_months")

    def fact_missing_months(self):
        slot = self.doc.data.get("fee", {}).get("missing_months")
        return Unk(["missing_months"]) if slot is None else self.doc.slot(slot, "count")(self, None)

    # windows

    def fact_window(self):
        row = self.window_row()
        return row if is_unk(row) else row["id"] if row else "none"

    def fact_window_start(self):
        row = self.window_row()
        if is_unk(row):
            return row
        if not row or "start" not in row:
            return NONE
        return self.doc.slot(row["start"], "date")(self, None)

    def window_row(self):
        if "window_row" not in self.known:
            self.known["window_row"] = self.find_window_row()
        return self.known["window_row"]

    def find_window_row(self):
        windows = self.doc.data.get("fee", {}).get("windows")
        if not windows:
            return Unk(["window"])
        year, paid = self.get("year"), self.get("paid_on")
        if not is_unk(year) and not any(int(entry["for"]) == year for entry in windows):
            return False
        if is_unk(paid):
            return union(year, paid)
        lacking = None
        for entry in windows:
            if not is_unk(year) and int(entry["for"]) != year:
                continue
            whom = self.doc.condition(entry.get("when"))(self, None)
            if whom is False:
                continue
            for row in entry["rows"]:
                first, last = interval(row)
                if (first and paid < first) or (last and paid > last):
                    continue
                if "days" in row:
                    low, high = row["days"].split("..")
                    if not int(low) <= paid.day <= int(high):
                        continue
                holds = all_of([year if is_unk(year) else True, whom, self.doc.condition(row.get("when"))(self, None)])
                if holds is True and not lacking:
                    return row
                if holds is not False:
                    lacking = union(lacking, holds) if lacking else holds if is_unk(holds) else lacking
        return lacking if lacking else False

    # the bill

    def four_parts(self, name):
        """One of the five that is not given follows from the others."""
        if self.lines is not None and not all(n in self.known and not is_unk(self.known[n]) for n in FIVE):
            self.split_lines()
            if name in self.known:
                return self.known[name]
        parts = {n: self.known.get(n) for n in FIVE + ("medfee_sumamt",)}
        missing = [n for n, v in parts.items() if v is None or is_unk(v)]
        if missing != [name]:
            return Unk([name])
        if name == "medfee_sumamt":
            return sum(parts[n] for n in FIVE)
        left = parts["medfee_sumamt"] - sum(parts[n] for n in FIVE if n != name)
        if left < 0:
            raise error("the parts are more than the bill")
        return left

    def check_parts(self):
        """Four parts that are not the bill are an error."""
        bill = self.known.get("medfee_sumamt")
        parts = [self.known.get(n) for n in FIVE]
        given = sum(p for p in parts if p is not None and not is_unk(p))
        if bill is not None and not is_unk(bill) and (given > bill or None not in parts and given != bill):
            raise error("the parts are not the bill")

    def split_lines(self):
        lines = Lines(self)
        for name, value in lines.parts.items():
            self.known[name] = value
        for kind, value in lines.kinds.items():
            self.known["scope." + kind] = value
        self.known["scope.*"] = True

    def scope_of(self, kind):
        if self.lines is None:
            return 0
        self.get("inscp_scp_amt")
        if "scope.*" not in self.known:
            self.known["scope." + kind] = Lines(self).kinds.get(kind, 0)
        return self.known.get("scope." + kind, 0)

    # asking

    def section(self):
        name = {"interest": "refund", "refundable": "refund", "rewards": "eligibility"}.get(self.ask, self.ask)
        return self.doc.data.get(name) or {}

    def clause(self, clause, loc=None):
        return self.doc.clause_test(clause)(self, loc)

    def lack(self, *values):
        """Note what is lacking; true when something is."""
        any_ = False
        for v in values:
            if is_unk(v):
                self.lacking |= v.names
                any_ = True
        return any_

    def slot(self, node, unit=None, loc=None):
        return self.doc.slot(node, unit)(self, loc)

    def answer(self):
        """Ask; the results are in known. Raises Stop where there is no answer."""
        section = self.section()
        if not section:
            raise Stop("unsupported", "no_section")
        if self.ask == "reimburse":
            self.share = self.share_of_cover()
        first, last = interval(section)
        if first is None and last is None:
            first, last = interval(self.doc.data)
        if first or last:
            held = in_days(self, first, last)
            if held is False:
                raise Stop("unsupported", "day_not_covered")
            self.lack(held)
        self.checks()
        if self.ask not in ("refundable", "rewards"):
            self.refusals(section)
        self.gaps()
        refused = None
        try:
            getattr(self, "ask_" + self.ask)(section)
        except Stop as stop:
            if stop.outcome == "error":
                raise
            refused = stop
        # what is unsupported goes before what is lacking, and both before a rule that says no
        if self.met:
            raise Stop("unsupported", "unsupported", self.met[0]["id"], self.met[0]["text"])
        if any(n[0] == "!" for n in self.lacking):
            raise Stop("unsupported", "no_figure", *self.lacking)
        if self.lacking:
            raise Stop("incomplete", "missing_fact", *self.lacking)
        if refused:
            raise refused

    def checks(self):
        """What the facts must keep to. Those of figures are for the reader of documents; one that cannot be told says nothing."""
        ask = "refund" if self.ask in ("interest", "refundable") else self.ask
        for check in self.doc.data.get("checks", {}).get("rules", ()):
            asks = check.get("asks", ())
            if (asks == "any" or ask in asks) and check.get("severity", "error") == "error" and self.clause(check) is True and self.check(check) is False:
                raise Stop("refused", "check_failed", check["id"], check["text"]["zh"], check["text"]["en"])

    def check(self, check):
        if "holds" in check:
            return self.doc.condition(check["holds"])(self, None)
        figures = [x for text in as_list(check.get("rising") or check.get("falling") or check["of"]) for x in as_list(self.figure(text))]
        if any(x is NONE or is_unk(x) for x in figures):
            return None
        if "between" in check:
            return all(Cell(check["between"]).holds(x) for x in figures)
        if "sums_to" in check:
            wanted = self.figure(check["sums_to"])
            return None if is_unk(wanted) else sum_of(figures) == wanted
        pairs = list(zip(figures, figures[1:]))
        return all(a <= b for a, b in pairs) if "rising" in check else all(a >= b for a, b in pairs)

    def figure(self, text):
        return self.slot(text) if re.match(r"[-=.0-9]", text) else self.doc.formula(text)(self, None)

    def refusals(self, section):
        for rule in section.get("refuse", ()):
            held = self.clause(rule)
            if held is True:
                raise Stop("refused", "refused", rule["id"], rule["text"]["zh"], rule["text"]["en"])
            self.lack(held)

    def gaps(self):
        for gap in self.doc.data.get("unsupported", ()):
            if gap["touches"] == self.ask and ("when" in gap or interval(gap) != (None, None)) and self.clause(gap) is True:
                self.met.append(gap)

    def one_of(self, clauses, none, two):
        """The one that remains: those that hold, less those named under over: of one that holds."""
        held = {c["id"]: self.clause(c) for c in clauses}
        beaten = {o for c in clauses if held[c["id"]] is True for o in as_list(c.get("over", []))}
        left = [c for c in clauses if c["id"] not in beaten and held[c["id"]] is not False]
        unknown = [held[c["id"]] for c in left if is_unk(held[c["id"]])]
        if unknown:
            self.lack(*unknown)
            raise Stop("incomplete", "missing_fact", *self.lacking)
        if not left:
            raise none
        if len(left) > 1:
            raise two
        return left[0]

    # fee

    def ask_fee(self, section):
        charges = section.get("charges", [])
        held_any = False
        for charge in charges:
            held = self.clause(charge)
            if self.lack(held):
                held_any = True
            elif held:
                held_any = True
            self.charge(charge, held)
        if not held_any:
            raise Stop("refused", "no_charge")
        self.fee_sums(charges)

    def round(self, clause, x):
        step, mode = rounding(clause["round"]) if "round" in clause else self.doc.round
        return x if is_unk(x) else round_to(x, step, mode)

    def charge(self, charge, held):
        ident = charge["id"]
        payers = charge["payers"]

        def put(name, value):
            self.known[ident + "." + name] = value
            if name in ("total.year", "total.exact"):  # short names
                self.known[ident + name[5:]] = value
        if held is not True:
            value = held if is_unk(held) else 0
            for name in ["base", "total", "total.exact", "total.year"] + [p + e for p in payers for e in ("", ".exact", ".year")]:
                put(name, value)
            return
        loc = {}
        if "base" in charge:
            loc["base"] = self.slot(charge["base"], "money")
            self.lack(loc["base"])
            put("base", loc["base"])
        exact, parts, rest = {}, {}, None
        for payer, node in payers.items():
            if node == "rest":
                rest = payer
                continue
            exact[payer] = self.slot(node, "money", loc)
            parts[payer] = self.round(charge, exact[payer])
        total_exact = self.slot(charge["total"], "money", loc) if "total" in charge else None
        self.lack(*exact.values(), total_exact)
        if any(is_unk(v) for v in list(exact.values()) + [total_exact]):
            unknown = union(total_exact, *exact.values())
            if total_exact is None or is_unk(total_exact):
                total_exact = total = unknown
            else:
                total = self.round(charge, total_exact)
            if rest:
                exact[rest] = parts[rest] = unknown
        else:
            if total_exact is None:
                total_exact, total = sum(exact.values()), sum(parts.values())
            else:
                total = self.round(charge, total_exact)
            if rest:
                exact[rest] = parts[rest] = total - sum(parts.values())
            if any(v < 0 for v in parts.values()):
                raise error("a part below zero")
            if sum(parts.values()) != total:
                raise error("parts do not make the total")
        factor = 1
        if charge.get("period") == "month":
            factor = self.slot(charge["months"], "count", loc) if "months" in charge else self.get("months")
            if "months" in charge:
                self.lack(factor)
        year = lambda v: union(v, factor) if is_unk(v) or is_unk(factor) else v * factor
        put("total.exact", total_exact)
        put("total", total)
        put("total.year", year(total))
        for payer in payers:
            put(payer + ".exact", exact[payer])
            put(payer, parts[payer])
            put(payer + ".year", year(parts[payer]))

    def fee_sums(self, charges):
        sums = {}
        for charge in charges:
            for payer in list(charge["payers"]) + ["total"]:
                name = "%s.%s" % (charge["id"], payer)
                sums.setdefault("due." + payer, []).append(self.known[name + ".year"])
                if charge.get("period") == "month":
                    sums.setdefault("month." + payer, []).append(self.known[name])
        for name, values in sums.items():
            self.known[name] = union(*values) if any(map(is_unk, values)) else sum(values)

    # refund

    def ask_refund(self, section):
        self.credits(section.get("credits", []), "credit")

    def ask_interest(self, section):
        self.credits(section.get("interest", []), "interest")

    def credits(self, credits, name):
        held_any, nets = False, []
        for credit in credits:
            held = self.clause(credit)
            held_any = self.lack(held) or held is True or held_any
            nets.append(self.credit(credit, held))
        if not held_any:
            raise Stop("refused", "no_credit")
        self.known[name] = union(*nets) if any(map(is_unk, nets)) else sum(nets)

    def credit(self, credit, held):
        put = lambda name, value: self.known.__setitem__(credit["id"] + "." + name, value)
        less = credit.get("less", [])
        if held is not True:
            value = held if is_unk(held) else 0
            for name in ["base", "gross", "gross.exact", "net", "shortfall"] + [d["id"] for d in less]:
                put(name, value)
            return value
        loc = {}
        if "base" in credit:
            loc["base"] = self.slot(credit["base"], "money")
            put("base", loc["base"])
            self.lack(loc["base"])
        amount = self.slot(credit["amount"], "money", loc)
        factor = self.slot(credit["factor"], "rate", loc) if "factor" in credit else 1
        low = self.slot(credit["at_least"], "money", loc) if "at_least" in credit else NONE
        if self.lack(amount, factor, low):
            exact = gross = union(amount, factor, low)
        elif amount is NONE:
            self.lack(NO_FIGURE)
            exact = gross = NO_FIGURE
        else:
            exact = most([whole(amount * factor), low])
            gross = self.round(credit, exact)
            if gross < 0:
                raise error("a credit below zero")
        put("gross.exact", exact)
        put("gross", gross)
        loc["gross"] = gross
        taken = []
        for d in less:
            on = self.clause(d, loc)
            value = on if is_unk(on) else self.round(d, self.slot(d["amount"], "money", loc)) if on else 0
            if not self.lack(value) and value < 0:
                raise error("a deduction below zero")
            put(d["id"], value)
            taken.append(value)
        if is_unk(gross) or any(map(is_unk, taken)):
            net = short = union(gross, *taken)
        else:
            net, short = max(0, gross - sum(taken)), max(0, sum(taken) - gross)
        put("net", net)
        put("shortfall", short)
        return net

    def ask_refundable(self, section):
        rule = self.one_of(section.get("refundable", []), Stop("refused", "not_refundable"), Stop("unsupported", "two_rules"))
        until = self.slot(rule["until"], "date") if "until" in rule else NONE
        share = self.slot(rule["share"], "rate") if "share" in rule else 1
        if self.lack(until, share):
            return
        if not 0 <= share <= 1:
            raise error("a share outside 0 to 1")
        if until is not NONE:
            on = self.get("on")
            if self.lack(on):
                return
            if on > until:
                raise Stop("refused", "too_late")
        self.known.update({"refundable": True, "refundable.rule": rule["id"], "refundable.share": share, "refundable.until": until})
        paid = self.known.get("paid")
        if paid is not None:
            self.known["refundable.amount"] = self.round({}, paid * share)

    # eligibility

    def ask_eligibility(self, section):
        rule = self.one_of(section.get("rules", []), Stop("unsupported", "no_rule"), Stop("unsupported", "two_rules"))
        self.run_rule(section, rule)

    def run_rule(self, section, rule):
        anchor = self.slot(rule["count_from"], "date")
        zero = Dur("m", 0)
        part = {}
        for key in ("fixed", "variable", "repair", "floor", "cap"):
            part[key] = self.slot(rule[key]) if key in rule else NONE if key in ("floor", "cap") else zero
            if isinstance(part[key], (int, Fraction)):
                part[key] = Dur("m", part[key])
        self.lack(anchor, *part.values())
        until = self.slot(rule["until"], "date") if "until" in rule else self.section_until(section)
        during = self.slot(rule["during"], "rate") if "during" in rule else 0
        self.lack(during)
        if "until" in rule or "until" in section:
            self.lack(until)
        self.known.update({"rule": rule["id"], "anchor": anchor, "until": until, "during": during})
        if any(map(is_unk, part.values())) or is_unk(anchor):
            self.known["wait"] = self.known["start"] = union(anchor, *part.values())
            return
        wait = add_durations(part["fixed"], most([add_durations(part["variable"], part["repair"], -1), zero]), 1)
        wait = least([most([wait, part["floor"]]), part["cap"]])
        self.known["wait"] = wait
        self.known["start"] = shift(anchor, wait, self)

    def section_until(self, section):
        if "until" in section:
            return self.slot(section["until"], "date")
        first = self.get("year_first")
        return first if is_unk(first) else add_months(first, 12, False) - datetime.timedelta(1)

    # rewards

    def reward(self, name):
        """A reward as a fact of another question: from the cover history."""
        if self.doc.data.get("eligibility", {}).get("rewards") and (self.cover is not None or self.history is not None):
            self.walk_rewards(self.doc.data["eligibility"]["rewards"])
            return self.known.get(name, Unk([name]))
        return Unk(["yb_cover", name])

    def ask_rewards(self, section):
        if not section.get("rewards"):
            raise Stop("unsupported", "no_section")
        self.walk_rewards(section["rewards"])
        self.lack(self.known["reward.total"])

    def years_of_cover(self):
        """The history year by year up to the coverage year: (year, enrolled, claimed, used, current).

        enrolled is None in a year that another scheme covers: no year of cover, and no gap either.
        """
        if self.history is not None:
            return [(int(h["year"]),) + tuple(h.get(k) in ("yes", "true") for k in ("enrolled", "claimed", "used", "current"))
                    for h in self.history]
        if self.cover == []:
            return []
        if self.cover is None or is_unk(self.get("year")):
            return None
        return self.years_from_cover(self.get("year"))

    def years_from_cover(self, last):
        entries = [(entry_days(self.doc, e), e) for e in self.cover if e["insutype"] == self.doc.scheme]
        others = [entry_days(self.doc, e) for e in self.cover if e["insutype"] != self.doc.scheme]
        first = [self.doc.year_of(days[0]) for days, _ in entries]
        low = max([min(first)] + [x for x in (self.section_rewards_from(),) if x]) if first else last + 1
        out = []
        for year in range(low, last + 1):
            begin, end = self.doc.year_first(year), self.doc.year_first(year + 1) - DAY
            here = [e for (a, b), e in entries if a <= end and (b is None or b >= begin)]
            claimed, used = told(here, "claimed"), told(here, "used")
            if is_unk(used) and claimed is False:
                used = False
            other = any(a <= end and (b is None or b >= begin) for a, b in others)
            out.append((year, bool(here) or (None if other else False), claimed, used, year == last))
        return out

    def walk_rewards(self, rewards):
        history = self.years_of_cover()
        names = ["reward." + r["id"] for r in rewards]
        if history is None:
            for n in names + ["reward.total"]:
                self.known[n] = Unk(["yb_cover"])
            return
        state = {n: 0 for n in names}
        self.reward_lacks = frozenset()
        run, seen = 0, False
        self.known.update(state)
        held = {r["id"]: self.clause(r) for r in rewards}
        for value in held.values():
            if is_unk(value):
                self.reward_lacks |= value.names
        for at, (year, enrolled, claimed, used, current) in enumerate(history):
            run = run if enrolled is None else run + 1 if enrolled else 0
            for reward, name in zip(rewards, names):
                if held[reward["id"]] is not True:
                    self.known[name] = held[reward["id"]] or 0
                    continue
                self.known[name] = self.reward_after(reward, self.known[name], history, at, run, seen)
            seen = seen or enrolled
        total = Unk(self.reward_lacks) if self.reward_lacks else 0
        for reward, name in zip(rewards, names):
            v = self.known[name]
            total = union(total, v) if is_unk(total) or is_unk(v) else total - v if reward["kind"] == "lapse" else total + v
        self.known["reward.total"] = total

    def reward_after(self, reward, value, history, at, run, seen):
        """What a reward has come to after one more year. Whatever it asks for in any year is needed."""
        _, enrolled, claimed, used, current = history[at]
        kind, gap, step = reward["kind"], reward.get("on_gap", "keep"), False
        if enrolled is None:
            step = False
        elif not enrolled and kind == "lapse":
            step = seen
        elif not enrolled:
            if gap == "clear":
                value = 0
            elif gap != "keep" and value != 0:
                value = self.needed(lambda v, off: max(0, v - off), value, fen(self.slot(gap, "money")))
        elif kind == "continuous":
            step = run > int(reward.get("after", 0))
        elif reward.get("if_enrolled") == "yes":
            # the year before counts now that this one is covered
            if enrolled and not current and is_unk(claimed):
                value = self.needed(lambda v, c: v, value, claimed)
            before = [h for h in history[:at] if h[1] is not None]
            step = bool(before) and before[-1][1] and no_claim(before[-1][2])
        elif kind == "zero_claim":
            step = not current and no_claim(claimed)
        if is_unk(step):
            value = self.needed(lambda v, s: v, value, step)
        elif step:
            value = self.needed(lambda v, s: v + s, value, fen(self.slot(reward["step"], "money")))
        if enrolled and used and not current and value != 0 and reward.get("on_use") == "clear":
            value = self.needed(lambda v, u: v, value, used) if is_unk(used) else 0
        if "cap" in reward and value != 0:
            value = self.needed(lambda v, c: max(0, least([v, c])), value, fen(self.slot(reward["cap"], "money")))
        return value

    def needed(self, f, *values):
        value = calculate(f, *values)
        if is_unk(value):
            self.reward_lacks |= value.names
        return value

    def section_rewards_from(self):
        text = self.doc.data.get("eligibility", {}).get("rewards_from")
        return int(text) if text else None

    # cover history

    def cover_fact(self, name):
        if self.cover is None:
            return Unk(["yb_cover"])
        year, first = self.get("year"), self.get("year_first")
        if is_unk(year):
            return Unk(["yb_cover"])
        paid = self.get("paid_on")
        return Cover(self, year, first, paid).fact(name)

    # reimburse

    def ask_reimburse(self, section):
        benefit = self.one_of(section.get("benefits", []), Stop("refused", "no_benefit"), Stop("unsupported", "two_benefits"))
        self.benefit = benefit
        self.check_parts()
        Settlement(self, section, benefit).run(self.share)

    def share_of_cover(self):
        """What of the payments is made on the day of the bill, by the cover history; 1 where it cannot be told."""
        rules = (self.doc.data.get("eligibility") or {}).get("rules")
        on = self.get("on")
        if self.cover is None or not rules or is_unk(on):
            return 1
        entry = self.entry_on(on)
        if entry is None:
            raise Stop("refused", "not_insured")
        q = Question(self.doc, "eligibility", {})
        q.known = {n: v for n, v in self.given.items() if n not in ("on", "year", "paid_on")}
        q.cover, q.history = self.cover, self.history
        q.known["year"] = self.doc.year_of(on)
        if "paid_on" in entry and not is_null(entry["paid_on"]):
            q.known["paid_on"] = parse_date(entry["paid_on"])
        elif "year" not in entry:
            q.known["paid_on"] = parse_date(entry["begin"])
        outcome, reason, words = outcome_of(q)
        if outcome == "refused":
            raise Stop("refused", "refused", *words)
        if outcome != "answered":
            return 1
        start, until = q.known["start"], q.known["until"]
        if on < start:
            if q.known["during"] == 0 or on < q.known["anchor"]:
                raise Stop("refused", "not_covered")
            return q.known["during"]
        if isinstance(until, Date) and on > until:
            raise Stop("refused", "cover_ended")
        return 1

    def entry_on(self, on):
        """The entry of the cover history for the document's scheme and region that holds on a day."""
        for entry in self.cover:
            first, last = entry_days(self.doc, entry)
            if entry["insutype"] != self.doc.scheme or on < first or last is not None and on > last:
                continue
            here, there = self.known.get("insuplc_admdvs"), entry.get("admdvs")
            if there is None or is_null(there) or here is None or distance(here, there) == "none":
                return entry
        return None


def told(entries, key):
    """Whether one of a year's entries says so; unknown where one is silent."""
    said = [e.get(key) for e in entries]
    if "true" in said or "yes" in said:
        return True
    return Unk(["yb_cover.claimed"]) if any(x is None or is_null(x) for x in said) else False


def no_claim(claimed):
    return claimed if is_unk(claimed) else not claimed


class Cover:
    """What was covered before the coverage year that is asked about, or before it is paid for."""

    def __init__(self, q, year, first, paid):
        self.q, self.year = q, year
        self.paid = paid if isinstance(paid, Date) else first
        self.cut = max(first, self.paid)
        self.parts = []
        for entry in q.cover:
            days = entry_days(q.doc, entry)
            if entry["insutype"] == q.doc.scheme and "year" not in entry and days[0] <= self.paid and (days[1] is None or days[1] >= self.paid):
                # a period of this scheme that was being paid for is what is asked about: cover before ends where it begins
                self.cut = min(self.cut, days[0])
                self.paid = paid if isinstance(paid, Date) else days[0]
        for entry in q.cover:
            days = entry_days(q.doc, entry)
            if days[0] >= self.cut or entry["insutype"] == q.doc.scheme and "year" in entry and int(entry["year"]) >= year:
                continue
            end = self.cut - DAY if days[1] is None else min(days[1], self.cut - DAY)
            self.parts.append((days[0], end, entry))
        self.parts.sort(key=lambda part: part[:2])
        self.gaps_from = q.doc.data.get("eligibility", {}).get("gaps_from")

    def covered(self, year):
        """Whether any day of a coverage year is covered."""
        first = self.q.doc.year_first(year)
        last = self.q.doc.year_first(year + 1) - DAY
        return any(a <= last and b >= first for a, b, _ in self.parts)

    def fact(self, name):
        last = max(self.parts, key=lambda part: part[1]) if self.parts else None
        if name in ("gap_years", "missed_years", "continuous_years"):
            return self.years(name)
        if name == "continuous_months":
            return self.months()
        if name == "previous_insutype":
            return str(last[2]["insutype"]) if last else ""
        if name in ("gap_start", "gap_months"):
            if not last:
                return Unk(["yb_cover"])
            start = last[1] + DAY
            if name == "gap_start":
                return start
            return max(0, months_between(start, self.paid, self.q.doc.spill))
        return Unk([name])

    def years(self, name):
        since = [self.q.doc.year_of(a) for a, _, _ in self.parts]
        since = min(since) if since else None
        if since is not None and since >= self.year:  # not covered before the year that is asked about
            since = None
        if since is None and self.gaps_from is None:
            return Unk(["yb_cover"])
        birth = self.q.known.get("brdy")
        if since is None and isinstance(birth, Date):
            # who was not covered before has not missed the year of birth
            since = self.q.doc.year_of(birth) + 1
        low = max(x for x in (since, self.gaps_from and int(self.gaps_from)) if x is not None)
        run = 0
        if name == "continuous_years":
            while self.covered(self.year - 1 - run):
                run += 1
            return run
        if name == "missed_years":
            return sum(not self.covered(y) for y in range(low, self.year))
        while self.year - 1 - run >= low and not self.covered(self.year - 1 - run):
            run += 1
        return run

    def months(self):
        """Complete months of each unbroken part, as far back as the breaks are short enough."""
        text = self.q.doc.data.get("eligibility", {}).get("break_at_most")
        allowed = parse_duration(text).n if text else 0
        spill = self.q.doc.spill
        total, start, end = 0, None, None
        for a, b, _ in sorted(self.parts, key=lambda part: part[1], reverse=True):
            if start is None:
                start, end = a, b
            elif b + DAY >= start:
                start = min(a, start)
            elif start <= add_months(b + DAY, allowed, spill) and allowed:
                total += months_between(start, end + DAY, spill)
                start, end = a, b
            else:
                break
        return total if start is None else total + months_between(start, end + DAY, spill)


def entry_days(doc, entry):
    """First and last day of an entry of a cover history, None while it runs."""
    if "year" in entry:
        first = doc.year_first(int(entry["year"]))
        return first, doc.year_first(int(entry["year"]) + 1) - DAY
    end = entry.get("end")
    return parse_date(entry["begin"]), None if end is None or is_null(end) else parse_date(end)


FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay")


class Lines:
    """A bill given in lines, split into its four parts."""

    def __init__(self, q):
        self.q = q
        self.parts = {n: 0 for n in FIVE}
        self.parts["medfee_sumamt"] = 0
        self.kinds = {}
        self.used = {}
        benefit = getattr(q, "benefit", None) or {}
        self.split = benefit.get("split", q.section().get("split", {}))
        for line in q.lines:
            self.line(line)

    def line(self, given):
        q = self.q
        outer, fresh = q.known, dict(q.known)
        facts = {}
        profile = q.doc.data.get("profile")
        for name, text in given.items():
            if is_null(text):
                continue
            if name == "yb_attributes":
                facts.update({n: parse_literal(t, q.unit_of(n)) for n, t in text.items()})
            else:
                facts[name] = parse_literal(text, q.unit_of(name))
                if profile is not None and name in profile.tables:
                    facts[name] = profile.read(name, text, q.code_day)
        # a line that says no kind is of none that a document names
        fresh.update({"yb_kind": ""} | facts)
        # what follows from the line must not be kept for the next
        q.known = fresh
        try:
            self.split_line(facts)
        finally:
            q.known = outer

    def split_line(self, facts):
        q = self.q
        cnt, price, cap = facts.get("cnt"), facts.get("pric"), facts.get("pric_uplmt_amt")
        amount = facts.get("det_item_fee_sumamt")
        if amount is None:
            if cnt is None or price is None:
                q.lack(Unk(["det_item_fee_sumamt"]))
                return
            amount = q.round({}, cnt * price)
        allowed = amount
        if cap is not None and cnt is not None and price is not None:
            allowed = q.round({}, cnt * min(price, cap))
            allowed = min(allowed, amount)
        share = self.share(facts)
        for limit in self.split.get("limits", ()):
            held = q.clause(limit)
            amount_ = q.slot(limit["amount"], "money") if held is True else held
            if q.lack(amount_):
                return
            if held:
                room = max(0, amount_ - self.used.get(limit["id"], 0))
                allowed = min(allowed, room)
                self.used[limit["id"]] = self.used.get(limit["id"], 0) + allowed
        if q.lack(share):
            return
        over = amount - allowed
        put = self.parts
        put["medfee_sumamt"] += amount
        put["overlmt_selfpay"] += over
        if share >= 1:
            put["fulamt_ownpay_amt"] += allowed
            return
        prior = q.round({}, allowed * share)
        put["preselfpay_amt"] += prior
        put["inscp_scp_amt"] += allowed - prior
        kind = facts.get("yb_kind")
        if kind is not None:
            self.kinds[kind] = self.kinds.get(kind, 0) + allowed - prior

    def share(self, facts):
        q = self.q
        if (facts.get("lmt_used_flag") == "1" and facts.get("hosp_appr_flag") != "1") or facts.get("hosp_appr_flag") == "2":
            return 1
        if "selfpay_prop" in facts:
            return facts["selfpay_prop"]
        level = facts.get("chrgitm_lv")
        level = getattr(level, "national", level)
        if "prior" in self.split:
            share = q.slot(self.split["prior"], "rate")
            if share is not NO_FIGURE or level not in ("01", "03"):
                return share
        return {"01": 0, "03": 1}.get(level, Unk(["selfpay_prop"]))


class Settlement:
    """The layers of one benefit over one bill."""

    def __init__(self, q, section, benefit):
        self.q, self.section, self.benefit = q, section, benefit

    def run(self, share=1):
        self.share = share
        self.run_layers()
        self.sums()

    def run_layers(self):
        q = self.q
        for layer in self.benefit["layers"]:
            held = q.clause(layer)
            if q.lack(held):
                q.doubtful = True
                self.blank(layer, held)
            elif not held:
                self.blank(layer, 0)
            else:
                self.layer(layer)

    NAMES = "base deductible scope paid paid.exact uncapped absorbed over self own left start due room".split()

    def blank(self, layer, value):
        for name in self.NAMES:
            self.q.known["%s.%s" % (layer["id"], name)] = value

    def total(self, name):
        return self.q.get(name)

    def layer(self, layer):
        q, ident = self.q, layer["id"]
        base = q.slot(layer["base"], "money") if "base" in layer else q.get("scope")
        ded = self.deductible(layer)
        bands = layer.get("bands", {})
        ratios = q.slot(bands.get("ratio", layer.get("ratio")), "rate")
        borders = q.slot(bands["borders"], "money") if "borders" in bands else ()
        values = [base, ded[0]] + list(as_tuple(ratios) if not is_unk(ratios) else [ratios]) + list(
            as_tuple(borders) if not is_unk(borders) else [borders])
        rooms = self.rooms(layer)
        values += [r[1] for r in rooms]
        if q.lack(*values):
            self.blank(layer, union(*[v for v in values if is_unk(v)]))
            return
        ratios = self.modified(layer, as_tuple(ratios))
        if is_unk(ratios):
            self.blank(layer, ratios)
            return
        self.compute(layer, max(0, base), ded, ratios, as_tuple(borders), rooms)

    def deductible(self, layer):
        """The amount named, what is left of it to be charged, and whether it comes after the ratio."""
        q = self.q
        node = layer.get("deductible")
        if node is None:
            return 0, 0, False
        if isinstance(node, str) or "amount" not in node:
            due = q.slot(node, "money")
            return due, due, False
        due = q.slot(node["amount"], "money")
        after = node.get("order") == "after_ratio"
        per = node.get("per", "stay")
        cap = q.slot(node["sum_cap"], "money") if "sum_cap" in node else NONE
        if is_unk(due) or is_unk(cap):
            return union(due, cap), None, after
        left = due
        ident = layer["id"]
        if "pool" in node:
            left = max(0, due - self.total("pool." + node["pool"]))
        elif per not in ("stay", "visit"):
            left = max(0, due - self.total("%s.deductible.%s" % (ident, per)))
        if cap is not NONE:
            left = min(left, max(0, cap - self.total(ident + ".deductible.year")))
        return due, left, after

    def modified(self, layer, ratios):
        q = self.q
        for m in layer.get("modify", ()):
            held = q.clause(m)
            if q.lack(held):
                return held
            if not held:
                continue
            kind = next(k for k in ("add", "times", "own_times", "at_least", "at_most") if k in m)
            x = q.slot(m[kind], "rate")
            if q.lack(x):
                return x
            ratios = tuple({"add": lambda r: r + x, "times": lambda r: r * x, "own_times": lambda r: 1 - (1 - r) * x,
                            "at_least": lambda r: max(r, x), "at_most": lambda r: min(r, x)}[kind](r) for r in ratios)
        if any(not 0 <= r <= 1 for r in ratios):
            raise error("a ratio outside 0 to 1")
        return ratios

    def rooms(self, layer):
        """The room that each ceiling leaves: (on, room), NONE where there is no limit."""
        q, out = self.q, []
        for c in layer.get("ceilings", ()):
            held = q.clause(c)
            if is_unk(held):
                out.append((c["on"], held))
            if held is not True:
                continue
            amount = q.slot(c["amount"], "money")
            if amount is NONE or is_unk(amount):
                out.append((c["on"], amount))
                continue
            if "pool" in c:
                used = self.total("pool." + c["pool"])
            elif c["per"] in ("stay", "visit"):
                used = 0
            else:
                used = self.total("%s.%s.%s" % (layer["id"], "paid" if c["on"] == "payment" else "base", c["per"]))
            out.append((c["on"], max(0, amount - used)))
        return out

    def compute(self, layer, base, ded, ratios, borders, rooms):
        q, ident = self.q, layer["id"]
        due, left, after = ded
        bands = layer.get("bands", {})
        over = bands.get("over", "stay")
        from_zero = bands.get("origin", "zero") == "zero"
        start = 0
        if over not in ("stay", "visit"):
            start = self.total("%s.%s.%s" % (ident, "base" if from_zero else "net", over))
        cost_room = least([NONE] + [r for on, r in rooms if on == "cost"])
        pay_room = least([NONE] + [r for on, r in rooms if on == "payment"])
        dealt = base if cost_room is NONE else min(base, cost_room)
        charged = 0 if after else min(left, base)
        # the pieces of the cost: from what cost on, up to which, at which ratio
        pieces = []
        shift_ = start if from_zero else start - charged
        at = charged
        for i, ratio in enumerate(ratios):
            end = dealt if i >= len(borders) else min(dealt, borders[i] - shift_)
            if end > at:
                pieces.append((i, at, end, ratio))
                at = end
        uncapped = whole(Fraction(sum((e - a) * r for _, a, e, r in pieces)))
        if after:
            charged = min(left, uncapped)
            uncapped -= charged
        exact, absorbed = uncapped, dealt
        if pay_room is not NONE and uncapped > pay_room:
            exact = pay_room
            need, absorbed = pay_room + (charged if after else 0), 0 if after else charged
            for _, a, e, r in pieces:
                if need < (e - a) * r:
                    absorbed = a + divide(need, r)
                    break
                need -= (e - a) * r
        paid = q.round(layer, exact)
        if pay_room is not NONE and paid > pay_room:
            # rounding does not take a payment above its ceiling
            paid = round_to(exact, rounding(layer["round"])[0] if "round" in layer else q.doc.round[0], "down")
        put = lambda name, value: q.known.__setitem__(ident + "." + name, value)
        for i in range(len(ratios)):
            put("band%d" % (i + 1), whole(Fraction(sum((min(e, absorbed) - a) * r for j, a, e, r in pieces if j == i and a < absorbed))))
            put("ratio%d" % (i + 1), ratios[i])
        own = absorbed - paid
        for name, value in (("base", base), ("deductible", charged), ("scope", base - charged), ("paid", paid), ("paid.exact", exact),
                            ("uncapped", uncapped), ("absorbed", absorbed), ("over", base - absorbed), ("self", own),
                            ("own", own - charged), ("left", base - paid), ("start", start), ("due", due), ("room", pay_room)):
            put(name, value)

    def sums(self):
        q = self.q
        funds = {f: [] for f in FUNDS}
        for layer in self.benefit["layers"]:
            funds[layer["pays"]].append(q.known[layer["id"] + ".paid"])
        total = []
        for fund, paid in funds.items():
            q.known[fund] = union(*paid) if any(map(is_unk, paid)) else q.round({}, sum(paid) * self.share) if self.share != 1 else sum(paid)
            total.append(q.known[fund])
        if any(map(is_unk, total)):
            return
        funds_sum = q.known["fund_pay_sumamt"] = sum(total)
        first = self.benefit["layers"][0]["id"]
        scope = q.get("inscp_scp_amt")
        if not is_unk(scope) and scope > 0:
            q.known["pool_prop_selfpay"] = round_to(divide(q.known["hifp_pay"], scope), Fraction(1, 10000), "half_up")
        q.known["act_pay_dedc"] = q.round({}, q.known[first + ".deductible"])
        scope = q.get("inscp_scp_amt")
        if not is_unk(scope) and scope > 0:
            q.known["pool_prop_selfpay"] = whole(round_to(Fraction(q.known["hifp_pay"]) / scope, Fraction(1, 10000), "half_up"))
        bill, hospital = q.get("medfee_sumamt"), q.known.get("hosp_part_amt", 0)
        if is_unk(bill):
            return
        person = bill - funds_sum - hospital
        if person < 0:
            raise error("more is paid than the bill")
        q.known["psn_part_amt"] = person
        self.account(person)

    def account(self, person):
        q = self.q
        node = self.benefit.get("account", self.section.get("account", {}))
        pays = node.get("pays", ["scope", "prior", "own"])
        balance = q.get("yb_account_balance")
        paid = shared = 0
        if q.known.get("yb_use_account") is True:
            if q.lack(balance):
                return
            limit = 0
            prior, own = q.get("preselfpay_amt"), q.get("fulamt_ownpay_amt")
            above = q.get("overlmt_selfpay")
            if set(pays) >= {"scope", "prior", "own"}:
                limit = person
            else:
                scope = q.get("inscp_scp_amt")
                if q.lack(scope, prior, own, above):
                    return
                rest = q.known["fund_pay_sumamt"]  # the funds pay these in order
                for word, part in (("scope", scope), ("prior", prior), ("own", own), ("own", above)):
                    if word in pays:
                        limit += max(0, part - rest)
                    rest = max(0, rest - part)
            limit = min(limit, person)
            paid = min(balance, limit)
            shared = min(limit - paid, q.known.get("yb_family_balance", 0))
        q.known["acct_pay"] = paid + shared
        q.known["acct_mulaid_pay"] = shared
        q.known["psn_cash_pay"] = person - paid - shared
        if not is_unk(balance):
            q.known["balc"] = balance - paid


def as_tuple(v):
    return v if isinstance(v, tuple) else (v,)


# ---------------------------------------------------------------------------------------------------------------------------------
# Vectors

QUESTION_FACTS = ("on", "year", "paid_on", "months", "repaired", "arrear_months", "paid")


def question_of(doc, vector):
    ask = vector["ask"]
    for other in ("interest", "refundable"):
        if vector.get(other) == "yes":
            ask = other
    given = {}
    for key in QUESTION_FACTS:
        if key in vector:
            given[key] = vector[key]
    q = Question(doc, ask, given)
    for key in ("person", "claim", "facts"):
        for name, text in (vector.get(key) or {}).items():
            q.give(name, text)
    q.given = dict(q.known)
    return q


def outcome_of(q):
    """(outcome, reason, words) of a question that is asked now."""
    try:
        q.read_codes()
        q.answer()
    except Stop as stop:
        return stop.outcome, stop.reason, stop.words
    return "answered", "", ()


def expected(text, value):
    """An expectation in the unit of the value that was found."""
    if isinstance(text, list):
        return tuple(expected(t, v) for t, v in zip(text, value)) if isinstance(value, tuple) and len(text) == len(value) else None
    if isinstance(value, str):
        return str(text)
    return parse_literal(text)


def solve(doc, vector):
    """The least scope, to the fen, at which a layer pays so much, or leaves so much."""
    want = parse_number(vector["solve"]["value"])
    layer, own = vector["solve"]["layer"], vector["solve"].get("of") == "own"

    def reaches(fen):
        q = question_of(doc, vector)
        q.known["inscp_scp_amt"] = q.known["scope"] = whole(Fraction(fen, 100))
        section = q.section()
        benefit = q.one_of(section["benefits"], Stop("refused", "no_benefit"), Stop("unsupported", "two_benefits"))
        Settlement(q, section, benefit).run_layers()
        paid = q.known[layer + ".paid.exact"]
        return (q.known[layer + ".own"] + q.known[layer + ".paid"] - paid if own else paid) >= want
    low, high = 0, 10 ** 9
    if not reaches(high):
        return Unk(["solved"])
    while low < high:
        middle = (low + high) // 2
        if reaches(middle):
            high = middle
        else:
            low = middle + 1
    return whole(Fraction(low, 100))


def next_yuan(doc, vector, q):
    """What each layer, and all of them, would pay of one more yuan in scope; into q.known."""
    more = question_of(doc, vector)
    for name, held in (("scope", "inscp_scp_amt"), ("total", "medfee_sumamt")):
        more.known[name] = more.known[held] = q.get(name) + 1
    section = more.section()
    benefit = more.one_of(section["benefits"], Stop("refused", "no_benefit"), Stop("unsupported", "two_benefits"))
    Settlement(more, section, benefit).run_layers()
    q.known["marginal"] = Fraction(0)
    for layer in benefit["layers"]:
        share = more.known[layer["id"] + ".paid.exact"] - q.known[layer["id"] + ".paid.exact"]
        q.known[layer["id"] + ".marginal"] = whole(share)
        q.known["marginal"] = whole(q.known["marginal"] + share)


def run_vector(doc, vector):
    """None, or what differs."""
    q = question_of(doc, vector)
    outcome, reason, words = outcome_of(q)
    if "refuse" in vector:
        want = vector["refuse"]
        if want in (outcome, reason) or want in words or any(want in w for w in words):
            return None
        return "expected refuse %s, found %s %s %s" % (want, outcome, reason, list(words))
    if outcome != "answered":
        return "%s %s %s" % (outcome, reason, list(words))
    if "solve" in vector:
        q.known["solved"] = solve(doc, vector)
    if any(name.split(".")[-1] == "marginal" for name in vector["expect"]):
        next_yuan(doc, vector, q)
    for name, text in vector.get("derive", {}).items():
        try:
            q.known[name] = doc.slot(text)(q, None)
        except Stop as stop:
            return "%s: %s" % (name, stop)
    for name, text in vector["expect"].items():
        try:
            found = q.get(name)
        except Stop as stop:
            return "%s: %s" % (name, stop)
        if is_unk(found):
            return "%s: expected %s, unknown %s" % (name, text, sorted(found.names))
        want = expected(text, found)
        if want != found:
            return "%s: expected %s, found %s" % (name, want, found)
    return None


def test_file(path, folders):
    """Vectors, those that failed, those that were skipped."""
    library = Library(folders + [os.path.dirname(path) or ".", path[:-5] + ".d"])
    raw = load_yaml(path)
    vectors = raw.get("vectors", [])
    data = library.resolve(raw)
    strange = unknown_keys(data)
    if strange:
        print("%s: skipped, not known here: %s" % (path, strange))
        return 0, 0, len(vectors)
    doc = Doc(data)
    failed = skipped = 0
    for vector in vectors:
        try:
            what = run_vector(doc, vector)
        except Fault as fault:
            what = "fault: %s" % fault
        except Skip:
            skipped += 1
            continue
        if what:
            failed += 1
            print("%s: %s: %s" % (path, vector["id"], what))
    return len(vectors) - skipped, failed, skipped


def main(arguments):
    folders = [p for p in os.environ.get("YIBAO_POLICY_PATH", "").split(":") if p]
    total = failed = skipped = 0
    for path in arguments:
        n, f, s = test_file(path, folders)
        total += n
        failed += f
        skipped += s
    print("%d vectors, %d failed%s" % (total, failed, ", %d skipped" % skipped if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
