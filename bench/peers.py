# SPDX-License-Identifier: LGPL-2.1-or-later
"""The yardstick jobs by other means, on the same data and in one run with the library.

usage: peers.py DATA SOURCES LIBRARY [ROUNDS]

DATA is what `bench/bench data DATA` wrote, SOURCES the folder of this file, LIBRARY the shared library, which is called through ctypes on the
same arrays. numpy, DuckDB (one thread) and OpenFisca run where they are installed and are skipped by name where not. Contenders run in
turn, by processor time, and the best round of each counts. The closing lines are `NAME VALUE GOAL ok|short`.
"""
import ctypes
import os
import sys
import time

try:
    import numpy as np
except ImportError:
    print("peers: numpy is not installed, all skipped")
    sys.exit(0)

COLUMNS = {"level": np.uint8, "cat": np.uint8, "k": np.uint8, "x": np.uint8, "a": np.int64, "b": np.int64, "c": np.int64, "y": np.int64}
PERSONS = ("pcat", "pyear", "preg", "plate")
OUTPUTS = ("eligible", "deductible", "base", "fund1", "fund2", "fund3", "own")


made = 0


def staggered(n, kind=np.int64):
    """Zeros that begin at a line of the caches, each column at another place in its page as those of the loops: so they do not shut each other out."""
    global made
    size = n * np.dtype(kind).itemsize
    room = np.zeros(size + 2 * 4096, np.uint8)
    skip = -room.ctypes.data % 4096 + made % 12 * 320
    made += 1
    return room[skip:skip + size].view(kind)


def read_column(path, kind):
    values = np.fromfile(path, kind)
    column = staggered(len(values), kind)
    column[:] = values
    return column


def load(folder):
    claims = {n: read_column(os.path.join(folder, n + (".u8" if t is np.uint8 else ".i64")), t) for n, t in COLUMNS.items()}
    persons = {n: np.fromfile(os.path.join(folder, n + ".u8"), np.uint8) for n in PERSONS}
    table = np.fromfile(os.path.join(folder, "table.i32"), np.int32).reshape(8, 11, 31)
    return claims, persons, table


# ---- the library ----

class Library:
    """Questions by columns through ctypes: no more of the interface than the bench needs."""

    REIMBURSE, FEE = 5, 1
    INT8, INT64 = 1, 4
    ANSWERED = 1

    def __init__(self, path):
        self.lib = ctypes.CDLL(path)
        for name in ("yb_policy_loader_unref", "yb_bulk_unref"):
            getattr(self.lib, name).restype = None

    def call(self, name, *arguments):
        status = getattr(self.lib, name)(*arguments)
        if status != 0:
            sys.exit("peers: %s: status %d" % (name, status))

    def read(self, path):
        # struct yb_load_options: size, flags, confidence (case), known_on
        loader, options = ctypes.c_void_p(), LoadOptions(ctypes.sizeof(LoadOptions), 0, 7, 0)
        self.call("yb_policy_loader_new", ctypes.byref(options), ctypes.byref(loader), None)
        self.call("yb_policy_loader_add_file", loader, path.encode(), None)
        policies = ctypes.c_void_p()
        self.call("yb_policy_set_new", loader, ctypes.byref(policies), None)
        self.lib.yb_policy_loader_unref(loader)
        return policies

    def ask(self, policies, question, inputs, outputs, n):
        """A function that runs all rows, and the arrays that it fills."""
        bulk, column = ctypes.c_void_p(), ctypes.c_int32()
        self.call("yb_bulk_new", policies, question, None, ctypes.byref(bulk), None)
        for name, value in inputs.items():
            self.call("yb_bulk_input", bulk, name.encode(), ctypes.c_size_t(len(name)), ctypes.byref(column), None)
            if isinstance(value, str):
                self.call("yb_bulk_bind_text", bulk, column, value.encode(), ctypes.c_size_t(len(value)), None)
            else:
                layout = self.INT8 if value.dtype == np.uint8 else self.INT64
                self.call("yb_bulk_bind_numbers", bulk, column, layout, value.ctypes.data_as(ctypes.c_void_p), None, None)
        arrays = []
        for name in outputs:
            array = staggered(n)
            self.call("yb_bulk_output", bulk, name.encode(), ctypes.c_size_t(len(name)), ctypes.byref(column), None)
            self.call("yb_bulk_bind_output", bulk, column, array.ctypes.data_as(ctypes.c_void_p), None, None)
            arrays.append(array)
        outcomes = np.zeros(n, np.uint8)
        self.call("yb_bulk_bind_outcomes", bulk, outcomes.ctypes.data_as(ctypes.c_void_p), None)

        def run():
            self.call("yb_bulk_run", bulk, ctypes.c_size_t(0), ctypes.c_size_t(n), None)
            return arrays

        def check():
            if (outcomes != self.ANSWERED).any():
                sys.exit("peers: a row is not answered")

        run.keep, run.check = inputs, check
        return run


class LoadOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint32), ("flags", ctypes.c_uint32), ("confidence", ctypes.c_int32), ("known_on", ctypes.c_int32)]


# ---- numpy ----

DEDUCTIBLE = np.array([0, 10000, 30000, 80000], np.int64)
RATIO = np.array([0, 85, 75, 65], np.int64)


def settle(d):
    a, b, c, y, cat, level = d["a"], d["b"], d["c"], d["y"], d["cat"], d["level"]
    eligible = a + (b * 9 + 5) // 10
    due = DEDUCTIBLE[level]
    due = np.where(d["k"] >= 2, due // 2, due)
    due[cat == 2] = 0
    base = np.maximum(eligible - due, 0)
    ratio = RATIO[level] - 10 * d["x"].astype(np.int64)
    fund1 = np.minimum((base * ratio + 50) // 100, np.maximum(50000000 - y, 0))
    left = eligible - fund1
    poor = cat >= 1
    more = np.where(poor, 5, 0)
    e = np.maximum(left - np.where(poor, 750000, 1500000), 0)
    fund2 = (np.minimum(e, 10000000) * (60 + more) + np.clip(e - 10000000, 0, 10000000) * (65 + more) + np.maximum(e - 20000000, 0) * (70 + more) + 50) // 100
    rest = left - fund2
    fund3 = np.where(cat == 1, (np.maximum(rest - 500000, 0) * 70 + 50) // 100, np.where(cat == 2, (rest * 90 + 50) // 100, 0))
    return eligible, due, base, fund1, fund2, fund3, a + b + c - fund1 - fund2 - fund3


def settle_blocks(d, out, block=8192):
    for i in range(0, len(d["a"]), block):
        for o, v in zip(out, settle({k: v[i:i + block] for k, v in d.items()})):
            o[i:i + block] = v
    return out


def assess(p, table):
    owed = table[p["pcat"].astype(np.int64), p["pyear"].astype(np.int64), p["preg"].astype(np.int64)].astype(np.int64)
    return [owed + (owed * p["plate"] * 5 + 500) // 1000]


# ---- DuckDB ----

def duckdb_runs(claims, persons, table, sources):
    import duckdb
    db = duckdb.connect(config={"threads": 1})
    rows = {"id": np.arange(len(claims["a"]), dtype=np.int64), **{k: v.astype(np.int64) for k, v in claims.items()}}
    people = {k: v.astype(np.int64) for k, v in persons.items()}
    cells = {"pcat": np.repeat(np.arange(8), 341), "pyear": np.tile(np.repeat(np.arange(11), 31), 8), "preg": np.tile(np.arange(31), 88),
             "owed": table.ravel().astype(np.int64)}
    for name, data in (("claims", rows), ("persons", people), ("cells", cells)):
        db.register("given", data)
        db.execute("CREATE TABLE %s AS SELECT * FROM given" % name)
        db.unregister("given")
    job1 = open(os.path.join(sources, "duckdb.sql")).read()
    job2 = "SELECT owed + (owed * plate * 5 + 500) // 1000 AS owed FROM persons JOIN cells USING (pcat, pyear, preg)"

    def to_table(sql):
        def run():
            db.execute("CREATE OR REPLACE TEMP TABLE answers AS " + sql)
        return run

    def to_numpy():
        got = db.execute(job1).fetchnumpy()
        return [np.asarray(got[n]) for n in ("elig", "ded", "base", "fund1", "fund2", "fund3", "oop")]
    return "DuckDB %s" % duckdb.__version__, to_table(job1), to_numpy, to_table(job2)


# ---- OpenFisca ----

def fen(v):
    return np.floor(v * 100 + 0.5) / 100


def figures():
    """The figures of job 1 as a tree of parameters."""
    def at(value):
        return {"values": {"2020-01-01": {"value": value}}}

    def scale(*rates):
        return {"brackets": [{"threshold": {"2020-01-01": {"value": t}}, "rate": {"2020-01-01": {"value": r}}}
                             for t, r in zip((0, 100000, 200000), rates)]}
    return {"counted": at(.9), "later": at(.5), "cap": at(500000),
            "deductible": {"l1": at(100), "l2": at(300), "l3": at(800)}, "ratio": {"l1": at(.85), "l2": at(.75), "l3": at(.65)},
            "less": {"x0": at(0), "x1": at(.1), "x2": at(.2)}, "start": {"c0": at(15000), "c1": at(7500), "c2": at(7500)},
            "bands": {"ordinary": scale(.60, .65, .70), "poor": scale(.65, .70, .75)},
            "aid_start": {"c0": at(0), "c1": at(5000), "c2": at(0)}, "aid": {"c0": at(0), "c1": at(.7), "c2": at(.9)}}


def by_parameters():
    """Formulas as OpenFisca has them: figures from the tree of parameters, bands by its scales."""
    def by(codes, node):
        names = list(node)
        return np.select([codes == int(name[1:]) for name in names], [node[name] for name in names])

    def deductible(p, period, parameters):
        f = parameters(period)
        due = by(p("level", period), f.deductible) * np.where(p("k", period) >= 2, f.later, 1)
        return np.where(p("cat", period) == 2, 0, due)

    def fund1(p, period, parameters):
        f = parameters(period)
        ratio = by(p("level", period), f.ratio) - by(p("x", period), f.less)
        return np.minimum(fen(p("base", period) * ratio), np.maximum(f.cap - p("y", period), 0))

    def fund2(p, period, parameters):
        f, cat = parameters(period), p("cat", period)
        e = np.maximum(p("eligible", period) - p("fund1", period) - by(cat, f.start), 0)
        return fen(np.where(cat == 0, f.bands.ordinary.calc(e), f.bands.poor.calc(e)))

    def fund3(p, period, parameters):
        f, cat = parameters(period), p("cat", period)
        rest = p("eligible", period) - p("fund1", period) - p("fund2", period)
        return fen(np.maximum(rest - by(cat, f.aid_start), 0) * by(cat, f.aid))
    return {"eligible": lambda p, period, parameters: p("a", period) + fen(p("b", period) * parameters(period).counted),
            "deductible": deductible, "fund1": fund1, "fund2": fund2, "fund3": fund3}


def by_numpy():
    """Formulas of numpy alone, with the figures in them."""
    due, ratios = np.array([0, 100, 300, 800], np.float32), np.array([0, .85, .75, .65], np.float32)

    def deductible(p, period):
        v = due[p("level", period)]
        return np.where(p("cat", period) == 2, 0, np.where(p("k", period) >= 2, v / 2, v))

    def fund1(p, period):
        return np.minimum(fen(p("base", period) * (ratios[p("level", period)] - .10 * p("x", period))), np.maximum(500000 - p("y", period), 0))

    def fund2(p, period):
        poor = p("cat", period) >= 1
        e = np.maximum(p("eligible", period) - p("fund1", period) - np.where(poor, 7500, 15000), 0)
        more = np.where(poor, .05, 0)
        return fen(np.minimum(e, 100000) * (.60 + more) + np.clip(e - 100000, 0, 100000) * (.65 + more) + np.maximum(e - 200000, 0) * (.70 + more))

    def fund3(p, period):
        cat, rest = p("cat", period), p("eligible", period) - p("fund1", period) - p("fund2", period)
        return np.where(cat == 1, fen(np.maximum(rest - 5000, 0) * .7), np.where(cat == 2, fen(rest * .9), 0))
    return {"eligible": lambda p, period: p("a", period) + fen(p("b", period) * .9), "deductible": deductible, "fund1": fund1, "fund2": fund2,
            "fund3": fund3}


def openfisca_runs(claims):
    """The job in OpenFisca, twice: variables in yuan, float32 as it has them, each rounded to the fen where the job rounds."""
    from importlib.metadata import version
    from openfisca_core.entities import Entity
    from openfisca_core.parameters import ParameterNode
    from openfisca_core.periods import DateUnit
    from openfisca_core.simulations import SimulationBuilder
    from openfisca_core.taxbenefitsystems import TaxBenefitSystem
    from openfisca_core.variables import Variable

    person = Entity("person", "persons", "a person", "")
    others = {"base": lambda p, period: np.maximum(p("eligible", period) - p("deductible", period), 0),
              "own": lambda p, period: p("a", period) + p("b", period) + p("c", period) - p("fund1", period) - p("fund2", period) - p("fund3", period)}
    n = len(claims["a"])

    def runs(formulas, parameters):
        system = TaxBenefitSystem([person])
        if parameters:
            system.parameters = ParameterNode("", data=parameters)
        for name in ("level", "cat", "k", "x", "a", "b", "c", "y") + OUTPUTS:
            members = {"value_type": int if name in ("level", "cat", "k", "x") else float, "entity": person, "definition_period": DateUnit.YEAR,
                       "label": name}
            if name in OUTPUTS:
                members["formula"] = {**formulas, **others}[name]
            system.add_variable(type(name, (Variable,), members))
        given = {k: v.astype(np.int32) if v.dtype == np.uint8 else (v / 100).astype(np.float32) for k, v in claims.items()}

        def run(simulation):
            for k, v in given.items():
                simulation.set_input(k, "2026", v)
            return [simulation.calculate(k, "2026") for k in OUTPUTS]
        return run, lambda: SimulationBuilder().build_default_simulation(system, n)
    name = "OpenFisca %s, " % version("OpenFisca-Core")
    return [(name + "figures from parameters", *runs(by_parameters(), figures())),
            (name + "numpy in its formulas", *runs(by_numpy(), None))]


# ---- in turn ----

class Contender:
    def __init__(self, name, run, prepare=None):
        self.name, self.run, self.prepare, self.best = name, run, prepare, float("inf")

    def round(self):
        given = (self.prepare(),) if self.prepare else ()
        begin = time.process_time()
        out = self.run(*given)
        self.best = min(self.best, time.process_time() - begin)
        return out


def measure(contenders, rounds):
    """In turn, each three times in a row: what another one left in the caches is nobody's cost."""
    for _ in range(rounds):
        for c in contenders:
            for _ in range(3):
                c.round()


def differing(ours, theirs):
    return sum(int((a != b).sum()) for a, b in zip(ours, theirs))


def verdict(name, value, goal):
    print("%s %.2f %.2f %s" % (name, value, goal, "ok" if value >= goal else "short"))


def verdict_none(name, value):
    print("%s %d 0 %s" % (name, value, "ok" if value == 0 else "short"))


def main():
    folder, sources, path = sys.argv[1:4]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 7
    claims, persons, table = load(folder)
    n = len(claims["a"])
    library = Library(path)
    total = staggered(n)
    total[:] = claims["a"] + claims["b"] + claims["c"]
    region = {"insuplc_admdvs": "990000", "insutype": "310"}
    job1 = Contender("the library", library.ask(library.read(os.path.join(sources, "job1.yaml")), Library.REIMBURSE, {
        **region, "level": claims["level"], "class": claims["cat"], "ordinal": claims["k"], "cross": claims["x"], "class_a": claims["a"],
        "class_b": claims["b"], "basic.paid.year": claims["y"], "medfee_sumamt": total},
        ("basic.base", "basic.due", "basic.scope", "hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt"), n))
    job2 = Contender("the library", library.ask(library.read(os.path.join(folder, "job2.yaml")), Library.FEE, {
        **region, "year": "2026", "category": persons["pcat"], "since": persons["pyear"], "area": persons["preg"], "late": persons["plate"]},
        ("due.person",), n))
    ours, owed = job1.round(), job2.round()
    job1.run.check()
    job2.run.check()
    block_room = [staggered(n) for _ in OUTPUTS]
    firsts = [job1, Contender("numpy %s" % np.__version__, lambda: settle(claims)),
              Contender("numpy, blocks of 8192", lambda: settle_blocks(claims, block_room))]
    seconds = [job2, Contender("numpy", lambda: assess(persons, table))]
    wrong = differing(ours, firsts[1].round()) + differing(ours, firsts[2].round())
    wrong2 = differing(owed, seconds[1].round())
    duck = fisca = None
    try:
        name, to_table, to_numpy, job2_sql = duckdb_runs(claims, persons, table, sources)
        wrong += differing(ours, to_numpy())
        duck = [Contender(name + ", into a table", to_table), Contender(name + ", into numpy", to_numpy)]
        firsts += duck
        seconds.append(Contender(name, job2_sql))
    except ImportError:
        print("peers: DuckDB is not installed, skipped")
    try:
        fisca = [Contender(*run) for run in openfisca_runs(claims)]
        firsts += fisca
        for c in fisca:
            off = np.zeros(n, bool)
            for a, b in zip(ours, c.round()):
                off |= a != np.rint(b.astype(np.float64) * 100).astype(np.int64)
            print("peers: %s, is off by a fen or more in %.1f %% of claims" % (c.name, 100.0 * off.sum() / n))
    except ImportError:
        print("peers: OpenFisca is not installed, skipped")
    measure(firsts, rounds)
    measure(seconds, rounds if job2.best < 1 else 1)
    for title, contenders in (("job 1", firsts), ("job 2", seconds)):
        for c in contenders:
            print("peers: %s, %d rows, ns a row: %s %.1f" % (title, n, c.name, c.best / n * 1e9))
    verdict("job1_numpy_vs_library", min(c.best for c in firsts[1:3]) / job1.best, 1)
    if duck:
        verdict("job1_duckdb_vs_library", min(c.best for c in duck) / job1.best, 20)
    if fisca:
        verdict("job1_openfisca_vs_library", fisca[0].best / job1.best, 40)
    verdict("job2_numpy_vs_library", seconds[1].best / job2.best, 1)
    verdict_none("peers_outputs_differ", wrong + wrong2)


main()
