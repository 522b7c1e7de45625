"""Commands do not wait for libraries that they do not use."""

import subprocess
import sys

import pytest


def python(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_archive_opens_without_pandas_which_is_there_all_the_same() -> None:
    loaded = (
        "import sys, newscrawler.archive; print([n for n in ('numpy', 'pandas', 'matplotlib') if n in sys.modules])"
    )
    assert python(loaded) == "[]"
    assert python("import newscrawler.archive, numpy, pandas; print(len(pandas.DataFrame({'a': [1]})))") == "1"


@pytest.mark.slow
def test_who_has_imported_pandas_before_keeps_it() -> None:
    assert python("import sys, pandas, newscrawler.archive; print(sys.modules['pandas'] is pandas)") == "True"
