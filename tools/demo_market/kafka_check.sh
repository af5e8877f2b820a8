#!/usr/bin/env bash
# A small demonstration on the embedded log, on Kafka, and on Kafka with ten processes, with one seed: all print the same
# but for what takes time.
# Then another instance with an empty disk finds everything in the topics, and the market on the embedded log moves
# there and back. usage: kafka_check.sh BIN_FOLDER DATA_FOLDER, with the brokers of REGARD_KAFKA_FOLDER
set -euo pipefail
bin=$1
input=$2
work=$(mktemp -d)
server=
apart=
trap '[ -z "$server" ] || kill -9 $server 2>/dev/null
  [ -z "$apart" ] || python3 "$(dirname "$0")/../deployment/run" kill "$apart"
  rm -rf "$work"' EXIT
deployment=check-$$-$(date +%s)
log=kafka://$(cat "$REGARD_KAFKA_FOLDER/bootstrap")/$deployment

# start NAME ARGUMENT...: a server on the folder of this name; its address is in $address.
start() {
  local name=$1
  shift
  # A former server's address is not this one's.
  : >"$work/$name.ready"
  "$bin/regard-standalone" --data "$work/$name" --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 \
    --simulated-clock 2026-01-05T06:00:00Z "$@" >"$work/$name.ready" 2>"$work/$name.log" &
  server=$!
  until address=$(sed -n 's/^ready //p' "$work/$name.ready") && [ -n "$address" ]; do
    kill -0 $server || { cat "$work/$name.log"; exit 1; }
    sleep 0.1
  done
}

stop() {
  kill -TERM $server
  wait $server
  server=
}

demonstrate() {
  local name=$1
  "$bin/regard-demo" --server "$address" --key "$work/$name/auth.key" --input "$input" --people 8 --weeks 3 --serve \
    >"$work/$name.out" || { cat "$work/$name.out"; tail "$work/$name.log"; exit 1; }
  # Without times, the tokens that were signed and the port.
  sed -e '/Still running/,$d' -e 's/, [0-9.]* s$//' -e '/commands in/d' "$work/$name.out" >"$work/$name.same"
}

verify() {
  REGARD_TOKEN=$("$bin/regard" token --data "$work/$1" --role operator --subject check) \
    "$bin/regard" --server "$address" log verify --timeout 2m >"$work/$1.verified" ||
    { cat "$work/$1.verified"; exit 1; }
}

start embedded
demonstrate embedded
verify embedded
stop

if "$bin/regard-standalone" --data "$work/shared" --log "$log" 2>"$work/refused"; then
  echo "a log that was never made was opened"
  exit 1
fi
grep -q "there is no topic $deployment" "$work/refused"
"$bin/regard-standalone" --log "$log" --make-log
start shared --log "$log"
demonstrate shared
verify shared
kill -9 $server
wait $server || true
server=
diff "$work/embedded.same" "$work/shared.same"
diff "$work/embedded.verified" "$work/shared.verified"

# Ten processes on another deployment: the same market again, and one of them starts anew with an empty disk.
python3 "$(dirname "$0")/../deployment/run" start "$work/apart" --bin "$bin" --name "$deployment-apart" \
  --brokers "$(cat "$REGARD_KAFKA_FOLDER/bootstrap")" --flag=--simulated-clock=2026-01-05T06:00:00Z >"$work/apart.server"
apart=$work/apart
address=$(cat "$work/apart.server")
"$bin/regard-demo" --server "$address" --key "$work/apart/keys/auth.key" --input "$input" --people 8 --weeks 3 --serve \
  >"$work/apart.out" || { cat "$work/apart.out"; tail -n 3 "$work/apart/"*.log; exit 1; }
sed -e '/Still running/,$d' -e 's/, [0-9.]* s$//' -e '/commands in/d' "$work/apart.out" >"$work/apart.same"
diff "$work/embedded.same" "$work/apart.same"
python3 "$(dirname "$0")/../deployment/run" kill "$work/apart" budgets-1
rm -rf "$work/apart/budgets-1"
python3 "$(dirname "$0")/../deployment/run" restart "$work/apart" budgets-1
grep -q snapshot_fetched "$work/apart/budgets-1.log" || { tail -n 5 "$work/apart/budgets-1.log"; exit 1; }
export REGARD_TOKEN
REGARD_TOKEN=$("$bin/regard" token --data "$work/apart/keys" --role operator --subject check)
# Ten instances say what they have; together that is everything, owned once and followed once.
tries=0
until "$bin/regard" --server "$address" status --json >"$work/apart.status" && python3 - "$work/apart.status" <<'END'
import collections, json, sys
instances = json.load(open(sys.argv[1]))["instances"]
topics = collections.Counter()
for one in instances:
    for topic in one["status"]["topics"]:
        topics[topic["topic"], "owned"] += topic["owned"]
        topics[topic["topic"], "followed"] += topic["followed"]
        topics[topic["topic"], "behind"] += int(topic["follow_lag_appends"])
names = ("providers", "bookings", "budgets", "feedback")
whole = all((topics[n, "owned"], topics[n, "followed"], topics[n, "behind"]) == (64, 64, 0) for n in names)
sys.exit(not (len(instances) == 10 and all(one["status"]["ready"] for one in instances) and whole))
END
do
  tries=$((tries + 1))
  [ $tries -lt 60 ] || { "$bin/regard" --server "$address" status; exit 1; }
  sleep 0.5
done
"$bin/regard" --server "$address" status
# Any of them reads the whole log, and what is stored is what all of them store. So small a market has no feedback.
for topic in providers bookings budgets; do
  "$bin/regard" --server "$address" log tail $topic --count 3 >"$work/apart.tail" || { cat "$work/apart.tail"; exit 1; }
  [ "$(grep -c '^[0-9]' "$work/apart.tail")" = 3 ] || { echo "no tail of $topic"; cat "$work/apart.tail"; exit 1; }
done
"$bin/regard" --server "$address" log stats --json | python3 -c '
import json, sys
stats = json.load(sys.stdin)
owned = {one["topic"]: one["owned_partitions"] for one in stats["topics"]}
assert owned == dict.fromkeys(("providers", "bookings", "budgets", "feedback"), 64), owned
assert all(int(one["positions"]) > 0 for one in stats["topics"] if one["topic"] != "feedback"), stats
assert any(one["view"].startswith("directory.") for one in stats["views"]), stats'
"$bin/regard" --server "$address" log verify --timeout 2m >"$work/apart.verified" ||
  { cat "$work/apart.verified"; exit 1; }
unset REGARD_TOKEN
diff <(sort -u "$work/embedded.verified" | grep -v "^views") <(sort -u "$work/apart.verified" | grep -v "^views")
python3 "$(dirname "$0")/../deployment/run" stop "$work/apart"
apart=

# Keys that instances share, and nothing else.
mkdir -m 700 "$work/joined"
cp "$work/shared/"{auth,digest,master}.key "$work/joined/"
start joined --log "$log"
verify joined
stop
diff "$work/shared.verified" "$work/joined.verified"

# The stopped market on the embedded log moves to another deployment on the same brokers, goes on there, and comes back.
moved=kafka://$(cat "$REGARD_KAFKA_FOLDER/bootstrap")/$deployment-moved
"$bin/regard" log migrate --data "$work/embedded" --to "$moved"
"$bin/regard" log migrate --data "$work/embedded" --to "$moved"
start embedded --log "$moved"
verify embedded
stop
diff "$work/shared.verified" "$work/embedded.verified"
"$bin/regard" log migrate --data "$work/embedded" --from "$moved"
start embedded
verify embedded
stop
diff "$work/shared.verified" "$work/embedded.verified"
echo "the same market on Kafka, in one process and in ten, also from an empty disk, and moved there and back"
