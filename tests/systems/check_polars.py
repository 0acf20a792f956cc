# SPDX-License-Identifier: LGPL-2.1-or-later
"""A Polars frame goes through the library and back, without pyarrow: strings are views there, categories dictionaries of them."""

import polars as pl

from population import COVER, DECIMAL, ELIGIBILITY, KEEP, Bulk, bills, compare, compare_cover, covers, library, names, persons, policies, singles

FORMS = {
    "strings": {},
    "categories": {"insuplc_admdvs": pl.Categorical, "psn_type": pl.Categorical, "med_type": pl.Categorical},
    "enums": {"hosp_lv": pl.Enum(["01", "02", "03", "05", "08", "11", "99"]), "insutype": pl.Enum(["310", "390"])},
    "moments and short numbers": {"enddate": pl.Datetime("us"), "brdy": pl.Datetime("ns"), "yb_admission": pl.UInt8},
    "long numbers": {"enddate": pl.Datetime("ms"), "yb_admission": pl.UInt64},
}


def frame(rows, form):
    kinds = {name: pl.Decimal(16, 2) for name in ("medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "yb_account_balance")}
    kinds |= {"brdy": pl.Date, "enddate": pl.Date, "yb_use_account": pl.Boolean, "yb_admission": pl.Int32}
    data = {"key": pl.Series(range(len(rows)), dtype=pl.Int64)}
    for name in rows[0]:
        data[name] = pl.Series([row[name] for row in rows], dtype=kinds.get(name, pl.String)).cast(form.get(name, kinds.get(name, pl.String)))
    return pl.DataFrame(data)


def through(documents, claims, columns, flags):
    return pl.DataFrame(Bulk(documents, KEEP).stream(claims, columns, flags))


documents = policies(library())
rows = bills(1500, seed=3)
columns = names(documents)
expected = singles(documents, rows, columns)
for what, form in FORMS.items():
    claims = frame(rows, form)
    came = through(documents, claims, columns, DECIMAL)
    compare("polars, %s" % what, expected, came.to_dicts())
    assert through(documents, claims[700:800], columns, DECIMAL).equals(came[700:800])
    assert through(documents, claims[700:700], columns, DECIMAL).equals(came[700:700])
    parts = pl.concat([claims[0:10], claims[10:11], claims[11:]], rechunk=False)
    assert through(documents, parts, columns, DECIMAL).equals(came)
# what Polars works out of the answers
claims = frame(rows, {})
came = through(documents, claims, columns, 0)
total = came.filter(pl.col("outcome") == 1).select(pl.col("hifp_pay").sum()).item()
assert total == sum(single["hifp_pay"] for single in expected if single["outcome"] == 1)
joined = claims.select("key", "hosp_lv").join(came, on="key").filter(pl.col("outcome") == 1).group_by("hosp_lv").agg(pl.col("hifp_pay").sum())
for level, fund in joined.rows():
    assert fund == sum(single["hifp_pay"] for row, single in zip(rows, expected) if single["outcome"] == 1 and row["hosp_lv"] == level)
print("polars: sums by level of hospital are those of single answers")
# another question: days, flags and words
rows = persons(400)
asked = pl.DataFrame({"key": range(len(rows))} | {name: [row[name] for row in rows] for name in rows[0]})
came = pl.DataFrame(Bulk(documents, KEEP, ELIGIBILITY).stream(asked, COVER))
compare_cover("polars", covers(documents, rows), came.to_dicts())
