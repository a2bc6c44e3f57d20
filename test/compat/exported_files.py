"""What another tool sees in rows.parquet, rows.csv and rows.ndjson of one folder: the same rows, and the same types without a cast.

Parquet says its types. Of CSV and NDJSON both tools guess them, and are told one thing: which columns are text, since both take quoted digits of CSV (an
arXiv id) for a number, and DuckDB the request ids of NDJSON for UUIDs. PyArrow guesses moments of other precision, so those it is told too, and in NDJSON they are left out. A column that is
null in every row has no type to guess, so it is compared by its values alone.
Prints one line a check and exits 1 when one fails.
"""

import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet

folder = Path(sys.argv[1])
parquet, csv, ndjson = (str(folder / f"rows.{ending}") for ending in ("parquet", "csv", "ndjson"))
failed = []


def check(name, ok, seen=""):
    print(f"{'ok  ' if ok else 'FAIL'} {name}{': ' + str(seen) if seen != '' else ''}")
    if not ok:
        failed.append(name)


db = duckdb.connect()
db.execute("SET TimeZone = 'UTC'")
text = [field.name for field in pyarrow.parquet.read_schema(parquet) if pa.types.is_string(field.type)]
texts = ", ".join(f"'{name}': 'VARCHAR'" for name in text)


def types_of(reader):
    return {name: kind for name, kind, *_ in db.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()}


# read_json takes all columns or none: those that are not text are told as they were guessed.
guessed = types_of(f"read_json('{ndjson}', sample_size = -1)")
of_ndjson = ", ".join(f"'{name}': '{'VARCHAR' if name in text else kind}'" for name, kind in guessed.items())
readers = {
    "Parquet": f"read_parquet('{parquet}')",
    "CSV": f"read_csv('{csv}', sample_size = -1, types = {{{texts}}})",
    "NDJSON": f"read_json('{ndjson}', columns = {{{of_ndjson}}})",
}

types = {name: types_of(reader) for name, reader in readers.items()}
columns = list(types["Parquet"])
check("DuckDB: columns have names and an order", all(list(seen) == columns for seen in types.values()), len(columns))
counted = db.execute(f"SELECT {', '.join(f'count({chr(34)}{name}{chr(34)})' for name in columns)}, count(*) FROM {readers['Parquet']}").fetchone()
rows = counted[-1]
told = [name for name, count in zip(columns, counted) if count > 0]
check("DuckDB: there are rows", rows > 0, rows)
for name in ("CSV", "NDJSON"):
    unlike = {column: (types["Parquet"][column], types[name][column]) for column in told if types["Parquet"][column] != types[name][column]}
    check(f"DuckDB: guesses of {name} the types that Parquet has", not unlike, unlike or f"{len(told)} columns")
expected = {"request_id": "VARCHAR", "paper_id": "VARCHAR", "position": "BIGINT", "label": "BIGINT", "propensity": "DOUBLE", "at": "TIMESTAMP WITH TIME ZONE"}
check("DuckDB: types are those that were meant", all(types["Parquet"][name] == kind for name, kind in expected.items()), {types["Parquet"][name] for name in columns})
quoted = ", ".join(f'"{name}"' for name in told)
values = {name: db.execute(f"SELECT {quoted} FROM {reader}").fetchall() for name, reader in readers.items()}
for name in ("CSV", "NDJSON"):
    unequal = sum(a != b for a, b in zip(values["Parquet"], values[name])) + abs(len(values["Parquet"]) - len(values[name]))
    check(f"DuckDB: {name} has the rows of Parquet, in their order", unequal == 0, f"{len(values[name])} rows, {unequal} differ")
empty = [name for name in columns if name not in told]
for name in ("CSV", "NDJSON"):
    counts = db.execute(f"SELECT {', '.join(f'count({chr(34)}{each}{chr(34)})' for each in empty) or '0'} FROM {readers[name]}").fetchone()
    check(f"DuckDB: what is null in every row of Parquet is null in {name}", not any(counts), f"{len(empty)} columns")
together = " UNION ALL ".join(f"SELECT {quoted} FROM {reader}" for reader in readers.values())
check("DuckDB: the three stack without a cast", db.execute(f"SELECT count(*) FROM ({together})").fetchone()[0] == 3 * rows, 3 * rows)

tables = {
    "Parquet": pyarrow.parquet.read_table(parquet),
    "CSV": pyarrow.csv.read_csv(
        csv,
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={
                field.name: field.type
                for field in pyarrow.parquet.read_schema(parquet)
                if pa.types.is_string(field.type) or pa.types.is_timestamp(field.type)
            },
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    ),
    "NDJSON": pyarrow.json.read_json(ndjson),
}
check("PyArrow: columns have names and an order", all(table.column_names == columns for table in tables.values()), len(columns))
schema = tables["Parquet"].schema
check("PyArrow: only what may be missing is nullable", [f.name for f in schema if f.nullable] == [n for n in columns if n in ("reader_ref", "position", "propensity") or n.startswith("f_")])


def told_types(table, but=()):
    return {name: table.schema.field(name).type for name in told if name not in but}


check("PyArrow: types of CSV are those of Parquet", told_types(tables["CSV"]) == told_types(tables["Parquet"]))
moments = [field.name for field in schema if pa.types.is_timestamp(field.type)]
unlike = {n: str(t) for n, t in told_types(tables["NDJSON"], moments).items() if t != schema.field(n).type}
check("PyArrow: types of NDJSON are those of Parquet, moments left to the reader", not unlike, unlike)
lists = {name: table.select([c for c in told if c not in moments]).to_pylist() for name, table in tables.items()}
for name in ("CSV", "NDJSON"):
    unequal = sum(a != b for a, b in zip(lists["Parquet"], lists[name])) + abs(len(lists["Parquet"]) - len(lists[name]))
    check(f"PyArrow: {name} has the rows of Parquet", unequal == 0, f"{len(lists[name])} rows, {unequal} differ")
check("PyArrow: CSV has the moments of Parquet", all(tables["CSV"].column(m).equals(tables["Parquet"].column(m)) for m in moments), moments)

print(f"duckdb {duckdb.__version__}, pyarrow {pa.__version__}: {len(failed)} of the checks failed" if failed else f"duckdb {duckdb.__version__}, pyarrow {pa.__version__}: all as expected")
sys.exit(1 if failed else 0)
