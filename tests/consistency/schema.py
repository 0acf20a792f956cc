# SPDX-License-Identifier: LGPL-2.1-or-later
"""The schema of policy documents, against the documents there are and a list of faulty ones. See schema.sh."""
import glob
import json
import os
import re
import sys

import yaml
from jsonschema import Draft202012Validator


class Loader(yaml.SafeLoader):
    """YAML 1.2, as editors read it: `yes`, `on` and dates are text, and so is `01`."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"~|null|", "~n"),
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?[0-9]+\.[0-9]+", "-+0123456789"),
):
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile("^(?:" + pattern + ")$"), list(first) + ([""] if tag == "null" else []))


def with_text_keys(value):
    if isinstance(value, dict):
        return {str(key): with_text_keys(each) for key, each in value.items()}
    if isinstance(value, list):
        return [with_text_keys(each) for each in value]
    return value


def read(text, loader=Loader):
    return with_text_keys(yaml.load(text, loader))


def place(error):
    return "/".join(str(part) for part in error.absolute_path) or "the document"


# --- faulty documents: what is changed, and how

HEAD = """
language: 1
id: 990100/390
title: Example
sources:
  s: {issuer: invented, docno: example, confidence: official}
"""
CHARGE = "fee: {source: s, charges: [{id: a, payers: {person: %s}}]}"
LAYER = "reimburse: {source: s, benefits: [{id: b, layers: [{id: l, pays: hifp_pay, ratio: 80%%, %s}]}]}"
FAULTY = {
    "no language": (HEAD.replace("language: 1", ""), ""),
    "another language": (HEAD.replace("language: 1", "language: 2"), ""),
    "no title": (HEAD.replace("title: Example", ""), ""),
    "no sources": (HEAD.split("sources:")[0], ""),
    "an id without a scheme": (HEAD.replace("990100/390", "990100"), ""),
    "a source of the head": (HEAD, "source: s"),
    "an unknown section": (HEAD, "amendments: []"),
    "a source without issuer": (HEAD.replace("issuer: invented, ", ""), ""),
    "a source without docno and url": (HEAD.replace("docno: example, ", ""), ""),
    "a word that is no confidence": (HEAD.replace("official", "certain"), ""),
    "a medical year on 29 February": (HEAD, "medical_year: 02-29"),
    "another month end": (HEAD, "month_end: round"),
    "a rounding of values": (HEAD, "round: none"),
    "another profile": (HEAD, "profile: local"),
    "codes of no field": (HEAD, "codes: {source: s, med_typ: {rows: []}}"),
    "codes without rows": (HEAD, "codes: {source: s, med_type: {open: yes}}"),
    "a row without a code": (HEAD, "codes: {source: s, med_type: {rows: [{zh: a}]}}"),
    "a code with a bar": (HEAD, "codes: {source: s, med_type: {rows: [{code: 21|22}]}}"),
    "a code of seven digits": (HEAD, "codes: {source: s, med_type: {rows: [{code: 2101011}]}}"),
    "another length of codes": (HEAD, "codes: {source: s, hosp_lv: {pad: 5, rows: []}}"),
    "a code that was once another": (HEAD, "codes: {source: s, med_type: {rows: [{code: 21, was: 22}]}}"),
    "to with through": (HEAD, "from: 2025-01-01\nto: 2026-01-01\nthrough: 2026-01-01"),
    "no day": (HEAD, "from: 2025-13-01"),
    "money with three decimals": (HEAD, CHARGE % '"1.234"'),
    "money with a separator": (HEAD, CHARGE % '"1,234"'),
    "money below zero": (HEAD, CHARGE % "-1"),
    "a rate for money": (HEAD, CHARGE % "5%"),
    "an empty formula": (HEAD, CHARGE % '"= "'),
    "a list for money": (HEAD, CHARGE % "[1, 2]"),
    "a table without rows": (HEAD, CHARGE % "{by: retired}"),
    "a table with another hit": (HEAD, CHARGE % "{by: retired, hit: last, rows: [[any, 1]]}"),
    "a table beside a dated list": (HEAD, CHARGE % "{by: retired, rows: [[any, 1]], dated: [{value: 1}]}"),
    "a dated entry without value": (HEAD, CHARGE % "{dated: [{from: 2025-01-01}]}"),
    "a default without exceptions": (HEAD, CHARGE % "{default: 1}"),
    "an exception without label": (HEAD, CHARGE % "{default: 1, except: [{when: {age: <18}, value: 2}]}"),
    "a slot of nothing": (HEAD, CHARGE % "{source: s}"),
    "a charge without payers": (HEAD, "fee: {source: s, charges: [{id: a}]}"),
    "a charge without id": (HEAD, "fee: {source: s, charges: [{payers: {person: 1}}]}"),
    "an id with a dot": (HEAD, "fee: {source: s, charges: [{id: a.b, payers: {person: 1}}]}"),
    "a payer called total": (HEAD, "fee: {source: s, charges: [{id: a, payers: {total: 1}}]}"),
    "another period": (HEAD, "fee: {source: s, charges: [{id: a, period: week, payers: {person: 1}}]}"),
    "a label of one text": (HEAD, "fee: {source: s, charges: [{id: a, label: hello, payers: {person: 1}}]}"),
    "a when of text": (HEAD, "fee: {source: s, charges: [{id: a, when: retired, payers: {person: 1}}]}"),
    "a cell with >": (HEAD, "fee: {source: s, charges: [{id: a, when: {age: '>70'}, payers: {person: 1}}]}"),
    "an empty list of sources": (HEAD, "fee: {source: [], charges: [{id: a, payers: {person: 1}}]}"),
    "a misspelt key": (HEAD, "fee: {source: s, chrages: []}"),
    "a window without year": (HEAD, "fee: {source: s, windows: [{rows: []}]}"),
    "a window called none": (HEAD, "fee: {source: s, windows: [{for: 2026, rows: [{id: none, from: 2025-10-01}]}]}"),
    "a window without days": (HEAD, "fee: {source: s, windows: [{for: 2026, rows: [{id: main}]}]}"),
    "a refusal in one language": (HEAD, "fee: {source: s, refuse: [{id: a, text: {en: no}}]}"),
    "a drop without source": (HEAD, "fee: {source: s, drop: [{id: a}]}"),
    "a credit without amount": (HEAD, "refund: {source: s, credits: [{id: a}]}"),
    "a deduction without amount": (HEAD, "refund: {source: s, credits: [{id: a, amount: 1, less: [{id: b}]}]}"),
    "a posting day with a year": (HEAD, "refund: {source: s, post: 2025-07-01}"),
    "a rule without an anchor": (HEAD, "eligibility: {source: s, rules: [{id: a}]}"),
    "a wait without a unit": (HEAD, "eligibility: {source: s, rules: [{id: a, count_from: = paid_on, fixed: 3}]}"),
    "a share of 65": (HEAD, "eligibility: {source: s, rules: [{id: a, count_from: = paid_on, during: 65}]}"),
    "a reward of another kind": (HEAD, "eligibility: {source: s, rewards: [{id: a, kind: loyal, step: 1}]}"),
    "a long break": (HEAD, "eligibility: {source: s, break_at_most: 25 months}"),
    "a benefit without layers": (HEAD, "reimburse: {source: s, benefits: [{id: b, layers: []}]}"),
    "a layer without a fund": (HEAD, "reimburse: {source: s, benefits: [{id: b, layers: [{id: l, ratio: 80%}]}]}"),
    "a layer of another fund": (HEAD, "reimburse: {source: s, benefits: [{id: b, layers: [{id: l, pays: bank, ratio: 80%}]}]}"),
    "a layer without ratio": (HEAD, "reimburse: {source: s, benefits: [{id: b, layers: [{id: l, pays: maf_pay}]}]}"),
    "two ratios": (HEAD, LAYER % "bands: {ratio: 1}"),
    "a deductible by the week": (HEAD, LAYER % "deductible: {amount: 1, per: week}"),
    "a modifier of two kinds": (HEAD, LAYER % "modify: [{id: m, add: 5%, times: 1/2}]"),
    "a ceiling on nothing": (HEAD, LAYER % "ceilings: [{per: year, amount: 1}]"),
    "a ceiling without a period": (HEAD, LAYER % "ceilings: [{on: cost, amount: 1}]"),
    "an account that pays first": (HEAD, "reimburse: {source: s, account: {pays: [own], after: nothing}}"),
    "a check without a text": (HEAD, "checks: {rules: [{id: c, holds: = 1 = 1}]}"),
    "a check of no shape": (HEAD, "checks: {rules: [{id: c, text: {zh: a, en: a}}]}"),
    "a check of two shapes": (HEAD, "checks: {rules: [{id: c, rising: [1, 2], falling: [2, 1], text: {zh: a, en: a}}]}"),
    "a sum of nothing": (HEAD, "checks: {rules: [{id: c, sums_to: 1, text: {zh: a, en: a}}]}"),
    "a check of another severity": (HEAD, "checks: {rules: [{id: c, severity: fatal, rising: [1, 2], text: {zh: a, en: a}}]}"),
    "a check asked with another question": (HEAD, "checks: {rules: [{id: c, asks: [tax], rising: [1, 2], text: {zh: a, en: a}}]}"),
    "a check along two facts": (HEAD, "checks: {rules: [{id: c, rising: a, along: {b: [1, 2], c: [1, 2]}, text: {zh: a, en: a}}]}"),
    "a catalogue without rows": (HEAD, "catalogue: {source: s, columns: [hilist_code]}"),
    "a catalogue of another column": (HEAD, "catalogue: {source: s, columns: [hilist_code, price], rows: []}"),
    "a row that is no list": (HEAD, "catalogue: {source: s, columns: [hilist_code], rows: [A]}"),
    "the highest price": (HEAD, "reimburse: {source: s, split: {catalogues: [990000/items], price: highest}}"),
    "an unlisted item for free": (HEAD, "reimburse: {source: s, split: {catalogues: [990000/items], unlisted: free}}"),
    "a year by the month": (HEAD, "reimburse: {source: s, year_by: month}"),
    "a deductible of a split, twice": (HEAD, "reimburse: {source: s, year_by: split, split_deductible: twice}"),
    "an attribute without type": (HEAD, "attributes: {a: {of: person}}"),
    "an attribute of the cover": (HEAD, "attributes: {a: {type: flag, of: cover}}"),
    "a range with one end": (HEAD, "attributes: {a: {type: count, range: 5..}}"),
    "a series of short years": (HEAD, "series: {w: {unit: money, years: {25: 1}}}"),
    "a series without unit": (HEAD, "series: {w: {years: {2025: 1}}}"),
    "a gap without text": (HEAD, "unsupported: [{id: a, touches: fee, source: s}]"),
    "a gap that touches nothing": (HEAD, "unsupported: [{id: a, text: b, touches: all, source: s}]"),
    "a vector without a question": (HEAD, "vectors: [{id: a, expect: {}}]"),
    "a vector that expects nothing": (HEAD, "vectors: [{id: a, ask: fee}]"),
    "a vector of another question": (HEAD, "vectors: [{id: a, ask: tax, refuse: x}]"),
    "a derived figure that is no formula": (HEAD, "vectors: [{id: a, ask: fee, refuse: x, derive: {b: 3}}]"),
    "a channel of another kind": (HEAD, "channels: [{id: a, kind: fax, operator: {zh: a, en: a}, label: {zh: a, en: a}, can: {pay: yes}}]"),
    "a channel in one language": (HEAD, "channels: [{id: a, kind: web, operator: {zh: a}, label: {zh: a, en: a}, can: {pay: yes}}]"),
    "a channel that can do nothing": (HEAD, "channels: [{id: a, kind: web, operator: {zh: a, en: a}, label: {zh: a, en: a}, can: {}}]"),
    "a payment that is printed": (HEAD, "channels: [{id: a, kind: web, operator: {zh: a, en: a}, label: {zh: a, en: a}, can: {pay: print}}]"),
}


def main(root):
    with open(os.path.join(root, "doc/yibao-policy.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    bad = 0
    paths = []
    for pattern in ("policies/*.yaml", "tests/cases/*.yaml", "tests/shapes/*.yaml", "tests/shapes/*.d/*.yaml", "examples/*.yaml", "bench/*.yaml"):
        paths += sorted(glob.glob(os.path.join(root, pattern)))
    for path in paths:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for loader, kind in ((Loader, "typed"), (yaml.BaseLoader, "text")):
            errors = list(validator.iter_errors(read(text, loader)))
            for error in errors[:3]:
                print("%s (%s): %s: %s" % (os.path.relpath(path, root), kind, place(error), error.message[:200]))
            bad += bool(errors)
    refused = 0
    for name, (head, rest) in FAULTY.items():
        if validator.is_valid(read(head + rest + "\n")):
            print("accepted: " + name)
            bad += 1
        else:
            refused += 1
    print("%d documents accepted, %d faulty ones refused, %d surprises" % (len(paths), refused, bad))
    return 1 if bad or not paths else 0


sys.exit(main(sys.argv[1]))
