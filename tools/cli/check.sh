#!/usr/bin/env bash
# The command line against a running server: what a provider, a council, a person and an operator do, with exit codes.
# usage: check.sh BIN_FOLDER DATA_FOLDER
set -euo pipefail
bin=$1
input=$2
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -9 $server 2>/dev/null; rm -rf "$work"' EXIT

fail() { echo "FAILED: $*" >&2; tail -n 5 "$work/server.log" >&2; exit 1; }
# expect CODE TEXT COMMAND...: the command's exit code, and a text in what it prints.
expect() {
  local code=$1 text=$2 got=0
  shift 2
  "$@" >"$work/out" 2>&1 || got=$?
  [ $got = "$code" ] || { cat "$work/out" >&2; fail "exit $got instead of $code: $*"; }
  [ -z "$text" ] || grep -qF -- "$text" "$work/out" || { cat "$work/out" >&2; fail "no '$text' from: $*"; }
}
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$work/out" | head -n 1; }
as() {
  local role=$1 subject=$2
  shift 2
  REGARD_TOKEN=$("$bin/regard" token --data "$work/data" --role "$role" --subject "$subject" --council E08000009) "$@"
}
regard() { "$bin/regard" "$@"; }

export REGARD_SERVER=127.0.0.1:1
expect 3 UNAVAILABLE regard search gardening --timeout 200ms
expect 2 topic regard log tail
expect 2 "no command nonsense" regard nonsense
expect 2 "--why" regard log quarantine budgets/1/1/0 --all-readers --data "$work/data"
expect 0 "Examples:" regard log quarantine --help
expect 2 "not understood" regard book --provider p --listing l --person p1 --start tomorrow
expect 1 "is not there" regard token --data "$work/data" --role person --subject p1 --council E08000009

# start TIME: a server on the data folder, whose clock starts there.
start() {
  : >"$work/ready"
  "$bin/regard-standalone" --data "$work/data" --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 \
    --simulated-clock "$1" >"$work/ready" 2>>"$work/server.log" &
  server=$!
  until REGARD_SERVER=$(sed -n 's/^ready //p' "$work/ready") && [ -n "$REGARD_SERVER" ]; do
    kill -0 $server || fail "the server did not start"
    sleep 0.1
  done
}
start 2026-04-06T06:00:00Z

# Imports: a bad row is told with its line and does not stop the rest; importing twice changes nothing.
head -n 200 "$input/trafford/postcodes.csv" >"$work/postcodes.csv"
echo 'nowhere,W,W,A,0,0' >>"$work/postcodes.csv"
expect 0 "line 201: no postcode: nowhere" as operator o regard import postcodes "$work/postcodes.csv" --council E08000009
expect 0 "199 rows taken, 1 refused" as operator o regard import postcodes "$work/postcodes.csv" --council E08000009
expect 0 "56 rows taken" as operator o regard import care-homes "$input/trafford/care_homes.csv" --council E08000009
expect 0 topics as operator o regard log stats --json
cp "$work/out" "$work/stats"
expect 0 "56 rows taken" as operator o regard import care-homes "$input/trafford/care_homes.csv" --council E08000009
expect 0 topics as operator o regard log stats --json
[ "$(grep -o '"topic":"providers"[^}]*"positions":"[0-9]*"' "$work/stats")" = \
  "$(grep -o '"topic":"providers"[^}]*"positions":"[0-9]*"' "$work/out")" ] || fail "importing twice changed something"
expect 1 TOKEN_MISSING regard import care-homes "$input/trafford/care_homes.csv" --council E08000009

# A provider lists, lacks a paper, gets it seen, and publishes.
expect 0 provider_id as provider asha regard register "Asha's Gardens" --postcode "M15 4AB" --worker Asha --json
provider=$(field provider_id)
expect 0 listing_id as provider asha regard list --provider "$provider" --title Gardening --category regard:gardening \
  --price 18.50 --unit hour --postcode "M15 4" --window "tue 09:00-17:00" --funding direct-payment --json
listing=$(field listing_id)
expect 1 INSURANCE_NEEDED as provider asha regard publish --provider "$provider" --listing "$listing"
for paper in "insurance --expires 2027-03-31" dbs; do
  # shellcheck disable=SC2086
  expect 0 credential_id as provider asha regard credential record --provider "$provider" --reference seen --json --kind $paper
  expect 0 verified as commissioner c regard credential verify --provider "$provider" --credential "$(field credential_id)"
done
expect 0 published as provider asha regard publish --provider "$provider" --listing "$listing"
expect 0 published as provider asha regard provider "$provider"

# A person finds it, books, and sees the money held at once. The token of the booking waits for it.
expect 0 simulated as operator o regard clock --advance 1s --json
expect 0 "Asha's Gardens" regard search gardener --near "M15 4AD" --within 3km --funding direct-payment
expect 0 budget_id as practitioner s regard open-budget --person p1 --amount 1000 --from 2026-04-06 --to 2027-04-05 --json
budget=$(field budget_id)
expect 0 funded as person p1 regard book --provider "$provider" --listing "$listing" --budget "$budget" \
  --start 2026-04-07T10:00 --minutes 120 --home-postcode "M15 4AD"
booking=$(sed -n 's/^booking  \([^ ]*\).*/\1/p' "$work/out")
token=$(sed -n 's/^token    //p' "$work/out")
expect 0 £37.00 as person p1 regard balance --budget "$budget" --after "$token"
expect 1 BUDGET_NOT_FOUND as person p2 regard balance --person p1 --budget "$budget"
expect 0 accepted as provider asha regard accept --provider "$provider" --booking "$booking"
expect 0 simulated as operator o regard clock --advance 36h
expect 0 recorded as provider asha regard visit --provider "$provider" --booking "$booking" --start 2026-04-07T10:00 --minutes 120
expect 0 confirmed as person p1 regard confirm --provider "$provider" --booking "$booking"
expect 0 posted as person p1 regard statement --budget "$budget" --after "$(sed -n 's/^token  //p' "$work/out")"
expect 0 week as person p1 regard outlook --budget "$budget"
expect 0 "Supply by kind" as commissioner c regard shape --council E08000009
expect 1 COUNCIL_NOT_FOUND as commissioner c regard shape --council E08000003

# An operator looks into it, copies it, and verifies server, copy and stopped folder.
expect 0 "budget/$budget" as operator o regard log tail budgets
expect 0 "views equal a rebuild" as operator o regard log verify --timeout 2m
expect 0 '"ready":true' as operator o regard status --json
expect 0 '"topic":"budgets","partitions":64,"owned":64,' as operator o regard status --json
expect 1 TOKEN_MISSING regard status
# A new log may hold all that its build knows, and nobody raises it above.
expect 0 '"topic":"budgets","partitions":64,"raised":[0,1,2,' as operator o regard log raise-level --json
expect 0 "at level 1" as operator o regard log raise-level 1
expect 1 INSTANCE_KNOWS_LESS as operator o regard log raise-level 9
expect 1 ROLE_NOT_ALLOWED as commissioner c regard log raise-level
expect 2 "" as operator o regard log raise-level 0
# Who does not answer is in the table, beside those who do.
expect 3 "no: UNAVAILABLE" as operator o regard status --server "budgets=$REGARD_SERVER;bookings=127.0.0.1:1" --timeout 200ms
grep -qF "$REGARD_SERVER" "$work/out" || fail "one instance hides the others"
expect 0 "written to" as operator o regard backup "$work/backup"
expect 1 PATH_EXISTS as operator o regard backup "$work/backup"
expect 0 "views equal a rebuild" regard log verify --data "$work/backup"
[ "$(stat -c %a "$work/backup")" = 700 ] || fail "others can read the keys in a backup"
expect 1 NO_SUCH_PARENT as operator o regard backup "$work/nowhere/backup"
expect 0 reader as operator o regard log quarantine --list

# A running server whose files are damaged below it says where. The copy shares no file with it.
flip() { printf '\377' | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }
table=$(ls -S "$work/data/log"/*.sst | head -n 1)
cp "$table" "$work/table"
cp -r "$work/backup" "$work/copy"
flip "$table" 3000
expect 1 "PROBLEM: " as operator o regard log verify --timeout 2m
expect 1 " offset " as operator o regard log verify --timeout 2m
cp "$work/table" "$table"
expect 0 "views equal a rebuild" as operator o regard log verify --timeout 2m

# Killed with a command under way: nobody knows what became of it, and the printed id finds out.
kill -STOP $server
(sleep 0.5; kill -KILL $server) &
export REGARD_TOKEN
REGARD_TOKEN=$(regard token --data "$work/data" --role provider --subject bea --council E08000009)
id=$(python3 -c 'import os, time
b = bytearray(int(time.mktime((2026, 4, 7, 12, 0, 0, 0, 0, 0)) * 1000).to_bytes(6, "big") + os.urandom(10))
b[6], b[8] = 0x70 | b[6] & 15, 0x80 | b[8] & 63
h = b.hex()
print("-".join([h[:8], h[8:12], h[12:16], h[16:20], h[20:]]))')
expect 3 "--request-id $id" regard register Bea --worker Bea --request-id "$id" --timeout 5s
wait $server && fail "the server was not killed"
start 2026-04-07T20:00:00Z
expect 0 provider_id regard register Bea --worker Bea --request-id "$id" --json
bea=$(field provider_id)
expect 0 "$bea" regard register Bea --worker Bea --request-id "$id" --json
expect 1 REQUEST_ID_REUSED regard register Other --worker Bea --request-id "$id"
unset REGARD_TOKEN
kill -TERM $server
wait $server || fail "the server did not stop cleanly"
server=
expect 0 "views equal a rebuild" regard log verify --data "$work/data"
expect 0 '"ok":true' regard log verify --data "$work/data" --json

# Restored, it is what it was when it was copied.
mv "$work/data" "$work/damaged"
cp -r "$work/copy" "$work/data"
start 2026-04-07T20:00:00Z
expect 0 "£37.00" as person p1 regard balance --budget "$budget"
expect 1 "" as provider bea regard provider "$bea"
expect 0 "views equal a rebuild" as operator o regard log verify --timeout 2m
kill -TERM $server
wait $server || fail "the server did not stop cleanly"
server=

# A stopped folder with a flipped byte: not verified, not started, with the place.
for table in "$work/damaged/log"/*.sst; do flip "$table" 3000; done
expect 1 "PROBLEM: " regard log verify --data "$work/damaged"
expect 70 " offset " "$bin/regard-standalone" --data "$work/damaged" --listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0
expect 1 "no data folder" regard log verify --data "$work/nothing"
[ ! -e "$work/nothing" ] || fail "looking made a folder"

# Completion, as a shell loads it.
PATH=$bin:$PATH bash -c 'source <(regard completion bash); complete -p regard >/dev/null
  COMP_WORDS=(regard token --role o); COMP_CWORD=3; _regard; [ "${COMPREPLY[*]}" = operator ]' || fail "completion"
echo "the command line does what it says"
