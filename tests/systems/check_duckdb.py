# SPDX-License-Identifier: LGPL-2.1-or-later
"""A DuckDB query is settled as it streams, and its answers are summed by SQL, in each of the forms in which DuckDB hands out columns."""

import duckdb
import pyarrow as pa

from population import COVER, DECIMAL, ELIGIBILITY, KEEP, Bulk, bills, compare, compare_cover, covers, library, names, persons, policies, singles

# Types of the table: money is DECIMAL(16,2), or DECIMAL(9,2) where DuckDB then has 32 bits; codes are an ENUM.
CREATE = """CREATE TABLE claims (key BIGINT, psn_no VARCHAR, insuplc_admdvs VARCHAR, insutype VARCHAR, psn_type VARCHAR, psn_idet_type VARCHAR, cvlserv_flag VARCHAR,
    brdy DATE, hosp_lv {hosp_lv}, med_type VARCHAR, mdtrtarea_admvs VARCHAR, enddate {day}, yb_admission {count}, medfee_sumamt DECIMAL(16,2),
    fulamt_ownpay_amt DECIMAL(16,2), overlmt_selfpay DECIMAL(9,2), preselfpay_amt DECIMAL(16,2), yb_use_account BOOLEAN, yb_account_balance DECIMAL(9,2), mdtrt_id VARCHAR)"""

FORMS = [
    ("as it comes", {}, {"hosp_lv": "VARCHAR", "day": "DATE", "count": "INTEGER"}),
    ("enum, timestamp, ubigint", {}, {"hosp_lv": "ENUM ('01', '02', '03', '05', '08', '11', '99')", "day": "TIMESTAMP", "count": "UBIGINT"}),
    ("large strings", {"arrow_large_buffer_size": "true"}, {"hosp_lv": "VARCHAR", "day": "DATE", "count": "UTINYINT"}),
    ("string views", {"arrow_output_version": "'1.4'", "produce_arrow_string_view": "true"}, {"hosp_lv": "VARCHAR", "day": "DATE", "count": "SMALLINT"}),
    ("short decimals", {"arrow_output_version": "'1.5'"}, {"hosp_lv": "VARCHAR", "day": "TIMESTAMP_S", "count": "BIGINT"}),
    ("lossless", {"arrow_lossless_conversion": "true"}, {"hosp_lv": "VARCHAR", "day": "DATE", "count": "INTEGER"}),
]


def check(what, settings, types, documents, rows, columns, expected):
    connection = duckdb.connect()
    try:
        for setting, value in settings.items():
            connection.execute("SET %s = %s" % (setting, value))
    except duckdb.Error as error:
        print("duckdb, %s: this version has not: %s" % (what, str(error).splitlines()[0]))
        return
    connection.execute(CREATE.format(**types))
    connection.executemany("INSERT INTO claims VALUES (%s)" % ", ".join("?" * (len(rows[0]) + 1)), [[i, *row.values()] for i, row in enumerate(rows)])
    # asked on a cursor of its own, as the stream is read while another query of the connection runs
    claims = connection.cursor().sql("SELECT * FROM claims ORDER BY hash(key)")
    answers = Bulk(documents, KEEP).stream(claims, columns, DECIMAL)
    connection.register("answers", pa.RecordBatchReader.from_stream(answers))
    connection.execute("CREATE TABLE settled AS SELECT * FROM answers")
    came = pa.RecordBatchReader.from_stream(connection.sql("SELECT * FROM settled")).read_all()
    compare("duckdb, %s" % what, expected, came.to_pylist())
    # sums by SQL over the table of claims and that of answers
    asked = """SELECT insuplc_admdvs, sum(medfee_sumamt), sum(fund_pay_sumamt), sum(psn_part_amt), count(*) FROM claims JOIN settled USING (key)
        WHERE outcome = 1 GROUP BY ALL ORDER BY ALL"""
    sums = {}
    for row, single in zip(rows, expected):
        if single["outcome"] == 1:
            sum_ = sums.setdefault(row["insuplc_admdvs"], [0, 0, 0, 0])
            for i, value in enumerate([int(row["medfee_sumamt"] * 100), single["fund_pay_sumamt"], single["psn_part_amt"], 1]):
                sum_[i] += value
    found = {region: [int(total * 100), int(fund * 100), int(person * 100), count] for region, total, fund, person, count in connection.execute(asked).fetchall()}
    if found != sums:
        raise SystemExit("duckdb, %s: sums are %r, not %r" % (what, found, sums))


# The answers have the amounts of the bill too, so the table of claims is asked for its own.
documents = policies(library())
rows = bills(1500, seed=2)
columns = [name for name in names(documents) if name not in rows[0]]
expected = singles(documents, rows, columns)
for form in FORMS:
    check(*form, documents, rows, columns, expected)
# another question: days, flags and words, which become an ENUM
rows = persons(400)
connection = duckdb.connect()
connection.execute("CREATE TABLE persons (key BIGINT, insuplc_admdvs VARCHAR, insutype VARCHAR, psn_type VARCHAR, psn_idet_type VARCHAR, special_group VARCHAR, brdy DATE, "
                   '"on" DATE, paid_on DATE, yb_cover VARCHAR)')
connection.executemany("INSERT INTO persons VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [[i, *row.values()] for i, row in enumerate(rows)])
asked = connection.cursor().sql("SELECT * FROM persons")
connection.register("answers", pa.RecordBatchReader.from_stream(Bulk(documents, KEEP, ELIGIBILITY).stream(asked, COVER)))
connection.execute("CREATE TABLE covered AS SELECT * FROM answers")
came = connection.sql("SELECT * FROM covered")
compare_cover("duckdb", covers(documents, rows), [dict(zip(came.columns, row)) for row in came.fetchall()])
