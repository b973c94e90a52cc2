"""Files go out by their compressed copies, unless a copy is older than its file."""

import os

import brotli
import pytest
from werkzeug.test import Client

from skillhub.kernel.compression import Files


@pytest.mark.parametrize(
    ("age", "encoding"),
    [
        pytest.param(0, "br", id="as old as its file"),
        pytest.param(-10, None, id="older than its file"),
    ],
)
def test_a_stale_copy_is_not_used(tmp_path, age, encoding):
    page = tmp_path / "look.css"
    page.write_text("a { color: red }" * 20)
    copy = tmp_path / "look.css.br"
    copy.write_bytes(brotli.compress(b"a { color: blue }" * 20))
    os.utime(copy, ns=(page.stat().st_mtime_ns + age * 10**9,) * 2)
    files = Files(None, root=str(tmp_path), prefix="static/")
    answer = Client(files).get("/static/look.css", headers={"Accept-Encoding": "br"})
    assert answer.headers.get("Content-Encoding") == encoding
    assert (brotli.decompress(answer.data) if encoding else answer.data).startswith(b"a { color")
