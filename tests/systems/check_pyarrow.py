# SPDX-License-Identifier: LGPL-2.1-or-later
"""A pyarrow table goes through the library and back: chunks, slices, nulls, dictionaries, decimals, int64, dates, and streams that fail."""

import datetime

import pyarrow as pa

import library
from population import COVER, DECIMAL, ELIGIBILITY, KEEP, Bulk, bills, compare, compare_cover, covers, library as load, names, persons, policies, singles

MONEY = ["medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "yb_account_balance"]
DAYS = ["brdy", "enddate"]
TEXTS = ["psn_no", "insuplc_admdvs", "insutype", "psn_type", "psn_idet_type", "cvlserv_flag", "hosp_lv", "med_type", "mdtrtarea_admvs", "mdtrt_id"]


def column(rows, name, kind):
    """The values of a column as a type holds them: of integers money is in fen."""
    values = [row[name] for row in rows]
    if name in MONEY and pa.types.is_integer(kind):
        values = [None if value is None else int(value * 100) for value in values]
    if pa.types.is_dictionary(kind):
        return pa.array(values, kind.value_type).dictionary_encode().cast(kind)
    if pa.types.is_timestamp(kind) or pa.types.is_date64(kind):
        return pa.array(values, pa.date32()).cast(kind)
    return pa.array(values, kind)


def table(rows, text, money, day, count):
    kinds = {name: text for name in TEXTS} | {name: money for name in MONEY} | {name: day for name in DAYS}
    kinds |= {"yb_admission": count, "yb_use_account": pa.bool_()}
    arrays = [pa.array(range(len(rows)), pa.int64())] + [column(rows, name, kinds[name]) for name in rows[0]]
    return pa.table(arrays, names=["key"] + list(rows[0]))


def chunked(whole, sizes):
    """The same table in chunks, each a slice of the whole, some without a row."""
    parts, at, i = [], 0, 0
    while at < whole.num_rows:
        parts.append(whole.slice(at, sizes[i % len(sizes)]))
        at += sizes[i % len(sizes)]
        i += 1
    return pa.concat_tables(parts)


def through(documents, claims, columns, flags):
    answers = Bulk(documents, KEEP).stream(claims, columns, flags)
    return pa.RecordBatchReader.from_stream(answers).read_all()


def check_types(documents, rows, columns, expected):
    dictionary = pa.dictionary(pa.int8(), pa.string())
    shapes = [
        ("string, decimal128, date32", pa.string(), pa.decimal128(16, 2), pa.date32(), pa.int32()),
        ("large_string, int64, date64", pa.large_string(), pa.int64(), pa.date64(), pa.int64()),
        ("string_view, decimal64, timestamp[us]", pa.string_view(), pa.decimal64(16, 2), pa.timestamp("us"), pa.uint8()),
        ("dictionary of int8, decimal128(38, 2), timestamp[ns]", None, pa.decimal128(38, 2), pa.timestamp("ns"), pa.uint64()),
        ("dictionary of uint32 of large_string, int64, timestamp[s]", pa.dictionary(pa.uint32(), pa.large_string()), pa.int64(), pa.timestamp("s"), pa.int16()),
        ("dictionary of string_view, int64, date32", pa.dictionary(pa.int16(), pa.string_view()), pa.int64(), pa.date32(), pa.uint16()),
    ]
    for what, text, money, day, count in shapes:
        try:
            claims = table(rows, text or pa.string(), money, day, count)
        except (pa.ArrowNotImplementedError, pa.ArrowInvalid) as error:
            if "view" not in what:
                raise
            print("%s: this pyarrow does not make it: %s" % (what, error))
            continue
        if text is None:  # of few texts only
            for name in TEXTS[1:-1]:
                claims = claims.set_column(claims.column_names.index(name), name, claims[name].dictionary_encode().cast(dictionary))
        for flags in (0, DECIMAL):
            came = through(documents, claims, columns, flags)
            compare("pyarrow, %s%s" % (what, " and back as decimals" if flags else ""), expected, came.to_pylist())


def check_shapes(documents, rows, columns, expected):
    whole = table(rows, pa.string(), pa.decimal128(16, 2), pa.date32(), pa.int32())
    one = through(documents, whole, columns, 0)
    came = through(documents, chunked(whole, [100, 1, 0, 37, 500]), columns, 0)
    assert came.combine_chunks().equals(one.combine_chunks()) and came.column("key").num_chunks > 10
    compare("pyarrow, in chunks", expected, came.to_pylist())
    bulk = Bulk(documents, KEEP)
    batches = [bulk.run(batch, columns) for batch in chunked(whole, [64]).to_batches()]
    assert pa.Table.from_batches(batches).combine_chunks().equals(one.combine_chunks())
    compare("pyarrow, batch by batch", expected, [row for batch in batches for row in batch.to_pylist()])
    sliced = whole.combine_chunks().to_batches()[0].slice(333, 100)
    assert bulk.run(sliced, columns).equals(one.combine_chunks().to_batches()[0].slice(333, 100))
    assert bulk.run(sliced.slice(50, 0), columns).num_rows == 0
    nothing = whole.set_column(whole.column_names.index("brdy"), "brdy", pa.nulls(len(rows)))
    without = singles(documents, [row | {"brdy": None} for row in rows], columns)
    compare("pyarrow, a column of nulls", without, through(documents, nothing, columns, 0).to_pylist())


def check_faults(documents, rows):
    whole = table(rows, pa.string(), pa.decimal128(16, 2), pa.date32(), pa.int32())

    def breaking():
        yield from whole.slice(0, 300).to_batches(max_chunksize=100)
        raise OSError("the line is cut")

    reader = pa.RecordBatchReader.from_stream(Bulk(documents, KEEP).stream(pa.RecordBatchReader.from_batches(whole.schema, breaking())))
    assert [reader.read_next_batch().num_rows for _ in range(3)] == [100, 100, 100]
    try:
        reader.read_next_batch()
        raise SystemExit("a stream that fails does not fail")
    except (OSError, pa.ArrowException) as error:
        assert "the line is cut" in str(error), error
    for name, kind, says in (("medfee_sumamt", pa.float64(), "floating point"), ("medfee_sumamt", pa.decimal128(18, 4), "2 places"),
                             ("enddate", pa.timestamp("us", "Asia/Shanghai"), "zone")):
        other = whole.set_column(whole.column_names.index(name), name, whole[name].cast(pa.timestamp("us")).cast(kind) if name == "enddate" else whole[name].cast(kind))
        try:
            Bulk(documents, KEEP).stream(other)
            raise SystemExit("%s of %s is taken" % (kind, name))
        except library.Failure as failure:
            assert failure.name == "YB_E_UNIT" and name in str(failure) and says in str(failure), failure
    # a stream that nobody reads to its end, and one that nobody reads at all
    reader = pa.RecordBatchReader.from_stream(Bulk(documents, KEEP).stream(chunked(whole, [10])))
    reader.read_next_batch()
    del reader
    Bulk(documents, KEEP).stream(whole).__arrow_c_stream__()
    Bulk(documents, KEEP).stream(whole)
    print("pyarrow: what fails says why, what is left unread is let go")


def check_histories(documents, rows):
    """In one batch, in batches of whole persons, in batches that cut persons, and strewn over batches by their days: the same."""
    rows = [row | {"yb_admission": None} for row in rows if row["psn_no"]]
    rows.sort(key=lambda row: (row["psn_no"], row["enddate"] or datetime.date.max, row["mdtrt_id"] or ""))
    whole = table(rows, pa.string(), pa.decimal128(16, 2), pa.date32(), pa.int32()).drop_columns(["yb_admission"])
    columns = ["hifp_pay", "psn_part_amt", "basic.deductible"]
    one = Bulk(documents, KEEP).run(whole.combine_chunks().to_batches()[0], columns, library.HISTORIES)
    alone = Bulk(documents, KEEP).run(whole.combine_chunks().to_batches()[0], columns)
    assert not one.equals(alone)
    ends = [i for i in range(1, len(rows)) if rows[i]["psn_no"] != rows[i - 1]["psn_no"]][::50] + [len(rows)]
    parts, at = [], 0
    for end in ends:
        parts.append(whole.slice(at, end - at))
        at = end
    came = through(documents, pa.concat_tables(parts), columns, library.HISTORIES)
    assert came.combine_chunks().to_batches()[0].equals(one)
    came = through(documents, chunked(whole, [1, 2, 7]), columns, library.HISTORIES)
    assert came.combine_chunks().to_batches()[0].equals(one)
    order = pa.array(sorted(range(len(rows)), key=lambda i: (rows[i]["enddate"] or datetime.date.max, rows[i]["mdtrt_id"] or "", i)))
    strewn = through(documents, chunked(whole.take(order), [3, 100, 11]), columns, library.HISTORIES | library.STREWN)
    assert strewn.combine_chunks().equals(pa.Table.from_batches([one]).take(order).combine_chunks())
    turned = whole.take(pa.array(range(len(rows) - 1, -1, -1)))
    for flags, says in ((library.HISTORIES, "psn_no"), (library.HISTORIES | library.STREWN, "comes before a row of the person")):
        try:
            through(documents, chunked(turned, [100]), columns, flags)
            raise SystemExit("histories are answered against their order")
        except (OSError, pa.ArrowException) as error:
            assert says in str(error), error
    print("pyarrow: %d rows as histories, in one batch, in %d, cut anywhere and strewn" % (len(rows), len(ends)))


def check_cover(documents):
    """Of another question: days as date32, flags as bool, words as a dictionary."""
    rows = persons(600)
    kinds = {"brdy": pa.date32(), "on": pa.date32(), "paid_on": pa.date32()}
    asked = pa.table([pa.array(range(len(rows)))] + [pa.array([row[name] for row in rows], kinds.get(name, pa.string())) for name in rows[0]], ["key"] + list(rows[0]))
    stream = Bulk(documents, KEEP, ELIGIBILITY).stream(chunked(asked, [100, 7, 0, 300]), COVER)
    came = pa.RecordBatchReader.from_stream(stream).read_all()
    assert came.schema.field("start").type == pa.date32() and came.schema.field("covered").type == pa.bool_()
    assert came.schema.field("rule").type == pa.dictionary(pa.int32(), pa.string())
    came.validate(full=True)
    compare_cover("pyarrow", covers(documents, rows), came.to_pylist())


documents = policies(load())
rows = bills(2000)
columns = names(documents)
expected = singles(documents, rows, columns)
assert {single["outcome"] for single in expected} >= {1, 3, library.ROW_BAD}
check_types(documents, rows, columns, expected)
check_shapes(documents, rows, columns, expected)
check_faults(documents, rows)
check_histories(documents, rows)
check_cover(documents)
