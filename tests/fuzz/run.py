"""Fuzzes what reads bytes from strangers, guided by the branches that each input reaches.

    make fuzz SECONDS=600                 all targets, ten minutes together
    python tests/fuzz/run.py page --seconds 60

An input that raises, takes ten seconds or a gigabyte is a fault. It is written to `tests/fuzz/corpus/TARGET/`, where
`make test` reads it from then on: mend the fault and commit both.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]
_INSTRUMENTED = ["newscrawler", "warcio", "tomllib"]


def fuzz(name: str, seconds: int) -> None:
    """Run one target in this process. libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=_INSTRUMENTED):
        from fuzz.targets import TARGETS
    from fuzz.seeds import seeds

    found = CORPUS / name
    found.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as started:
        for number, seed in enumerate(seeds(name)):
            Path(started, str(number)).write_bytes(seed)
        options = [f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=1024", "-max_len=20000"]
        options += [f"-artifact_prefix={found}/", "-print_final_stats=1", "-verbosity=0"]
        atheris.Setup([sys.argv[0], *options, started, str(found)], TARGETS[name])
        atheris.Fuzz()


def main() -> int:
    """Run the targets one after the other, each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="?", help="one target; default all")
    parser.add_argument("--seconds", type=int, default=60, help="seconds of all targets together")
    options = parser.parse_args()
    if options.target:
        fuzz(options.target, options.seconds)
        return 0
    from fuzz.targets import TARGETS

    faults = []
    for name in TARGETS:
        each = max(1, options.seconds // len(TARGETS))
        print(f"{name}: {each} s", flush=True)
        if subprocess.run([sys.executable, __file__, name, "--seconds", str(each)], check=False).returncode:
            faults.append(name)
    print(f"faults in: {', '.join(faults)}; see tests/fuzz/corpus/" if faults else "no fault found")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
