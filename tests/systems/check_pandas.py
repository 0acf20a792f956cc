# SPDX-License-Identifier: LGPL-2.1-or-later
"""A pandas frame goes through the library and back: its own strings, categories, moments and numbers with nulls, and columns of Arrow types."""

import pandas as pd
import pyarrow as pa

from population import KEEP, Bulk, bills, compare, library, names, policies, singles

YUAN = pd.ArrowDtype(pa.decimal128(16, 2))
MONEY = ("medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "yb_account_balance")


def frame(rows, text, fen):
    """Money as decimals of Arrow, or as whole fen in the integers of pandas that may be null."""
    data = {"key": pd.Series(range(len(rows)), dtype="int64")}
    for name in rows[0]:
        values = [row[name] for row in rows]
        if name in MONEY:
            data[name] = pd.Series([None if v is None else int(v * 100) for v in values], dtype="Int64") if fen else pd.Series(values, dtype=YUAN)
        elif name in ("brdy", "enddate"):
            data[name] = pd.to_datetime(pd.Series(values))
        elif name == "yb_use_account":
            data[name] = pd.Series(values, dtype="boolean")
        elif name == "yb_admission":
            data[name] = pd.Series(values, dtype="Int16")
        else:
            data[name] = pd.Series(values, dtype="str").astype(text if name not in ("psn_no", "mdtrt_id") else "str")
    return pd.DataFrame(data)


documents = policies(library())
rows = bills(1500, seed=5)
columns = names(documents)
expected = singles(documents, rows, columns)
for text in ("str", "category"):
    for fen in (False, True):
        claims = frame(rows, text, fen)
        came = pa.RecordBatchReader.from_stream(Bulk(documents, KEEP).stream(claims, columns)).read_pandas(types_mapper=pd.ArrowDtype)
        compare("pandas, %s, %s" % (text, "fen" if fen else "yuan"), expected, [
            {name: None if value is pd.NA else value for name, value in row.items()} for row in came.to_dict("records")])
        total = came.loc[came["outcome"] == 1, "hifp_pay"].sum()
        assert total == sum(single["hifp_pay"] for single in expected if single["outcome"] == 1), total
