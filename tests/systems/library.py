# SPDX-License-Identifier: LGPL-2.1-or-later
"""The library by ctypes: policy documents, single answers, and bulks fed by Arrow. Only what the tests of this folder need."""

import ctypes as c
import datetime
import decimal
import json
import os

STATUS_OK, NOT_FOUND, UNKNOWN = 0, 2, 3
ELIGIBILITY, REIMBURSE = 3, 5
DECIMAL, HISTORIES, STREWN = 1, 2, 4
ROW_BAD = 255


class Stream(c.Structure):
    """struct ArrowArrayStream; schemas and arrays are only ever passed on."""

    _fields_ = [
        ("get_schema", c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p)),
        ("get_next", c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p)),
        ("get_last_error", c.CFUNCTYPE(c.c_char_p, c.c_void_p)),
        ("release", c.CFUNCTYPE(None, c.c_void_p)),
        ("private_data", c.c_void_p),
    ]


SCHEMA_BYTES, ARRAY_BYTES = 72, 80  # of struct ArrowSchema and ArrowArray where pointers have 8 bytes

capsule_new = c.pythonapi.PyCapsule_New
capsule_new.restype, capsule_new.argtypes = c.py_object, [c.c_void_p, c.c_char_p, c.c_void_p]
capsule_pointer = c.pythonapi.PyCapsule_GetPointer
capsule_pointer.restype, capsule_pointer.argtypes = c.c_void_p, [c.py_object, c.c_char_p]
dying_pointer = c.PYFUNCTYPE(c.c_void_p, c.c_void_p, c.c_char_p)(("PyCapsule_GetPointer", c.pythonapi))
handed = {}  # by address: streams that a capsule holds


@c.PYFUNCTYPE(None, c.c_void_p)
def drop_capsule(capsule):
    drop_stream(handed.pop(dying_pointer(capsule, b"arrow_array_stream")))


def drop_stream(stream):
    if stream.release:
        stream.release(c.addressof(stream))


class CoverOptions(c.Structure):
    """struct yb_eligibility_options"""

    _fields_ = [("size", c.c_uint32), ("flags", c.c_uint32), ("on", c.c_int32), ("paid_on", c.c_int32), ("year", c.c_int32), ("repaired", c.c_int32)]


def day_number(day):
    return (day - datetime.date(1970, 1, 1)).days


class Failure(Exception):
    def __init__(self, status, name, message):
        super().__init__("%s: %s" % (name, message))
        self.status, self.name = status, name


class Library:
    def __init__(self, path):
        self.so = so = c.CDLL(path)
        so.yb_status_name.restype = so.yb_error_get_message.restype = so.yb_field_get_name.restype = so.yb_bulk_get_name.restype = c.c_char_p
        so.yb_status_name.argtypes = [c.c_int32]
        so.yb_field_get_name.argtypes = [c.c_int32]
        so.yb_error_get_message.argtypes = so.yb_error_unref.argtypes = [c.c_void_p]
        for kind in ("policy_loader", "policy_set", "person", "claim", "decision", "bulk"):
            getattr(so, "yb_%s_unref" % kind).argtypes = [c.c_void_p]
        for kind in ("person", "claim"):
            for what in ("fen", "count"):
                getattr(so, "yb_%s_set_%s" % (kind, what)).argtypes = [c.c_void_p, c.c_int32, c.c_int64]
            getattr(so, "yb_%s_set_day" % kind).argtypes = [c.c_void_p, c.c_int32, c.c_int32]
            getattr(so, "yb_%s_set_text" % kind).argtypes = [c.c_void_p, c.c_int32, c.c_char_p, c.c_size_t]
            getattr(so, "yb_%s_clear" % kind).argtypes = [c.c_void_p]
        so.yb_decision_get_outcome.argtypes = [c.c_void_p]
        so.yb_decision_get_fen.argtypes = [c.c_void_p, c.c_int32, c.POINTER(c.c_int64)]
        so.yb_decision_get_result.argtypes = [c.c_void_p, c.c_char_p, c.POINTER(c.c_int64), c.c_void_p]
        so.yb_person_new_from_json.argtypes = [c.c_char_p, c.c_size_t, c.c_char_p, c.POINTER(c.c_void_p), c.c_void_p]
        so.yb_eligibility.argtypes = [c.c_void_p, c.c_void_p, c.POINTER(CoverOptions), c.c_void_p, c.c_void_p]
        so.yb_decision_dup_result.argtypes = [c.c_void_p, c.c_char_p, c.POINTER(c.c_void_p), c.c_void_p]
        so.yb_free.argtypes = [c.c_void_p]
        so.yb_bulk_output_at.argtypes = [c.c_void_p, c.c_size_t, c.POINTER(c.c_int32)]
        so.yb_bulk_get_name.argtypes = [c.c_void_p, c.c_int32]

    def call(self, name, *arguments):
        """A call whose last argument is where to put the error."""
        error = c.c_void_p()
        status = getattr(self.so, name)(*arguments, c.byref(error))
        if status != STATUS_OK:
            message = self.so.yb_error_get_message(error).decode() if error else name
            self.so.yb_error_unref(error)
            raise Failure(status, self.so.yb_status_name(status).decode(), message)

    def made(self, name, *arguments):
        """A call that makes a handle."""
        handle = c.c_void_p()
        self.call(name, *arguments, c.byref(handle))
        return handle


class Policies:
    def __init__(self, library, directory):
        self.library = library
        loader = library.made("yb_policy_loader_new", None)
        library.call("yb_policy_loader_add_directory", loader, os.fsencode(directory))
        self.set = library.made("yb_policy_set_new", loader)
        library.so.yb_policy_loader_unref(loader)

    def __del__(self):
        if hasattr(self, "set"):
            self.library.so.yb_policy_set_unref(self.set)


class Answers:
    """A stream of answers, for whoever knows the PyCapsule protocol."""

    def __init__(self):
        self.stream = Stream()

    def __arrow_c_stream__(self, requested_schema=None):
        stream, self.stream = self.stream, None
        handed[c.addressof(stream)] = stream
        return capsule_new(c.addressof(stream), b"arrow_array_stream", c.cast(drop_capsule, c.c_void_p))

    def __del__(self):
        if self.stream:
            drop_stream(self.stream)


def names_of(names):
    return (c.c_char_p * len(names))(*[name.encode() for name in names]) if names is not None else None


class Bulk:
    def __init__(self, policies, keep=(), question=REIMBURSE, **same):
        self.library, self.policies = policies.library, policies
        self.handle = self.library.made("yb_bulk_new", policies.set, question, None)
        self.library.call("yb_bulk_keep_arrow", self.handle, names_of(keep), c.c_size_t(len(keep)))
        for name, text in same.items():
            column = c.c_int32()
            self.library.call("yb_bulk_input", self.handle, name.encode(), c.c_size_t(len(name)), c.byref(column))
            self.library.call("yb_bulk_bind_text", self.handle, column, text.encode(), c.c_size_t(len(text.encode())))

    def __del__(self):
        if hasattr(self, "handle"):
            self.library.so.yb_bulk_unref(self.handle)

    def outputs(self):
        """The names of all amounts."""
        names, column = [], c.c_int32()
        while self.library.so.yb_bulk_output_at(self.handle, len(names), c.byref(column)) == STATUS_OK:
            names.append(self.library.so.yb_bulk_get_name(self.handle, column).decode())
        return names

    def run(self, batch, names=None, flags=0):
        """A record batch of pyarrow through the library."""
        import pyarrow

        schema, array = c.create_string_buffer(SCHEMA_BYTES), c.create_string_buffer(ARRAY_BYTES)
        batch._export_to_c(c.addressof(array), c.addressof(schema))
        self.library.call("yb_bulk_take_arrow", self.handle, schema, array, None)
        self.library.call("yb_bulk_run_arrow", self.handle, names_of(names), c.c_size_t(len(names or ())), c.c_uint32(flags), schema, array)
        return pyarrow.RecordBatch._import_from_c(c.addressof(array), c.addressof(schema))

    def stream(self, source, names=None, flags=0):
        """Whatever has a stream of batches, as a stream of answers."""
        capsule, answers = source.__arrow_c_stream__(), Answers()
        claims = c.c_void_p(capsule_pointer(capsule, b"arrow_array_stream"))
        self.library.call("yb_bulk_stream_arrow", self.handle, claims, names_of(names), c.c_size_t(len(names or ())), c.c_uint32(flags),
                          c.byref(answers.stream))
        return answers


class Single:
    """One bill after the other by yb_settle()."""

    def __init__(self, policies):
        self.library, self.policies = policies.library, policies
        self.parts = {1: self.library.made("yb_person_new"), 2: self.library.made("yb_claim_new")}
        self.decision = self.library.made("yb_decision_new")
        self.fields = {}

    def __del__(self):
        so = self.library.so
        so.yb_decision_unref(self.decision)
        so.yb_person_unref(self.parts[1])
        so.yb_claim_unref(self.parts[2])

    def field(self, name):
        if name not in self.fields:
            field = c.c_int32()
            if self.library.so.yb_field_from_name(name.encode(), c.c_size_t(len(name)), c.byref(field)) != STATUS_OK:
                raise KeyError(name)
            self.fields[name] = field.value, self.library.so.yb_field_get_part(field)
        return self.fields[name]

    def tell(self, name, value):
        field, part = self.field(name)
        kind = {1: "person", 2: "claim"}[part]
        setter = lambda what: getattr(self.library.so, "yb_%s_set_%s" % (kind, what))
        if isinstance(value, str):
            return setter("text")(self.parts[part], field, value.encode(), len(value.encode()))
        if isinstance(value, decimal.Decimal):
            return setter("fen")(self.parts[part], field, int(value * 100))
        if isinstance(value, datetime.date):
            return setter("day")(self.parts[part], field, (value - datetime.date(1970, 1, 1)).days)
        return setter("count")(self.parts[part], field, int(value))

    def settle(self, row, names):
        """The outcome, the status and the amounts in fen, None where they are not known."""
        so, fen = self.library.so, c.c_int64()
        so.yb_person_clear(self.parts[1])
        so.yb_claim_clear(self.parts[2])
        for name, value in row.items():
            status = self.tell(name, value) if value is not None else STATUS_OK
            if status != STATUS_OK:
                return dict.fromkeys(names, None) | {"outcome": ROW_BAD, "status": status}
        status = so.yb_settle(self.policies.set, self.parts[1], self.parts[2], None, self.decision, None)
        if status != STATUS_OK:
            return dict.fromkeys(names, None) | {"outcome": ROW_BAD, "status": status}
        answer = {"outcome": so.yb_decision_get_outcome(self.decision), "status": status}
        for name in names:
            if "." in name:
                known = so.yb_decision_get_result(self.decision, name.encode(), c.byref(fen), None) == STATUS_OK
            else:
                known = so.yb_decision_get_fen(self.decision, self.field(name)[0], c.byref(fen)) == STATUS_OK
            answer[name] = fen.value if known else None
        return answer

    def eligible(self, row, names):
        """Likewise of yb_eligibility(): words, days and truth values as Python has them. `on` and `paid_on` are options, `yb_cover` is JSON."""
        so, person, value, unit = self.library.so, c.c_void_p(), c.c_int64(), c.c_int32()
        facts = {name: str(fact) for name, fact in row.items() if fact is not None and name not in ("on", "paid_on", "yb_cover", "psn_idet_type", "special_group")}
        facts |= {"psn_idet_type": []} if row["psn_idet_type"] == "" else {}
        facts |= {"yb_attributes": {"special_group": row["special_group"]}} if row["special_group"] else {}
        text = json.dumps(facts)[:-1] + (', "yb_cover": %s}' % row["yb_cover"] if row["yb_cover"] is not None else "}")
        options = CoverOptions(c.sizeof(CoverOptions), 0, day_number(row["on"]), day_number(row["paid_on"]) if row["paid_on"] else 0, 0, 0)
        status = so.yb_person_new_from_json(text.encode(), len(text.encode()), None, c.byref(person), None)
        if status == STATUS_OK:
            status = so.yb_eligibility(self.policies.set, person, c.byref(options), self.decision, None)
        so.yb_person_unref(person)
        if status != STATUS_OK:
            return dict.fromkeys(names, None) | {"outcome": ROW_BAD, "status": status}
        answer = {"outcome": so.yb_decision_get_outcome(self.decision), "status": status}
        for name in names:
            known = so.yb_decision_get_result(self.decision, name.split(".")[0].encode(), c.byref(value), c.byref(unit)) == STATUS_OK
            answer[name] = self.as_python(name, value.value, unit.value) if known else None
        return answer

    def as_python(self, name, value, unit):
        days, months, date, flag, word = 4, 5, 6, 7, 8
        if unit == date:
            return datetime.date(1970, 1, 1) + datetime.timedelta(days=value)
        if name.startswith("wait."):
            return value if unit == (days if name == "wait.days" else months) else None
        if unit == word:
            text = c.c_void_p()
            self.library.call("yb_decision_dup_result", self.decision, name.encode(), c.byref(text))
            value = c.string_at(text).decode()
            self.library.so.yb_free(text)
        return bool(value) if unit == flag else value
