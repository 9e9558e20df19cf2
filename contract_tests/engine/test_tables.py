"""Data files as tables: one type for a whole column, bounded batches, faithful writing."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from oxloop.rules.formats import TableFormat
from oxloop_server.engine import tables
from oxloop_server.engine.tables import csv as csv_files
from oxloop_server.engine.tables import formats, looking
from oxloop_server.engine.values import arrow

pa = arrow()
pq = arrow("pyarrow.parquet")


def read(table: tables.Table, **options: Any) -> list[dict[str, object]]:
    return [row for batch in table.batches(**options) for row in batch.to_pylist()]


def a_file(tmp_path: Path, text: str | bytes, name: str = "file") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def a_csv(tmp_path: Path, text: str | bytes) -> tables.Table:
    return tables.open_table(a_file(tmp_path, text), "csv")


def a_jsonl(tmp_path: Path, text: str | bytes) -> tables.Table:
    return tables.open_table(a_file(tmp_path, text), "jsonl")


def dtypes(table: tables.Table) -> dict[str, str]:
    return {column.name: column.dtype for column in table.columns}


class TestCsv:
    def test_a_column_is_a_number_only_if_that_loses_nothing(self, tmp_path: Path) -> None:
        table = a_csv(
            tmp_path,
            "id,zip,price,share,ok,said,none\n7,007,1.50,0.5,true,True,\n-8,123,2.25,1e-07,,False,\n",
        )
        assert dtypes(table) == {
            "id": "i64",
            "zip": "str",
            "price": "str",
            "share": "f64",
            "ok": "bool",
            "said": "str",
            "none": "str",
        }
        assert read(table)[0] == {
            "id": 7,
            "zip": "007",
            "price": "1.50",
            "share": 0.5,
            "ok": True,
            "said": "True",
            "none": None,
        }

    def test_a_late_contradiction_makes_the_column_text_from_the_start(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(csv_files, "PIECE_BYTES", 10_000)
        rows = [f"{number},word" for number in range(5000)]
        table = a_csv(tmp_path, "\n".join(["n,text", *rows, "many,word"]))
        assert dtypes(table) == {"n": "str", "text": "str"}
        found = read(table)
        assert len(found) == table.row_count == 5001
        assert found[0]["n"] == "0"
        assert found[-1]["n"] == "many"

    def test_quoted_cells_may_hold_anything_and_null_is_not_empty_text(
        self, tmp_path: Path
    ) -> None:
        table = a_csv(tmp_path, '\ufeff"a, b",c\n"x\n\ny, ""z""",\n\n"",2\n')
        assert read(table) == [{"a, b": 'x\n\ny, "z"', "c": None}, {"a, b": "", "c": 2}]

    @pytest.mark.parametrize("text", ["a,b", "a,b\n", "a,b\n\n\n"])
    def test_a_header_alone_is_a_table_without_rows(self, tmp_path: Path, text: str) -> None:
        table = a_csv(tmp_path, text)
        assert table.row_count == 0
        assert table.names == ("a", "b")
        assert read(table) == table.page(0, 10) == []

    @pytest.mark.parametrize("before", range(0, 1200, 300))
    def test_a_row_may_be_so_long_and_no_longer(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: int
    ) -> None:
        monkeypatch.setattr(csv_files, "ROW_BYTES", 1000)
        monkeypatch.setattr(csv_files, "PIECE_BYTES", 600)
        row = "x" * 1000 + "\n"
        assert a_csv(tmp_path, "a\n" + "y\n" * before + row + "z\n").row_count == before + 2
        with pytest.raises(tables.BadTable, match="a row is longer"):
            a_csv(tmp_path, "a\n" + "y\n" * before + "x" + row + "z\n")

    def test_a_row_may_be_nothing_but_a_space(self, tmp_path: Path) -> None:
        assert read(a_csv(tmp_path, "a\n \n")) == [{"a": " "}]

    def test_a_quotation_mark_inside_a_cell_is_a_character_of_it(self, tmp_path: Path) -> None:
        table = a_csv(tmp_path, 'a,b\n5" disk,"x\ny"\nz,1\n')
        assert read(table) == [{"a": '5" disk', "b": "x\ny"}, {"a": "z", "b": "1"}]

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            (b"", "no header line"),
            (b"a,b\n1,2\n3\n", "Row #3: Expected 2 columns, got 1"),
            (b"a\n\xff\n", "must be UTF-8"),
            (b"a,\xff\n1,2\n", "must be UTF-8"),
            (b"a,a\n1,2\n", 'two columns named "a"'),
            (b"a\n" + b"x" * 5000, "a row is longer"),
            (b'a\n"x' + b"x" * 5000, "quotation mark is not closed"),
            (b'a,b\n1,2\n3,"x\n4,y\n', "begins in line 3 .*, a quotation mark is not closed"),
        ],
    )
    def test_what_is_no_csv_is_refused_with_the_reason(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes, sentence: str
    ) -> None:
        monkeypatch.setattr(csv_files, "ROW_BYTES", 1000)
        with pytest.raises(tables.BadTable, match=sentence):
            a_csv(tmp_path, text)


class TestJsonl:
    def test_a_columns_type_fits_all_its_values(self, tmp_path: Path) -> None:
        lines = [{"n": 1, "mixed": 1, "meta": {"lang": "en"}, "big": 2**70, "none": None}] * 3000
        last = {"n": 0.5, "mixed": "a", "meta": {"score": [1]}, "late": True}
        table = a_jsonl(
            tmp_path, "\n".join(json.dumps(line) for line in [*lines, {}, last]) + "\n\n"
        )
        assert dtypes(table) == {
            "n": "f64",
            "mixed": "str",
            "meta": "struct",
            "big": "str",
            "none": "str",
            "late": "bool",
        }
        assert table.fields["meta"] == {"lang": None, "score": None}
        found = read(table)
        assert len(found) == table.row_count == 3002
        assert found[0] == {
            "n": 1.0,
            "mixed": "1",
            "meta": {"lang": "en", "score": None},
            "big": "1180591620717411303424",
            "none": None,
            "late": None,
        }
        assert found[-2] == dict.fromkeys(table.names)
        assert found[-1]["mixed"] == "a"
        assert found[-1]["meta"] == {"lang": None, "score": [1]}

    def test_whole_numbers_in_a_float_column_may_be_too_large_to_be_exact(
        self, tmp_path: Path
    ) -> None:
        number = 2**53 + 1
        lines = [{"n": number, "deep": [{"n": number}]}] * 1500 + [{"n": 0.5, "deep": [{"n": 0.5}]}]
        table = a_jsonl(tmp_path, "\n".join(json.dumps(line) for line in lines))
        assert read(table)[0] == {"n": float(number), "deep": [{"n": float(number)}]}

    def test_lists_without_a_common_type_are_json_text(self, tmp_path: Path) -> None:
        table = a_jsonl(tmp_path, '{"a": [1]}\n{"a": ["x", null]}\n{"a": {}}')
        assert [row["a"] for row in read(table)] == ["[1]", '["x", null]', "{}"]

    def test_only_what_has_no_common_type_is_text(self, tmp_path: Path) -> None:
        table = a_jsonl(
            tmp_path,
            '{"meta": {"lang": "en", "tags": ["a", 1]}}\n{"meta": {"tags": [{}], "none": {}}}',
        )
        assert table.fields == {"meta": {"lang": None, "tags": None, "none": None}}
        assert read(table) == [
            {"meta": {"lang": "en", "tags": ["a", "1"], "none": None}},
            {"meta": {"lang": None, "tags": ["{}"], "none": "{}"}},
        ]
        write(tmp_path / "copy", "parquet", table.schema, read(table))

    def test_objects_without_fields_are_rows_all_the_same(self, tmp_path: Path) -> None:
        table = a_jsonl(tmp_path, "{}\n{}\n{}\n")
        assert (table.row_count, table.page(1, 5)) == (3, [{}, {}])

    def test_some_columns_or_none_can_be_read(self, tmp_path: Path) -> None:
        table = a_jsonl(tmp_path, '{"a": 1, "b": 2}\n{"a": 3}')
        assert read(table, columns=["b"]) == [{"b": 2}, {"b": None}]
        assert [batch.num_rows for batch in table.batches(columns=[])] == [2]

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ('{"a": 1}\n{"a": \n', "Line 2 of the JSONL file is not readable JSON"),
            ('{"a": 1}\n\n[1]\n', "Line 3 of the JSONL file is not a JSON object"),
            (b'{"a": "\xff"}', "Line 1"),
            ('{"a": "\\ud800"}', "Line 1"),
            ("[" * 100_000, "Line 1"),
        ],
    )
    def test_what_is_no_jsonl_is_refused_with_its_line(
        self, tmp_path: Path, text: str | bytes, sentence: str
    ) -> None:
        with pytest.raises(tables.BadTable, match=sentence):
            a_jsonl(tmp_path, text)


class TestParquet:
    def test_what_is_no_parquet_is_refused(self, tmp_path: Path) -> None:
        path = a_file(tmp_path, b"PAR1 not at all PAR1")
        with pytest.raises(tables.BadTable, match="cannot be read as Parquet"):
            tables.open_table(path, "parquet")

    @pytest.mark.parametrize("nested", [False, True])
    def test_lists_of_nothing_are_refused_whose_writing_would_end_the_service(
        self, tmp_path: Path, nested: bool
    ) -> None:
        def schema(lists: Any) -> Any:
            return pa.schema([("z", pa.struct([("a", lists)]) if nested else lists)])

        # The file says of itself that its lists are of no values.
        says = schema(pa.list_(pa.field("element", pa.string()), 0)).serialize().to_pybytes()
        written = schema(pa.list_(pa.string()))
        rows: list[dict[str, Any]] = [{"z": {"a": []} if nested else []}] * 3
        path = tmp_path / "file"
        with pq.ParquetWriter(path, written, store_schema=False) as writer:
            writer.write_table(pa.Table.from_pylist(rows, written))
            writer.add_key_value_metadata({"ARROW:schema": base64.b64encode(says).decode()})
        with pytest.raises(tables.BadTable, match=r"<element: string>\[0\]>?, which is not"):
            tables.open_table(path, "parquet")

    def test_reading_can_start_in_any_row_group(self, tmp_path: Path) -> None:
        path = tmp_path / "file"
        pq.write_table(pa.table({"n": list(range(1000))}), path, row_group_size=300)
        table = tables.open_table(path, "parquet")
        for start in (0, 1, 299, 300, 650, 999):
            assert [row["n"] for row in read(table, start=start)] == list(range(start, 1000))
        assert table.page(598, 4) == [{"n": number} for number in range(598, 602)]
        assert table.page(998, 4) == [{"n": 998}, {"n": 999}]
        assert table.page(1000, 4) == []

    def test_a_dot_in_a_columns_name_is_part_of_the_name(self, tmp_path: Path) -> None:
        path = tmp_path / "file"
        pq.write_table(pa.table({"a.b": [1], "a": [{"b": 2}]}), path)
        assert read(tables.open_table(path, "parquet"), columns=["a.b"]) == [{"a.b": 1}]


@pytest.mark.parametrize("table_format", ["parquet", "csv", "jsonl"])
def test_batches_have_the_size_asked_for(tmp_path: Path, table_format: TableFormat) -> None:
    path = tmp_path / "file"
    schema = pa.schema({"n": pa.int64(), "text": pa.string()})
    write(path, table_format, schema, [{"n": n, "text": f"row {n}"} for n in range(2500)])
    table = tables.open_table(path, table_format)
    sizes = [batch.num_rows for batch in table.batches(size=1000, start=100)]
    assert sizes == [1000, 1000, 400]


def write(
    path: Path, table_format: TableFormat, schema: Any, rows: list[dict[str, object]]
) -> None:
    writer = tables.write_table(path, table_format, schema)
    writer.write(pa.RecordBatch.from_pylist(rows, schema))
    writer.close()


@pytest.mark.parametrize("table_format", ["parquet", "csv", "jsonl"])
def test_a_file_that_is_written_reads_back_the_same(
    tmp_path: Path, table_format: TableFormat
) -> None:
    schema = pa.schema({"n": pa.int64(), "text": pa.string(), "share": pa.float64()})
    rows: list[dict[str, object]] = [
        {"n": 1, "text": 'quo"te, comma\r\nline', "share": 0.1},
        {"n": None, "text": "", "share": None},
        {"n": 3, "text": None, "share": 1e-7},
        {"n": 4, "text": "ünïcode 🐂", "share": 2.5},
    ]
    write(tmp_path / "file", table_format, schema, rows)
    table = tables.open_table(tmp_path / "file", table_format)
    assert read(table) == rows
    assert table.schema.equals(schema)


def test_csv_cells_come_back_as_they_stood(tmp_path: Path) -> None:
    text = 'zip,price,at\n007,1.50,2024-01-02\n"0,8",,""\n'
    table = a_csv(tmp_path, text)
    writer = tables.write_table(tmp_path / "copy", "csv", table.schema)
    for batch in table.batches():
        writer.write(batch)
    writer.close()
    assert (tmp_path / "copy").read_text() == text


def test_a_one_column_csv_keeps_its_empty_rows(tmp_path: Path) -> None:
    write(tmp_path / "file", "csv", pa.schema({"a": pa.string()}), [{"a": "x"}, {"a": None}])
    assert tables.open_table(tmp_path / "file", "csv").row_count == 2


def test_parquet_to_csv_writes_values_as_a_prompt_shows_them(tmp_path: Path) -> None:
    schema = pa.schema({"ok": pa.bool_(), "f": pa.float32(), "l": pa.list_(pa.int64())})
    write(tmp_path / "file", "csv", schema, [{"ok": True, "f": 0.1, "l": [1, 2]}])
    assert (tmp_path / "file").read_text() == 'ok,f,l\ntrue,0.1,"[1, 2]"\n'


@pytest.mark.parametrize("table_format", ["csv", "jsonl"])
def test_a_moment_that_has_no_text_is_null(tmp_path: Path, table_format: TableFormat) -> None:
    moments = pa.array([-(10**11), 0], pa.timestamp("s"))
    batch = pa.record_batch({"at": moments, "in": pa.StructArray.from_arrays([moments], ["it"])})
    writer = tables.write_table(tmp_path / "copy", table_format, batch.schema)
    writer.write(batch)
    writer.close()
    first, second = read(tables.open_table(tmp_path / "copy", table_format))
    assert first == {"at": None, "in": None}
    assert second["at"] == "1970-01-01T00:00:00"


def test_parquet_row_groups_are_bounded_and_metadata_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "GROUP_ROWS", 500)
    schema = pa.schema({"n": pa.int64()}).with_metadata({"who": "me"})
    path = tmp_path / "file"
    writer = tables.write_table(path, "parquet", schema)
    for start in range(0, 1200, 100):
        writer.write(pa.RecordBatch.from_pydict({"n": range(start, start + 100)}, schema))
    writer.close()
    found = pq.ParquetFile(path)
    assert [found.metadata.row_group(n).num_rows for n in range(3)] == [500, 500, 200]
    assert found.schema_arrow.metadata == {b"who": b"me"}


def test_a_column_is_added_at_the_end_or_replaced_in_its_place() -> None:
    schema = pa.schema({"a": pa.large_string(), "b": pa.int64()}).with_metadata({"k": "v"})
    batch = pa.RecordBatch.from_pydict({"a": ["x"], "b": [1]}, schema)
    added = tables.with_column(schema, "c", pa.string())
    assert tables.fill_column(batch, added, "c", ["new"]).to_pylist() == [
        {"a": "x", "b": 1, "c": "new"}
    ]
    replaced = tables.with_column(schema, "a", pa.string())
    assert replaced.names == ["a", "b"]
    assert replaced.metadata == {b"k": b"v"}
    assert tables.fill_column(batch, replaced, "a", [None]).to_pylist() == [{"a": None, "b": 1}]


def test_a_file_that_changed_is_looked_over_again(tmp_path: Path) -> None:
    assert a_csv(tmp_path, "a\n1\n").row_count == 1
    assert a_csv(tmp_path, "a\n1\n2\n").row_count == 2


def test_rows_are_read_fewer_at_a_time_where_their_values_are_large(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    large = pa.DictionaryArray.from_arrays(pa.array([0] * 300, pa.int8()), ["x" * 2_000_000])
    pq.write_table(pa.table({"text": large}), path)
    table = tables.open_table(path, "parquet")
    assert looking.look_over(path, "parquet").at_once == 4
    assert [len(batch) for batch in table.batches(size=32)] == [32] * 9 + [12]
    with pytest.raises(tables.BadTable, match="128 MiB"):
        list(table.batches())
    assert len(table.page(0, 32)) == 32
    with pytest.raises(tables.BadTable, match="hold more than 64 MiB: read fewer rows or columns"):
        table.page(0, 36)


def test_a_page_counts_the_names_that_each_of_its_rows_has(tmp_path: Path) -> None:
    name, rows = "n" * 20_000, 5_000
    flat = pa.array([1] * rows)
    nested = pa.array([[{"a": {name: 1}}]] * rows)
    mapped = pa.array([[("a", {name: 1})]] * rows, pa.map_(pa.string(), pa.struct({name: "int8"})))
    for number, table in enumerate(({name: flat}, {"a": nested}, {"a": mapped})):
        path = tmp_path / f"{number}.parquet"
        pq.write_table(pa.table(table), path)
        found = tables.open_table(path, "parquet")
        assert len(found.page(0, 3_000)) == 3_000
        with pytest.raises(tables.BadTable, match="5000 rows of the file hold more than 64 MiB"):
            found.page(0, rows)
        assert sum(len(batch) for batch in found.batches()) == rows
