#!/usr/bin/env bash
# A small demonstration, twice with one seed: both end well, print the same but for what takes time, and every line of the
# regard command that they print works when it is pasted.
# usage: check.sh BIN_FOLDER DATA_FOLDER
set -euo pipefail
bin=$1
input=$2
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -9 $server 2>/dev/null; rm -rf "$work"' EXIT

run() {
  local name=$1
  "$bin/regard-standalone" --data "$work/$name" --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 \
    --simulated-clock 2026-01-05T06:00:00Z >"$work/$name.ready" 2>"$work/$name.log" &
  server=$!
  local address
  until address=$(sed -n 's/^ready //p' "$work/$name.ready") && [ -n "$address" ]; do
    kill -0 $server || { cat "$work/$name.log"; exit 1; }
    sleep 0.1
  done
  "$bin/regard-demo" --server "$address" --key "$work/$name/auth.key" --input "$input" --people 24 --weeks 6 --serve \
    --cli "$bin/regard" >"$work/$name.out" || { cat "$work/$name.out"; tail "$work/$name.log"; exit 1; }
  sed -n '/^== Still running/,$p' "$work/$name.out" | grep -E '^(export |[A-Z]+=|regard )' >"$work/$name.pasted"
  [ "$(grep -c '^regard ' "$work/$name.pasted")" -ge 10 ] || { echo "too few lines to paste"; exit 1; }
  env -i PATH=/usr/bin:/bin bash -e "$work/$name.pasted" >"$work/$name.answers" 2>&1 ||
    { echo "a printed line failed, the last of:"; tail -n 5 "$work/$name.answers"; exit 1; }
  kill -TERM $server
  wait $server
  server=
  # Without times, the tokens that were signed and the port.
  sed -e '/Still running/,$d' -e 's/, [0-9.]* s$//' -e '/commands in/d' "$work/$name.out" >"$work/$name.same"
}

run first
run second
cat "$work/first.out"
diff "$work/first.same" "$work/second.same"
echo "the same seed, the same market"
