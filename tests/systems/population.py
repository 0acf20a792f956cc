# SPDX-License-Identifier: LGPL-2.1-or-later
"""Bills of every kind, the same in every run, and what each comes to when it is asked alone."""

import datetime
import json
import os
import random
from decimal import Decimal

from library import DECIMAL, ELIGIBILITY, Bulk, Library, Policies, Single

KEEP = ["key"]
# two results of layers beside what every settlement has
LAYERS = ["basic.base", "basic.deductible"]

REGIONS = [("110000", "310"), ("110000", "390"), ("420100", "310"), ("420100", "390"), ("310000", "310"), ("500000", "390"), ("340100", "390"),
           ("990000", "310")]
LEVELS = ["01", "02", "03", "05", "08", "11"]


def library():
    return Library(os.environ["YB_LIBRARY"])


def policies(lib=None):
    return Policies(lib or library(), os.environ["YIBAO_POLICY_PATH"])


def yuan(dice, most):
    return Decimal(dice.randrange(most * 100)) / 100


def bill(dice):
    """One bill; one in ten is not complete, one in fifty cannot be."""
    region, scheme = dice.choice(REGIONS)
    total = yuan(dice, dice.choice([200, 5000, 60000, 900000]))
    row = {
        "psn_no": "person number %06d" % dice.randrange(400),
        "insuplc_admdvs": region,
        "insutype": scheme,
        "psn_type": dice.choice(["1101", "1101", "1201"]) if scheme == "310" else dice.choice(["1501", "1502"]),
        "psn_idet_type": "",
        "cvlserv_flag": "0",
        "brdy": datetime.date(1940 + dice.randrange(70), 1 + dice.randrange(12), 1 + dice.randrange(28)),
        "hosp_lv": dice.choice(LEVELS),
        "med_type": dice.choice(["21", "21", "11"]),
        "mdtrtarea_admvs": region,
        "enddate": datetime.date(2026, 1, 1) + datetime.timedelta(days=dice.randrange(330)),
        "yb_admission": 1 + dice.randrange(4),
        "medfee_sumamt": total,
        "fulamt_ownpay_amt": (total * dice.randrange(20) / 100).quantize(Decimal("0.01")),
        "overlmt_selfpay": Decimal(0),
        "preselfpay_amt": (total * dice.randrange(10) / 100).quantize(Decimal("0.01")),
        "yb_use_account": dice.random() < 0.5,
        "yb_account_balance": yuan(dice, 3000),
    }
    if dice.random() < 0.1:
        row[dice.choice(list(row))] = None
    if dice.random() < 0.02:
        row.update(dice.choice([{"hosp_lv": "99"}, {"fulamt_ownpay_amt": total + 1}, {"medfee_sumamt": Decimal("-0.01")},
                                {"psn_type": "a long text that is no code of anything"}]))
    return row


def bills(count, seed=1):
    dice = random.Random(seed)
    return [bill(dice) | {"mdtrt_id": "bill %07d" % i} for i in range(count)]  # so the bills of one day have an order of their own


def names(documents):
    return Bulk(documents).outputs() + LAYERS


def singles(documents, rows, columns):
    single = Single(documents)
    return [single.settle(row, columns) for row in rows]


COVER = ["covered", "rule", "start", "until", "wait.months", "wait.days", "window", "gap_years", "gap_start", "continuous_months"]


def person(dice):
    """One person asked about cover; some of a history that is not known, that cannot be, or of which a day is not told."""
    scheme = dice.choice(["310", "390", "390"])
    years = sorted(dice.sample(range(2018, 2027), dice.randrange(7)))
    history = [{"insutype": "390", "year": year, "paid_on": "%d-11-%02d" % (year - 1, 1 + dice.randrange(28))} for year in years]
    if scheme == "310":
        history = [{"insutype": "310", "begin": "%d-01-01" % year, "end": "%d-%02d-28" % (year, 1 + dice.randrange(12))} for year in years]
    row = {
        "insuplc_admdvs": dice.choice(["420100", "420100", "310000", "110000", "340100", "990000"]),
        "insutype": scheme,
        "psn_type": "1103" if scheme == "310" else "1501",
        "psn_idet_type": "",
        "special_group": "no",
        "brdy": datetime.date(1950 + dice.randrange(60), 1 + dice.randrange(12), 1 + dice.randrange(28)),
        "on": datetime.date(2026, 1, 1) + datetime.timedelta(days=dice.randrange(330)),
        "paid_on": datetime.date(2025, 9, 1) + datetime.timedelta(days=dice.randrange(300)) if dice.random() < 0.7 else None,
        "yb_cover": json.dumps(history) if dice.random() < 0.9 else dice.choice([None, "[", '[{"insutype": "390"}]', "[]"]),
    }
    return row


def persons(count, seed=1):
    dice = random.Random(seed)
    return [person(dice) for _ in range(count)]


def covers(documents, rows):
    single = Single(documents)
    return [single.eligible(row, COVER) for row in rows]


def compare_cover(what, expected, answers):
    """Likewise of cover: whatever type a column came in, Python has the same of it."""
    for answer in answers:
        single = expected[answer["key"]]
        for name, value in single.items():
            if answer[name] != value or isinstance(answer[name], bool) != isinstance(value, bool):
                raise SystemExit("%s: row %d: %s is %r, by yb_eligibility() %r" % (what, answer["key"], name, answer[name], value))
    if len(expected) != len(answers) or len({answer["key"] for answer in answers}) != len(answers):
        raise SystemExit("%s: %d rows came back of %d" % (what, len(answers), len(expected)))
    outcomes = {single["outcome"] for single in expected}
    covered = sum(bool(single["covered"]) for single in expected)
    assert outcomes >= {1, 255} and 0 < covered < len(expected), outcomes
    print("%s: %d rows of persons, outcomes %s, %d are covered" % (what, len(answers), sorted(outcomes), covered))


def fen(value):
    """An amount that came back, in fen: whole fen or decimal yuan."""
    if value is None or isinstance(value, int):
        return value
    assert isinstance(value, Decimal) and value * 100 == int(value * 100), value
    return int(value * 100)


def compare(what, expected, answers):
    """Rows that came back, each with its key, against single answers: all there, once, in every column."""
    seen = 0
    for answer in answers:
        single = expected[answer["key"]]
        for name, value in single.items():
            came = answer[name] if name in ("outcome", "status") else fen(answer[name])
            if came != value:
                raise SystemExit("%s: row %d: %s is %r, by yb_settle() %r" % (what, answer["key"], name, answer[name], value))
        seen += 1
    if seen != len(expected) or len({answer["key"] for answer in answers}) != seen:
        raise SystemExit("%s: %d rows came back of %d" % (what, seen, len(expected)))
    outcomes = {single["outcome"] for single in expected}
    paid = sum(single["hifp_pay"] or 0 for single in expected)
    print("%s: %d rows, outcomes %s, the pooled fund pays %d.%02d" % (what, seen, sorted(outcomes), paid // 100, paid % 100))


__all__ = ["COVER", "DECIMAL", "ELIGIBILITY", "KEEP", "Bulk", "bills", "compare", "compare_cover", "covers", "persons", "library", "names", "policies", "singles"]
