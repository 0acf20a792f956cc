#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Random questions to every policy document, answered by oracle.py and by the library.

Persons, bills and days are drawn so that every threshold a document names is met: the value itself and its neighbours by one fen, one
day, one unit; facts are left out now and then. Each question becomes a vector with the oracle's figures as its expectation, and
`yibao policy test` compares them exactly, some hundred in one process. Half of the batches change figures, rates, days and ages of the
document first, so that nothing of a document can be known to the code.

    compare.py [--tool TOOL] [--policies DIR] [--cases N] [--seed N] [--all | ID...] [--keep DIR] [--seconds N]

--cases is the number of questions to each document, 100 by default; --all is every document of policies/ and shapes/, also the default.
--seconds ends the run after that time. --keep is a folder where the batches that differ are left. Ends with 1 when anything differs.
"""
import argparse
import calendar
import collections
import datetime
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from fractions import Fraction

import oracle
from oracle import NONE, Date, Doc, Dur, Fault, Library, Text

DAY = datetime.timedelta(1)
FEN = Fraction(1, 100)

CODES = {
    "gend": "1 2",
    "insutype": "310 390 380 340",
    "psn_type": "11 1101 1102 1103 1160 12 1201 1202 1203 1204 1260 13 1300 1360 14 1401 1402 1403 1404 1405 1460 15 1501 1560 16 1701",
    "psn_idet_type": "01 02 03 04 06 07 21 2102 2104 2105 22 2201 23 2301 2302 2303 2304 2305 2306 2307 2308 2360 24 2401 31 36 6001 99",
    "cvlserv_flag": "0 1",
    "med_type": "11 12 13 14 18 19 21 2101 2102 2106 2111 22 23 24 26 28 41 51 52 53 93 9901 9902 9903",
    "hosp_lv": "01 02 03 04 05 06 07 08 09 10 11",
    "refl_type": "1 2 3",
    "chrgitm_lv": "01 02 03",
    "med_chrgitm_type": "01 02 03 04 05 06 07 08 09 10 11 12 13 14",
    "lmt_used_flag": "0 1",
    "hosp_appr_flag": "0 1 2",
    "previous_insutype": "310 390 380 340",
}
CODES = {k: v.split() for k, v in CODES.items()}
LOCAL = "18 19 2101 2102 2106 2111 26 28 93 9902 9903".split()  # of some province: a profile refuses those of others
REGIONS = "110000 110101 120000 310000 340100 340103 340200 420100 420102 500000 500101 990000".split()

# what a derived fact is derived from
ROOTS = {
    "age": ["brdy", "on"], "retired": ["psn_type"], "stay_days": ["begndate", "enddate"],
    "out_of_area": ["insuplc_admdvs", "mdtrtarea_admvs"], "window": ["paid_on", "year"], "window_start": ["paid_on", "year"],
    "year_first": ["year"], "have_months": ["yb_paid_months"],
    "scope": [], "prior": [], "over_limit": [], "fully_own": [], "total": [],
}
QUESTION = ("on", "year", "paid_on", "months", "repaired", "arrear_months", "year_first", "window", "window_start")
BILL = set(oracle.PARTS) | set(oracle.PARTS.values())
CLAIM = set("mdtrt_id fixmedins_code mdtrtarea_admvs dise_codg yb_episode med_type hosp_lv refl_type begndate enddate yb_filed"
            " yb_use_account yb_admission hosp_part_amt".split())
LINE = set("feedetl_sn med_list_codg yb_kind chrgitm_lv med_chrgitm_type lmt_used_flag hosp_appr_flag cnt pric pric_uplmt_amt"
           " selfpay_prop det_item_fee_sumamt".split())
ASKS = {"fee": "fee", "refund": "refund", "interest": "refund", "refundable": "refund", "eligibility": "eligibility",
        "rewards": "eligibility", "reimburse": "reimburse"}
NEEDS = {"fee": "charges", "refund": "credits", "interest": "interest", "refundable": "refundable", "eligibility": "rules",
         "rewards": "rewards", "reimburse": "benefits"}


# ---------------------------------------------------------------------------------------------------------------------------------
# What a document asks for

class Names:
    """The names that a part of a document mentions, and the values at which something changes."""

    def __init__(self, data):
        self.data = data
        self.names = set()
        self.marks = {}
        self.money = set()

    def mark(self, name, text):
        self.marks.setdefault(name, set()).add(text)

    def name(self, name):
        if name in self.names:
            return
        self.names.add(name)
        attribute = self.data.get("attributes", {}).get(name)
        if attribute is not None:
            for v in attribute.get("values", ()):
                self.mark(name, v)
            if "range" in attribute:
                self.cell(name, attribute["range"])
            self.walk(attribute.get("from"))
        value = self.data.get("values", {}).get(name)
        if value is not None:
            self.walk(value)
        if name == "missing_months":
            self.walk(self.data.get("fee", {}).get("missing_months"))
        if name in ("window", "window_start"):
            for entry in self.data.get("fee", {}).get("windows", ()):
                self.mark("year", entry["for"])
                self.walk(entry)
                for row in entry["rows"]:
                    for key in ("from", "to", "through"):
                        if key in row:
                            self.mark("paid_on", row[key])
        if name.startswith("reward."):
            self.walk(self.data.get("eligibility", {}).get("rewards"))
        for root in ROOTS.get(name, ()):
            self.name(root)

    def cell(self, name, text):
        text = text[4:] if text.startswith("not ") else text
        for part in text.split("|"):
            for end in re.split(r"\.\.", part):
                end = end.strip("<")
                if end and end != "any":
                    self.mark(name, end)

    def formula(self, text):
        names, literals = [], []
        items = oracle.tokens(text)
        for at, (kind, word) in enumerate(items):
            if kind == "name" and items[at + 1][1] not in ("(", "["):
                self.name(word)
                names.append(word)
            elif kind == "text" or kind == "date":
                literals.append(word)
            elif kind == "num":
                literals.append(word + "%" if items[at + 1][1] == "%" else word)
        for n in names:
            for t in literals:
                self.mark(n, t)

    def operand(self, text):
        if text.startswith("="):
            self.formula(text[1:])
        else:
            self.name(text)

    def when(self, node):
        if isinstance(node, str):
            self.formula(node[1:])
        elif isinstance(node, list):
            for n in node:
                self.when(n)
        elif node:
            for name, cell in node.items():
                self.name(name)
                self.cell(name, cell)

    def walk(self, node):
        if isinstance(node, str):
            if node.startswith("="):
                self.formula(node[1:])
            elif oracle.RE_NUMBER.match(node) and Fraction(node) >= 10:
                self.money.add(node)
        elif isinstance(node, list):
            for n in node:
                self.walk(n)
        elif node:
            for key, value in node.items():
                if key == "when":
                    self.when(value)
                elif key == "by":
                    by = value if isinstance(value, list) else [value]
                    for n in by:
                        self.operand(n)
                    for row in node["rows"]:
                        for n, cell in zip(by, row):
                            if not n.startswith("="):
                                self.cell(n, cell)
                        self.walk(row[len(by)])
                elif key in ("from", "to", "through", "until") and isinstance(value, str) and oracle.RE_DATE.match(value):
                    self.mark("on", value)
                elif key not in ("rows", "source", "note", "label", "text", "id", "confidence", "issuer", "docno", "over", "windows",
                                 "channels", "for", "notice"):
                    self.walk(value)


# ---------------------------------------------------------------------------------------------------------------------------------
# Drawing cases

def fmt(value):
    """A value as text of a document."""
    if value is True or value is False:
        return "yes" if value else "no"
    if value is NONE:
        text = Text("none")
        text.plain = True
        return text
    if isinstance(value, Dur):
        return repr(value)
    if isinstance(value, Fraction):
        scaled = value * 1000000
        if scaled.denominator != 1:
            return "%d/%d" % (value.numerator, value.denominator)
        sign = "-" if value < 0 else ""
        digits = "%07d" % abs(scaled.numerator)
        return (sign + digits[:-6] + "." + digits[-6:]).rstrip("0").rstrip(".")
    return str(value)


class Vector(dict):
    """A vector, with the outcome that the oracle found."""
    found = None


class Drawer:
    """Draws questions for one kind of question to one document."""

    def __init__(self, rng, data, ask):
        self.rng, self.data, self.ask = rng, data, ask
        self.doc = Doc(data)
        n = self.names = Names(data)
        section = data[ASKS[ask]]
        for key in ("from", "to", "through"):
            for place in (section, data):
                if key in place:
                    n.mark("on", place[key])
        n.walk({k: v for k, v in section.items() if k in (NEEDS[ask], "refuse", "split", "account", "until", "missing_months")})
        for gap in data.get("unsupported", ()):
            if gap["touches"] == ask:
                n.walk({"when": gap.get("when"), "from": gap.get("from", ""), "to": gap.get("to", "")})
        if ask in ("fee", "eligibility"):
            n.name("window")
        if ask == "reimburse":
            n.name("scope")
        self.attributes = data.get("attributes", {})
        self.days = [oracle.parse_date(t) for t in n.marks.get("on", ()) if oracle.RE_DATE.match(t)]
        self.years = [int(t) for t in n.marks.get("year", ()) if re.match(r"\d{4}$", t)] or [d.year for d in self.days] or [2025]
        self.facts = sorted(x for x in n.names if self.wanted(x))

    def wanted(self, name):
        """Names that are given with a question."""
        if name in self.attributes:
            return True
        if name in self.data.get("values", {}) or name in QUESTION or name in BILL or name in LINE:
            return False
        if name.startswith(("scope.", "pool.")) or oracle.RE_TOTAL.match(name):
            return False
        if name.startswith("reward."):
            return self.ask != "rewards"
        if name in ("begndate", "enddate"):
            return False
        return name in oracle.FACT_UNITS or name == "psn_idet_type"

    def near(self, day):
        return day + DAY * self.rng.choice((-1, 0, 0, 1))

    def day(self):
        r = self.rng
        if self.days and r.random() < 0.6:
            return self.near(r.choice(self.days))
        y = self.year()
        if r.random() < 0.1:
            m = r.randint(1, 12)
            return Date(y, m, r.choice((1, calendar.monthrange(y, m)[1])))
        return Date(y, 1, 1) + DAY * r.randint(0, 364)

    def year(self):
        return min(2090, self.rng.choice(self.years) + self.rng.choice((-1, 0, 0, 0, 0, 0, 1)))

    def paid_on(self, year):
        r = self.rng
        marks = [oracle.parse_date(t) for t in self.names.marks.get("paid_on", ()) if oracle.RE_DATE.match(t)]
        if marks and r.random() < 0.6:
            return self.near(r.choice(marks))
        return Date(year - 1, 9, 1) + DAY * r.randint(0, 480)

    def birth(self, on):
        r = self.rng
        ages = [int(t) for t in self.names.marks.get("age", ()) if t.isdigit()]
        if r.random() < 0.08:
            born = Date(r.randrange(1940, 2024, 4), 2, 29)
        elif ages and r.random() < 0.6:
            born = self.near(oracle.add_months(on, -12 * r.choice(ages), False))
        elif r.random() < 0.3:
            born = on - DAY * r.choice((0, 1, 27, 28, 89, 90, 91, 179, 180, 364, 365, 366, r.randint(0, 400)))
        else:
            born = on - DAY * r.randint(0, 36000)
        return min(born, on)

    def count(self, name, low=0, high=60):
        r = self.rng
        marks = [int(t) for t in self.names.marks.get(name, ()) if t.isdigit()]
        if marks and r.random() < 0.8:
            n = r.choice(marks) + r.choice((-1, 0, 0, 1))
        else:
            n = r.randint(low, high)
        return max(low, n)

    def amount(self, name=None, most=400000):
        r = self.rng
        marks = [t for t in self.names.marks.get(name, ()) if oracle.RE_NUMBER.match(t)] if name else ()
        if marks and r.random() < 0.6:
            x = Fraction(r.choice(sorted(marks)))
        elif self.names.money and r.random() < 0.5:
            x = Fraction(r.choice(sorted(self.names.money)))
            if r.random() < 0.4:
                x += Fraction(r.choice(sorted(self.names.money)))
        elif r.random() < 0.3:
            return Fraction(r.randint(0, 20000)) / 100
        else:
            return Fraction(r.randint(0, int(most ** 0.5) * 10) ** 2, 100) + Fraction(r.randint(0, 99), 100)
        return max(Fraction(0), x + FEN * r.choice((-1, 0, 0, 0, 1)))

    def text(self, name):
        r = self.rng
        marks = sorted(self.names.marks.get(name, ()))
        if name in ("insuplc_admdvs", "mdtrtarea_admvs", "previous_admdvs"):
            return r.choice(REGIONS)
        if name in CODES:
            starts = [m.rstrip("*") for m in marks]
            codes = [c for c in CODES[name] if name != "med_type" or c not in LOCAL or not self.data.get("profile")]
            fits = [c for c in codes if any(c == s or (s + "*" in marks and c.startswith(s)) for s in starts)]
            fits += [m for m in marks if not m.endswith("*") and m not in fits and m.isdigit() and (name != "hosp_lv" or len(m) == 2)]
            return r.choice(fits) if fits and r.random() < 0.8 else r.choice(codes)
        if name == "out_of_area":
            return r.choice(("none", "province", "cross"))
        if "values" in self.attributes.get(name, {}):
            return r.choice(self.attributes[name]["values"])
        marks = [m for m in marks if not m.endswith("*")]
        return r.choice(marks) if marks and r.random() < 0.9 else "other"

    def value(self, name):
        """A value for a fact, as text or list of texts."""
        r = self.rng
        attribute = self.attributes.get(name, {})
        unit = attribute.get("type") or oracle.Question(self.doc, self.ask, {}).unit_of(name)
        if name == "psn_idet_type" or attribute.get("set") == "yes":
            return sorted({self.text(name) for _ in range(r.choice((0, 0, 1, 1, 2, 3)))})
        if name == "brdy":
            return fmt(self.birth(self.base_day))
        if unit == "flag":
            return r.choice(("yes", "no"))
        if unit == "date":
            marks = [oracle.parse_date(t) for t in self.names.marks.get(name, ()) if oracle.RE_DATE.match(t)]
            if marks and r.random() < 0.7:
                return fmt(self.near(r.choice(sorted(marks))))
            return fmt(self.near(self.day()))
        low, high = None, None
        if "range" in attribute:
            low, high = (oracle.parse_literal(t) for t in attribute["range"].split(".."))
            if isinstance(low, Dur) or isinstance(high, Dur):
                low, high = (v.n if isinstance(v, Dur) else v for v in (low, high))
        if unit in ("money", "yuan"):
            x = self.amount(name, 20000 if name in ("yb_wage_base", "yb_pension") else 400000)
        elif unit in ("count", "days", "months"):
            x = min(self.count(name, 1 if name in ("yb_admission", "months", "stay_days") else 0, 40),
                    150 if name in ("age", "gap_years", "missed_years", "continuous_years") else 1800)
        elif unit in ("rate", "number"):
            marks = [oracle.parse_number(t) for t in self.names.marks.get(name, ())]
            marks = [m for m in marks if m is not None]
            x = Fraction(r.choice(marks)) if marks and r.random() < 0.6 else Fraction(r.randint(0, 2000000), 1000000)
            if low is None and unit == "rate":
                low = 0
        else:
            return self.text(name)
        if low is not None:
            x = max(x, low)
        if high is not None:
            x = min(x, high)
        return fmt(oracle.whole(Fraction(x)))

    def draw(self, ident):
        """One vector without its expectation."""
        r = self.rng
        v = Vector(id=ident, ask=ASKS[self.ask] if self.ask != "rewards" else "rewards")
        if self.ask in ("interest", "refundable"):
            v[self.ask] = "yes"
        person, claim, facts = {}, {}, {}
        year = self.year()
        self.base_day = Date(year, 1, 1)
        if self.ask == "reimburse":
            on = self.base_day = self.day()
            if r.random() < 0.3:
                v["on"] = fmt(on)
            if "on" not in v or r.random() < 0.3:
                claim["enddate"] = fmt(on)
                claim["begndate"] = fmt(on - DAY * r.choice((0, 1, 2, 9, 30, 59, 60, 61)))
        else:
            if self.ask in ("fee", "eligibility", "rewards", "refundable"):
                if r.random() < 0.97 or self.ask == "rewards":
                    v["year"] = str(year)
                if self.ask != "rewards" and r.random() < 0.95:
                    v["paid_on"] = fmt(self.paid_on(year))
                    if self.ask == "eligibility":
                        self.base_day = oracle.parse_date(v["paid_on"])
            if self.ask in ("refund", "interest", "refundable") or r.random() < 0.1:
                self.base_day = self.day() if self.ask != "refundable" else self.paid_on(year) + DAY * r.choice((0, 1, 30, 60))
                v["on"] = fmt(self.base_day)
            if r.random() < 0.9:
                v["months"] = str(self.count("months", 1, 12))
            if self.ask == "eligibility" and r.random() < 0.95:
                v["repaired"] = str(self.count("repaired", 0, 5))
            if "arrear_months" in self.names.names and r.random() < 0.95:
                v["arrear_months"] = str(self.count("arrear_months", 0, 14))
            if self.ask == "refundable" and r.random() < 0.7:
                v["paid"] = fmt(oracle.whole(self.amount(None, 1000) + 1))
        shy = r.random() < 0.15
        for name in self.facts:
            if name in ROOTS and r.random() < 0.75:
                continue
            if "from" in self.attributes.get(name, {}) and r.random() < 0.8:
                continue
            if r.random() < (0.2 if shy else 0.005):
                continue
            value = self.value(name)
            if name in self.attributes:
                facts[name] = value
            elif name in CLAIM:
                claim.setdefault(name, value)
            elif name in ROOTS or name in oracle.COVER or name in oracle.FACT_UNITS and not self.personal(name):
                facts[name] = value
            else:
                person[name] = value
        if self.ask == "rewards" and (r.random() < 0.5 or not 2006 < year < 2090):
            facts["history"] = self.history(year)
        elif self.ask == "rewards" or self.ask == "eligibility" and 2006 < year < 2090 and r.random() < 0.4:
            person["yb_cover"] = self.cover(year)
            v.pop("on", None)
            for name in oracle.COVER:
                if r.random() < 0.9:
                    facts.pop(name, None)
        if self.ask == "reimburse":
            self.bill(claim, person)
            if (self.data.get("eligibility") or {}).get("rules") and 2006 < year < 2090 and r.random() < 0.3:
                person["yb_cover"] = self.cover(self.base_day.year)
                for entry in person["yb_cover"]:
                    if "year" in entry and r.random() < 0.7:
                        entry["paid_on"] = fmt(min(self.base_day, self.paid_on(int(entry["year"]))))
                    elif "year" not in entry and r.random() < 0.3:
                        entry["paid_on"] = fmt(oracle.parse_date(entry["begin"]) - DAY * r.choice((0, 0, 1, 40)))
                    if r.random() < 0.1:
                        entry["admdvs"] = r.choice(REGIONS)
        if self.ask == "eligibility" and "paid_on" not in v:
            # the cover history would tell the day of payment
            person.pop("yb_cover", None)
        if "brdy" in person and "yb_cover" in person:
            self.after_birth(person)
        for key, part in (("person", person), ("claim", claim), ("facts", facts)):
            if part or key == "person":
                v[key] = part
        return v

    def mutate(self, ident, model):
        """A worked example of the document, with some of what it gives drawn anew."""
        r = self.rng
        fresh = self.draw(ident)
        v = Vector(id=ident)
        for key in ("ask", "interest", "refundable", "on", "year", "paid_on", "months", "repaired", "arrear_months", "paid"):
            if key in model:
                v[key] = model[key]
                if key in fresh and key not in ("ask", "interest", "refundable") and r.random() < 0.2:
                    v[key] = fresh[key]
        for key in ("person", "claim", "facts"):
            if key in model:
                v[key] = dict(model[key])
        if "yb_cover" in v.get("person", ()):
            del v["person"]["yb_cover"]
        rate = r.choice((0, 0.1, 0.3))
        for key in ("person", "claim", "facts"):
            for name, value in fresh.get(key, {}).items():
                if name not in BILL and name not in ("feedetl", "yb_totals", "history") and r.random() < rate:
                    self.put(v, name, value, key)
        if self.ask == "rewards":
            v.get("facts", {}).pop("history", None)
            for key in ("person", "facts"):
                for name in ("history", "yb_cover"):
                    if name in fresh.get(key, ()):
                        v.setdefault(key, {})[name] = fresh[key][name]
        if self.ask == "reimburse" and "yb_cover" in fresh["person"]:
            v.setdefault("person", {})["yb_cover"] = fresh["person"]["yb_cover"]
            if "on" in fresh and "enddate" not in v.get("claim", ()):
                v["on"] = fresh["on"]
        person = v.get("person", {})
        if self.ask == "eligibility" and "paid_on" not in v:
            person.pop("yb_cover", None)
        if "brdy" in person and "yb_cover" in person:
            self.after_birth(person)
        given = v.get("claim", {})
        if given.get("begndate", "") > given.get("enddate", "9999"):
            del given["begndate"]
        if self.ask == "reimburse" and r.random() < 0.9:
            claim = v.setdefault("claim", {})
            for name in list(claim):
                if name in BILL or name in ("feedetl", "yb_totals", "yb_use_account"):
                    del claim[name]
            self.bill(claim, v.setdefault("person", {}))
        return v

    @staticmethod
    def put(v, name, value, key):
        """Replace a fact where it is given, or give it."""
        for place in ("person", "claim", "facts"):
            if name in v.get(place, ()):
                v[place][name] = value
                return
        v.setdefault(key, {})[name] = value

    @staticmethod
    def personal(name):
        return name in ("psn_no certno brdy gend insutype insuplc_admdvs psn_type psn_idet_type cvlserv_flag yb_plan yb_retire_date"
                        " yb_flexible yb_newborn_enrolled yb_wage_base yb_pension yb_account_balance yb_paid_months yb_actual_months"
                        " yb_previous_credit yb_current_balance_days yb_carried_balance_days").split()

    def history(self, year):
        r = self.rng
        out = []
        for y in range(year - r.randint(0, 8), year + 1):
            h = {"year": str(y), "enrolled": "yes" if r.random() < 0.85 else "no"}
            if h["enrolled"] == "yes":
                if y == year:
                    h["current"] = "yes"
                elif r.random() < 0.3:
                    h["claimed"] = "yes"
                    if r.random() < 0.3:
                        h["used"] = "yes"
            out.append(h)
        return out

    def cover(self, year):
        """A cover history: coverage years, or periods that do not overlap."""
        r = self.rng
        out = []
        if r.random() < 0.5:
            for y in range(year - r.randint(0, 7), year + 1):
                if r.random() < 0.75:
                    out.append({"insutype": "390", "year": str(y)})
        else:
            day = Date(year - r.randint(1, 6), r.randint(1, 12), r.choice((1, 1, 1, 15, 31 - 3)))
            for _ in range(r.randint(0, 4)):
                end = oracle.add_months(day, r.choice((1, 2, 5, 12, 23, 24, 25, 40)), False) - DAY * r.choice((1, 1, 1, 2, 10))
                out.append({"insutype": r.choice(("310", "310", "390")), "begin": fmt(day), "end": fmt(end)})
                gap = oracle.add_months(end + DAY, r.choice((0, 1, 2, 3, 3, 4, 12)), False) + DAY * r.choice((0, 0, 0, 1, 9))
                day = max(gap, end + DAY)
            if out and r.random() < 0.3:
                del out[-1]["end"]
        for entry in out:
            if r.random() < 0.9:
                entry["claimed"] = r.choice(("true", "false", "false"))
            if r.random() < 0.1 and entry.get("claimed") == "true":
                entry["used"] = "true"
        return out

    @staticmethod
    def after_birth(person):
        """Nobody is covered, or paid for, before birth."""
        birth = person["brdy"]
        person["yb_cover"] = [e for e in person["yb_cover"] if e.get("begin", birth) >= birth and e.get("year", birth[:4]) >= birth[:4]]
        for entry in person["yb_cover"]:
            if entry.get("paid_on", birth) < birth:
                del entry["paid_on"]

    def bill(self, claim, person):
        r = self.rng
        section = self.data["reimburse"]
        if r.random() < 0.2 and "split" in section:
            claim["feedetl"] = [self.line() for _ in range(r.randint(1, 4))]
        else:
            parts = {"inscp_scp_amt": self.amount(), "preselfpay_amt": self.amount(None, 3000), "overlmt_selfpay": self.amount(None, 900),
                     "fulamt_ownpay_amt": self.amount(None, 3000)}
            for name in list(parts)[1:]:
                if r.random() < 0.5:
                    parts[name] = 0
            parts["medfee_sumamt"] = sum(parts.values())
            if r.random() < 0.5:
                del parts[r.choice(sorted(parts))]
            for name, x in parts.items():
                claim[name] = fmt(oracle.whole(Fraction(x)))
        if r.random() < 0.3:
            claim["yb_use_account"] = r.choice(("yes", "no"))
            person["yb_account_balance"] = fmt(oracle.whole(self.amount(None, 5000)))
        if r.random() < 0.5:
            totals = self.totals(section)
            if totals:
                claim["yb_totals"] = totals

    def totals(self, section):
        r, out = self.rng, {}
        for name in sorted(total_names(section)):
            if r.random() < 0.8:
                out[name] = fmt(oracle.whole(self.amount()))
        return out

    def line(self):
        r = self.rng
        line = {"chrgitm_lv": r.choice(CODES["chrgitm_lv"]), "med_chrgitm_type": self.text("med_chrgitm_type")}
        if r.random() < 0.7:
            line["cnt"] = fmt(oracle.whole(Fraction(r.randint(1, 90000), r.choice((1, 10000, 10000)) if r.random() < 0.3 else 10000)))
            line["pric"] = fmt(oracle.whole(Fraction(r.randint(1, 900000000), 1000000)))
            if r.random() < 0.3:
                line["pric_uplmt_amt"] = fmt(oracle.whole(Fraction(r.randint(1, 900000000), 1000000)))
        else:
            line["det_item_fee_sumamt"] = fmt(oracle.whole(self.amount(None, 5000)))
        if r.random() < 0.5:
            line["selfpay_prop"] = fmt(Fraction(r.randint(0, 10000), 10000))
        if r.random() < 0.3:
            line["lmt_used_flag"] = r.choice(("0", "1"))
            line["hosp_appr_flag"] = r.choice(("0", "1", "2"))
        for name in ("yb_kind",):
            if r.random() < 0.3:
                line[name] = self.text(name)
        return line


def total_names(section):
    """The running totals that the layers of a section keep."""
    out = set()
    for benefit in section.get("benefits", ()):
        for layer in benefit["layers"]:
            ident = layer["id"]
            ded = layer.get("deductible")
            if isinstance(ded, dict) and "amount" in ded:
                if ded.get("per") in ("month", "year", "episode", "life"):
                    out.add("%s.deductible.%s" % (ident, ded["per"]))
                if "sum_cap" in ded:
                    out.add(ident + ".deductible.year")
            bands = layer.get("bands", {})
            if bands.get("over") in ("month", "year", "episode", "life"):
                out.add("%s.%s.%s" % (ident, "base" if bands.get("origin", "zero") == "zero" else "net", bands["over"]))
            for c in layer.get("ceilings", ()):
                if "pool" in c:
                    out.add("pool." + c["pool"])
                elif c["per"] in ("month", "year", "episode", "life"):
                    out.add("%s.%s.%s" % (ident, "paid" if c["on"] == "payment" else "base", c["per"]))
    return out


# ---------------------------------------------------------------------------------------------------------------------------------
# Expectations

HIDDEN = ("window_row", "scope.*", "paid")


def asks(vector):
    """The kind of question that a vector asks."""
    for other in ("interest", "refundable"):
        if vector.get(other) == "yes":
            return other
    return vector["ask"]


def expectation(rng, doc, vector, most=14):
    """Fill in expect: or refuse: by the oracle; false where it has no answer."""
    q = oracle.question_of(doc, vector)
    given = set(q.known)
    outcome, reason, words = vector.found = oracle.outcome_of(q)
    birth, on = q.known.get("brdy"), q.get("on")
    if not isinstance(on, Date) and "year" in vector:  # no day is given: the year is what nobody was born after
        on = doc.year_first(int(vector["year"]) + 1) - DAY
    if outcome == "error" or isinstance(birth, Date) and isinstance(on, Date) and not birth <= on <= Date(birth.year + 149, 1, 1):
        return False
    if outcome == "incomplete" and q.doubtful:
        # where it is not known whether a layer holds, the library asks for its figures too, and may find one that is left open
        return False
    if outcome == "unsupported" and reason == "no_figure" and any(w[0] != "!" for w in words):
        # a figure that is left open and a fact that is lacking: within one formula or condition the library stops at the first of them
        return False
    if outcome == "refused":
        vector["refuse"] = rng.choice((outcome, reason, words[0] if words else reason))
    elif outcome == "unsupported":
        vector["refuse"] = rng.choice((outcome, reason, words[1] if reason == "unsupported" else reason))
    elif outcome == "incomplete":
        # within one formula or condition the library names the first that is lacking, so that a name is expected where there is one only
        # of the two regions that out_of_area follows from it names either
        single = len(words) == 1 and words[0] not in ("insuplc_admdvs", "mdtrtarea_admvs")
        vector["refuse"] = rng.choice([outcome, reason] + list(words if single else []))
    else:
        names = [n for n, v in q.known.items()
                 if n not in given and n not in HIDDEN and not n.startswith("scope.") and not oracle.is_unk(v) and not isinstance(v, (tuple, frozenset))
                 and not oracle.RE_TOTAL.match(n)]
        if len(names) > most:
            names = rng.sample(sorted(names), most)
        if not names:
            return False
        vector["expect"] = {n: fmt(q.known[n]) for n in names}
    return True


# ---------------------------------------------------------------------------------------------------------------------------------
# Writing and asking

def emit(node, out):
    """A document in flow style; only what was plain `none` and `unsupported` stays plain."""
    if isinstance(node, str):
        plain = getattr(node, "plain", False) and node in ("none", "unsupported")
        out.append(str(node) if plain else json.dumps(str(node), ensure_ascii=False))
    elif isinstance(node, list):
        out.append("[")
        for i, n in enumerate(node):
            if i:
                out.append(", ")
            emit(n, out)
        out.append("]")
    else:
        out.append("{")
        for i, (k, n) in enumerate(node.items()):
            if i:
                out.append(",\n" if k in ("id", "ask") else ", ")
            out.append(json.dumps(k, ensure_ascii=False) + ": ")
            emit(n, out)
        out.append("}")


def size(node):
    """Parts of a document, as the reader's limit counts them at most."""
    if isinstance(node, dict):
        return 1 + sum(1 + size(n) for n in node.values())
    if isinstance(node, list):
        return 1 + sum(size(n) for n in node)
    return 1


def write(path, raw, vectors):
    out = []
    emit({**raw, "vectors": vectors}, out)
    with open(path, "w", encoding="utf-8") as f:
        f.write("".join(out) + "\n")


class Tool:
    """The library's tool. It is shown a folder without documents: the parents of a document are laid beside it."""

    def __init__(self, tool, nowhere):
        self.tool, self.nowhere = tool, nowhere

    def run(self, command, path):
        env = {**os.environ, "YIBAO_POLICY_PATH": self.nowhere, "LC_ALL": "C"}
        done = subprocess.run([self.tool, "policy", command, path], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return done.returncode, done.stdout.decode(), done.stderr.decode()


def failures(text, path):
    """Vector ids that failed, with what the tool says of them."""
    out, ident = {}, None
    for line in text.splitlines():
        m = re.match(re.escape(path) + r"(?::\d+)?: (\S+): FAILED", line)
        if m:
            ident = m[1]
            out[ident] = []
        elif ident and line.startswith("  "):
            out[ident].append(line.strip())
        else:
            ident = None
    return out


# ---------------------------------------------------------------------------------------------------------------------------------
# Perturbation

def parameters(node, path=(), key=None):
    """The places of figures, rates and days in a document."""
    if isinstance(node, str):
        if key in ("issuer", "docno", "url", "article", "published", "title", "note", "id", "source", "text", "zh", "en", "for", "notice",
                   "language", "label", "over", "region", "range", "medical_year", "post", "confidence", "after"):
            return
        if node.startswith("=") or oracle.RE_DATE.match(node) or oracle.RE_NUMBER.match(node) or oracle.RE_PERCENT.match(node) \
                or oracle.RE_DURATION.match(node) or re.match(r"(<?\d[\d.]*%?)?(<?\.\.<?)(\d[\d.]*%?)?$|<\d[\d.]*$", node):
            yield path
    elif isinstance(node, list):
        for i, n in enumerate(node):
            yield from parameters(n, path + (i,), key)
    elif node:
        for k, n in node.items():
            if k not in ("vectors", "sources", "channels", "channel_notes", "extends", "source", "text", "label", "rewards_from",
                         "gaps_from"):
                yield from parameters(n, path + (k,), k)


def changed(rng, text):
    """A parameter, changed a little."""
    if oracle.RE_DATE.match(text):
        return fmt(oracle.parse_date(text) + DAY * rng.choice((-31, -1, 1, 1, 15, 31)))
    numbers = [m for m in re.finditer(r"(?<![\w.\-'])\d+(?:\.\d+)?(?![\w'\-])", text)]
    if not numbers:
        return text
    m = rng.choice(numbers)
    old = m[0]
    if "." in old:
        places = len(old.split(".")[1])
        new = "%.*f" % (places, abs(float(old) + rng.choice((-1, 1)) * rng.randint(1, 9) * 10 ** -places))
    else:
        n = int(old)
        new = str(max(0, n + rng.choice((-1, 1)) * rng.choice((1, 1, 1, max(1, n // 50), max(1, n // 9)))))
    if old.startswith("0") and len(old) == 2:
        return text
    return text[:m.start()] + new + text[m.end():]


def perturbed(rng, raw, count):
    """The document with some of its parameters changed, and where."""
    places = sorted(parameters(raw), key=str)
    raw = json_copy(raw)
    what = []
    for path in rng.sample(places, min(count, len(places))):
        node = raw
        for step in path[:-1]:
            node = node[step]
        old = node[path[-1]]
        new = Text(changed(rng, old))
        new.plain = False
        node[path[-1]] = new
        what.append("%s: %s -> %s" % ("/".join(map(str, path)), old, new))
    return raw, what


def json_copy(node):
    if isinstance(node, dict):
        return {k: json_copy(v) for k, v in node.items()}
    if isinstance(node, list):
        return [json_copy(v) for v in node]
    return node


# ---------------------------------------------------------------------------------------------------------------------------------
# Runs

def profiles(raw):
    name = raw.get("profile", "national")
    return [] if name == "national" else [name + "/codes"]


class Run:
    def __init__(self, options):
        self.options = options
        self.library = Library(options.policies)
        self.top = tempfile.mkdtemp(prefix="yibao-oracle-")
        self.folder, nowhere = os.path.join(self.top, "work"), os.path.join(self.top, "nowhere")
        os.mkdir(self.folder)
        os.mkdir(nowhere)
        self.tool = Tool(options.tool, nowhere)
        self.differ = 0
        self.shown = 0
        self.refused = 0
        self.outcomes = collections.Counter()

    def batch(self, rng, ident, raw, wanted, what=()):
        """Draw up to so many cases for a document; how many were compared."""
        data = self.library.resolve(raw)
        doc = Doc(data)
        drawers = [Drawer(rng, data, ask) for ask in ASKS if (data.get(ASKS[ask]) or {}).get(NEEDS[ask])]
        # questions that only refuse, or have no section at all
        if not drawers:
            return 0
        vectors, parts = [], size({k: v for k, v in raw.items() if k != "vectors"})
        models = {d: [m for m in raw.get("vectors", ()) if asks(m) == d.ask] for d in drawers}
        tries = 0
        while len(vectors) < wanted and parts < 90000 and tries < wanted * 12:
            tries += 1
            drawer = rng.choice(drawers)
            if models[drawer] and rng.random() < 0.6:
                vector = drawer.mutate("v%d" % tries, rng.choice(models[drawer]))
            else:
                vector = drawer.draw("v%d" % tries)
            try:
                if not expectation(rng, doc, vector):
                    continue
                # most cases that are not answered say little
                if vector.found[0] != "answered" and rng.random() < (0.9 if vector.found[0] == "unsupported" else 0.5):
                    continue
            except oracle.Skip:
                continue
            except Fault as fault:
                print("%s: the oracle cannot: %s: %s" % (ident, fault, json.dumps(vector)))
                self.differ += 1
                continue
            parts += size(vector)
            vectors.append(vector)
            self.outcomes[vector.found[0]] += 1
        path = os.path.join(self.folder, ident.replace("/", "-") + ".yaml")
        write(path, raw, vectors)
        code, out, err = self.tool.run("test", path)
        if code not in (0, 1):
            print("%s: the reader refuses the batch: %s" % (ident, err.strip()))
            self.keep(path)
            os.unlink(path)
            self.differ += 1
            return 0
        failed = failures(out, path)
        m = re.search(r"^(\d+) vectors, (\d+) failed", out, re.M)
        if not m or int(m[1]) != len(vectors) or int(m[2]) != len(failed):
            print("%s: %d vectors were written, the tool says %r" % (ident, len(vectors), out[-80:]))
            self.differ += 1
        if failed:
            self.differ += len(failed)
            self.keep(path)
            by_id = {v["id"]: v for v in vectors}
            for name, lines in failed.items():
                if self.shown < self.options.show:
                    self.shown += 1
                    print("%s: %s: %s\n    the oracle: %s\n    %s%s" % (
                        ident, name, "; ".join(lines), " ".join(map(str, by_id[name].found)), json.dumps(by_id[name], ensure_ascii=False),
                        "".join("\n    changed " + w for w in what)))
        os.unlink(path)
        return len(vectors)

    def keep(self, path):
        if self.options.keep:
            os.makedirs(self.options.keep, exist_ok=True)
            with open(path, encoding="utf-8") as f, open(os.path.join(self.options.keep, os.path.basename(path)), "w",
                                                         encoding="utf-8") as g:
                g.write(f.read())

    def readable(self, raw):
        """Whether the library's reader takes a changed document."""
        path = os.path.join(self.folder, raw["id"].replace("/", "-") + ".yaml")
        write(path, raw, [])
        code, _, _ = self.tool.run("check", path)
        os.unlink(path)
        return code == 0

    def lay_parents(self, raw):
        for name in os.listdir(self.folder):
            os.unlink(os.path.join(self.folder, name))
        waiting = oracle.as_list(raw.get("extends", [])) + profiles(raw)
        while waiting:
            path = os.path.abspath(self.library.find(waiting.pop()))
            link = os.path.join(self.folder, os.path.basename(path))
            if not os.path.exists(link):
                os.symlink(path, link)
                waiting += oracle.as_list(oracle.load_yaml(path).get("extends", []))
                waiting += profiles(oracle.load_yaml(path))

    def document(self, ident, cases, deadline):
        rng = random.Random("%s %s" % (self.options.seed, ident))
        raw = oracle.load_yaml(self.library.find(ident))
        strange = oracle.unknown_keys(self.library.resolve(raw))
        if strange:
            print("%s: skipped, the oracle does not know %s" % (ident, strange))
            return 0
        self.lay_parents(raw)
        done, at = 0, 0
        while done < cases and (deadline is None or time.monotonic() < deadline):
            use, what = raw, []
            if at % 2:
                use, what = perturbed(rng, raw, rng.randint(1, 6))
                if not self.readable(use):
                    self.refused += 1
                    use, what = raw, []
            n = self.batch(rng, ident, use, min(cases - done, max(30, min(400, cases // 4))), what)
            if not n:
                break
            done += n
            at += 1
        return done


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    top = os.path.dirname(os.path.dirname(here))
    parser = argparse.ArgumentParser(description="Compare the library with the oracle on random cases.")
    parser.add_argument("--tool", default=os.path.join(top, "tools", "yibao"))
    parser.add_argument("--policies", action="append", help="a folder of documents; several times")
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--keep")
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--counts", action="store_true", help="print the number of cases of each document")
    parser.add_argument("ids", nargs="*")
    options = parser.parse_args()
    options.policies = options.policies or [os.path.join(top, "policies"), os.path.join(here, "shapes")]
    names = sorted(n for folder in options.policies for n in os.listdir(folder) if n.endswith(".yaml") and ".vectors." not in n)
    ids = options.ids or [n[:-5].replace("-", "/", 1) for n in names]
    deadline = time.monotonic() + options.seconds if options.seconds else None
    run = Run(options)
    total = 0
    for ident in ids:
        before = run.outcomes.copy()
        n = run.document(ident, options.cases, deadline)
        total += n
        if options.counts:
            print("%s: %d: %s" % (ident, n, ", ".join("%d %s" % (k, o) for o, k in sorted((run.outcomes - before).items()))), flush=True)
    shutil.rmtree(run.top)
    print("%d cases (%d answered) of %d documents, %d changed documents refused by the reader, %d differ"
          % (total, run.outcomes["answered"], len(ids), run.refused, run.differ))
    return 1 if run.differ else 0


if __name__ == "__main__":
    # the order of sets must not change from run to run: one seed draws the same cases
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, [sys.executable, "-B"] + sys.argv, {**os.environ, "PYTHONHASHSEED": "0"})
    sys.exit(main())
