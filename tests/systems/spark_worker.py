# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a worker of check_spark.py does: a module of its own, so that a worker imports it instead of being sent it by value."""

import os

import pyarrow as pa

import library
from population import KEEP

COLUMNS = ["hifp_pay", "hifmi_pay", "fund_pay_sumamt", "psn_part_amt", "acct_pay", "psn_cash_pay", "basic.base", "basic.deductible"]
made = {}  # documents are read once in a process


def settle(batches, flags, path, directory):
    """Batches of claims to batches of answers, each with the process that had it."""
    if "documents" not in made:
        made["documents"] = library.Policies(library.Library(path), directory)
    if flags & library.HISTORIES:  # all rows of a person are among these: one batch of them
        batches = list(batches)
        batches = pa.Table.from_batches(batches).combine_chunks().to_batches() if batches else []
    bulk = library.Bulk(made["documents"], KEEP)
    for batch in batches:
        answers = bulk.run(batch, COLUMNS, flags)
        outcome = answers.column("outcome").cast(pa.int16())  # Spark has no unsigned byte
        yield answers.set_column(answers.schema.get_field_index("outcome"), "outcome", outcome).append_column(
            "worker", pa.array([str(os.getppid())] * answers.num_rows, pa.string()))  # whose child each process is that runs tasks


def settler(flags, path, directory):
    return lambda batches: settle(batches, flags, path, directory)
