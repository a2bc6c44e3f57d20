#!/bin/sh
# Opens the three files of one export with tools that are not ours, PyArrow and DuckDB, and compares rows and types.
#
#   npm run replay -- export --point-in-time --out DIR/rows.parquet        and the same for rows.csv and rows.ndjson, or
#   npm run bench -- replay-point-in-time --write DIR
#   test/compat/exported-files.sh DIR
#
# Uses the Python given in EXPORT_PYTHON, else python3, which must have pyarrow and duckdb (pip install pyarrow duckdb).
set -eu
python="${EXPORT_PYTHON:-python3}"
exec "$python" "$(dirname "$0")/exported_files.py" "$@"
