# SPDX-License-Identifier: LGPL-2.1-or-later
"""
Settle a pyarrow table: python3 examples/arrow.py, where the folder "policies" is.
YB_LIBRARY says where the library is, when it is not installed.
"""

import ctypes as c
import datetime
import os
from decimal import Decimal

import pyarrow as pa

so = c.CDLL(os.environ.get("YB_LIBRARY", "libyibao.so.0"))
so.yb_error_get_message.restype = c.c_char_p


def call(name, *arguments):
    """Every call ends with where to put an error, and returns a status."""
    error = c.c_void_p()
    if getattr(so, name)(*arguments, c.byref(error)) != 0:
        raise SystemExit(so.yb_error_get_message(error).decode() if error else name)


def made(name, *arguments):
    handle = c.c_void_p()
    call(name, *arguments, c.byref(handle))
    return handle


# The stays, in the types that a table happens to have; a null is a fact that is not known. No document knows "stay": it comes back as it is.
stays = pa.table({
    "stay": ["S1", "S2", "S3", "S4"],
    "hosp_lv": pa.array(["02", "08", None, "02"]).dictionary_encode(),
    "enddate": [datetime.date(2026, 3, 9)] * 4,
    "medfee_sumamt": pa.array([Decimal("52000.00"), Decimal("8000.00"), Decimal("3100.50"), Decimal("1000.00")], pa.decimal128(16, 2)),
    "fulamt_ownpay_amt": pa.array([100000, 0, 10000, 200000], pa.int64()),  # of integers, money is in fen
})
same = {"insuplc_admdvs": "110000", "insutype": "310", "psn_type": "1101", "psn_idet_type": "", "cvlserv_flag": "0", "med_type": "21",
        "mdtrtarea_admvs": "110000", "yb_admission": "1", "overlmt_selfpay": "0.00", "preselfpay_amt": "0.00"}

loader = made("yb_policy_loader_new", None)
call("yb_policy_loader_add_directory", loader, b"policies")
policies = made("yb_policy_set_new", loader)
bulk = made("yb_bulk_new", policies, 5, None)  # YB_QUESTION_REIMBURSE
for name, text in same.items():
    column = c.c_int32()
    call("yb_bulk_input", bulk, name.encode(), c.c_size_t(len(name)), c.byref(column))
    call("yb_bulk_bind_text", bulk, column, text.encode(), c.c_size_t(len(text)))
call("yb_bulk_keep_arrow", bulk, (c.c_char_p * 1)(b"stay"), c.c_size_t(1))

# A stream is a struct of five pointers, which is moved: from pyarrow to the library, and back. Batches pass when they are asked for.
claims, answers = (c.c_void_p * 5)(), (c.c_void_p * 5)()
stays.to_reader()._export_to_c(c.addressof(claims))
wanted = (c.c_char_p * 2)(b"fund_pay_sumamt", b"psn_part_amt")
call("yb_bulk_stream_arrow", bulk, claims, wanted, c.c_size_t(2), c.c_uint32(1), answers)  # YB_ARROW_DECIMAL: yuan come back
settled = pa.RecordBatchReader._import_from_c(c.addressof(answers)).read_all()

outcomes = {1: "answered", 2: "refused", 3: "incomplete", 4: "unsupported", 255: "bad"}
for row in settled.to_pylist():
    print("%s: %s, the funds pay %s, the person %s" % (row["stay"], outcomes[row["outcome"]], row["fund_pay_sumamt"], row["psn_part_amt"]))

so.yb_bulk_unref(bulk)
so.yb_policy_set_unref(policies)
so.yb_policy_loader_unref(loader)
