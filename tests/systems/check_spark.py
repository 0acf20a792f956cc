# SPDX-License-Identifier: LGPL-2.1-or-later
"""
A population in partitions is settled by Spark on two worker processes, each with the library of its own, by mapInArrow; the result is,
bit for bit, that of one process with all rows. So are the histories of persons, whose rows are brought together by repartition().
"""

import os
import sys

import pyarrow as pa
from pyspark.sql import SparkSession

import library
from population import KEEP, bills
from spark_worker import COLUMNS, settler

HERE = os.path.dirname(os.path.abspath(__file__))
PARTITIONS = 6


def claims_of(rows):
    kinds = {name: pa.decimal128(16, 2) for name in ("medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "yb_account_balance")}
    kinds |= {"brdy": pa.date32(), "enddate": pa.date32(), "yb_use_account": pa.bool_(), "yb_admission": pa.int32()}
    arrays = [pa.array([row[name] for row in rows], kinds.get(name, pa.string())) for name in rows[0]]
    return pa.table([pa.array(range(len(rows)), pa.int64())] + arrays, names=["key"] + list(rows[0]))


def bits(table):
    """The bytes of a table in one batch in the order of its keys."""
    whole = table.sort_by("key").combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, whole.schema) as writer:
        writer.write_table(whole)
    return sink.getvalue().to_pybytes(), whole


def check(what, spark, claims, flags):
    paths = os.environ["YB_LIBRARY"], os.environ["YIBAO_POLICY_PATH"]
    local = library.Bulk(library.Policies(library.Library(paths[0]), paths[1]), KEEP)
    one = pa.Table.from_batches([local.run(claims.combine_chunks().to_batches()[0], COLUMNS, flags)])
    frame = spark.createDataFrame(claims)
    frame = frame.repartition(PARTITIONS, "psn_no") if flags & library.HISTORIES else frame.repartition(PARTITIONS)
    kinds = {"key": "bigint", "outcome": "smallint", "status": "int"} | dict.fromkeys(COLUMNS, "bigint") | {"worker": "string"}
    came = frame.mapInArrow(settler(flags, *paths), ", ".join("`%s` %s" % kind for kind in kinds.items())).toArrow()
    workers = came["worker"].value_counts().to_pylist()
    came = came.drop_columns(["worker"])
    came = pa.table([came[name].cast(one.schema.field(name).type) for name in one.schema.names], schema=one.schema)
    (left, table), (right, _) = bits(one), bits(came)
    if left != right:
        raise SystemExit("spark, %s: the bits are others than those of one process" % what)
    if len(workers) != 2:
        raise SystemExit("spark, %s: %d workers took part: %r" % (what, len(workers), workers))
    outcomes = table["outcome"].value_counts().to_pylist()
    print("spark, %s: %d rows, %d bytes the same; rows by worker %s; rows by outcome %s" % (what, table.num_rows, len(left),
          sorted(worker["counts"] for worker in workers), sorted((o["values"], o["counts"]) for o in outcomes)))


def main():
    spark = (SparkSession.builder.master("local-cluster[2,1,1024]").appName("yibao")
             .config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
             .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
             .config("spark.driver.memory", "512m").config("spark.executor.memory", "1024m")
             .config("spark.scheduler.minRegisteredResourcesRatio", "1.0").config("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s")
             .config("spark.locality.wait", "0s").config("spark.sql.adaptive.enabled", "false")
             .config("spark.sql.execution.arrow.maxRecordsPerBatch", "1000")
             .config("spark.submit.pyFiles", ",".join(os.path.join(HERE, name) for name in ("library.py", "population.py", "spark_worker.py")))
             .getOrCreate())
    try:
        spark.sparkContext.setLogLevel("ERROR")
        rows = bills(20000, seed=4)
        check("row by row", spark, claims_of(rows), 0)
        rows = [row for row in rows if row["psn_no"]]
        check("histories", spark, claims_of(rows).drop_columns(["yb_admission"]), library.HISTORIES)
    finally:
        spark.stop()


if __name__ == "__main__":
    sys.exit(main())
