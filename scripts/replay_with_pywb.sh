#!/bin/sh
# Replays captures with pywb (https://github.com/webrecorder/pywb), a program of its own, to show that the WARC files
# are what others can read. pywb pins old libraries, so it gets a virtual environment of its own.
#
# Usage: scripts/replay_with_pywb.sh ARCHIVE PORTAL [URL]
#   ARCHIVE  the SQLite file, as in data/demo.db; its captures are in warc/ beside it
#   PORTAL   the portal's id, as in demo
#   URL      fetch this page from the replay, compare it with what the archive holds, and stop; without it: keep
#            serving on http://localhost:8090/PORTAL/ until Ctrl-C
# PYWB_VENV names the virtual environment (default: .venv-pywb), PORT the port.
set -eu

[ $# -ge 2 ] || { sed -n '5,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
archive=$1 portal=$2 url=${3-}
venv=${PYWB_VENV:-.venv-pywb} port=${PORT:-8090}
python=${PYTHON:-python3}
captures=$(cd "$(dirname "$archive")" && pwd)/warc/$portal
archive=$(cd "$(dirname "$archive")" && pwd)/$(basename "$archive")
[ -d "$captures" ] || { echo "$captures: there are no captures of $portal" >&2; exit 2; }

if [ ! -x "$venv/bin/wayback" ]; then
  echo "Installing pywb into $venv; this takes a minute …" >&2
  "$python" -m venv "$venv"
  # pywb 2.10 still imports pkg_resources, which setuptools 81 dropped.
  "$venv/bin/pip" install --quiet --disable-pip-version-check 'setuptools<81' 'pywb>=2.9'
fi
bin=$(cd "$venv/bin" && pwd)

work=$(mktemp -d)
server=
finish() { [ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"; }
trap finish EXIT INT TERM
cd "$work"
cat > config.yaml <<END
collections:
  $portal:
    # The index that the crawl wrote, not one of pywb's own.
    index_paths: $captures/index.cdxj
    archive_paths: $captures/
END
"$bin/wayback" --port "$port" --bind 127.0.0.1 > "$work/pywb.log" 2>&1 &
server=$!
tries=0
until "$bin/python" -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$port/')" 2>/dev/null; do
  tries=$((tries + 1))
  kill -0 "$server" 2>/dev/null && [ "$tries" -lt 60 ] || { cat "$work/pywb.log" >&2; exit 1; }
  sleep 0.5
done
if [ -z "$url" ]; then
  echo "Replaying $portal on http://localhost:$port/$portal/ (Ctrl-C ends it)" >&2
  wait "$server"
  exit
fi
"$bin/python" - "$archive" "$portal" "$url" "$port" <<'END'
import gzip, hashlib, sqlite3, sys, urllib.request, zlib

archive, portal, url, port = sys.argv[1:]
digest, fetched = sqlite3.connect(f"file:{archive}?mode=ro", uri=True).execute(
    "SELECT digest, fetched FROM captures WHERE url = ? AND status = 200 ORDER BY id DESC LIMIT 1", (url,)
).fetchone() or sys.exit(f"the archive has no capture of {url}")
moment = "".join(c for c in fetched if c.isdigit())
# `id_` asks for the payload as it was captured, without pywb's rewriting.
answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/{portal}/{moment}id_/{url}")
body = answer.read()
found = hashlib.sha256(body).hexdigest()
shown = urllib.request.urlopen(f"http://127.0.0.1:{port}/{portal}/{moment}mp_/{url}").read()
print(f"{url}: {answer.status}, {len(body):,} bytes, SHA-256 {found}")
print(f"captured {fetched}, SHA-256 {digest}: {'the same' if found == digest else 'NOT the same'}")
print(f"with links rewritten for replay: {len(shown):,} bytes")
sys.exit(found != digest)
END
