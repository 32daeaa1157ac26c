#!/bin/sh
# Requests per second with and without the bouncer, measured in turn with wrk against two servers of the same build.
# Usage: benchmarks/rps.sh hello|yarp [ROUNDS] [SECONDS] [DECISIONS]. Needs wrk (Debian's package). Loopback only.
set -eu
cd "$(dirname "$0")/.."
kind=${1:?hello or yarp}
rounds=${2:-10}
seconds=${3:-5}
decisions=${4:-100000}
command -v wrk >/dev/null || { echo "rps: install wrk" >&2; exit 1; }
dotnet build -c Release -v quiet -clp:NoSummary --nologo benchmarks/Bouncer.Benchmarks >/dev/null
program=artifacts/bin/Bouncer.Benchmarks/release/Bouncer.Benchmarks

work=$(mktemp -d)
pids=
stop() { for pid in $pids; do kill "$pid" 2>/dev/null || :; done; rm -rf "$work"; }
trap stop EXIT
serve() { # NAME PORT: started with an open input, which ends with this script
    mkfifo "$work/$1.in"
    "$program" serve "$kind" "$1" "$2" "$decisions" <"$work/$1.in" >"$work/$1.out" &
    pids="$pids $!"
}
serve without 18181
exec 3>"$work/without.in"
serve with 18182
exec 4>"$work/with.in"
for name in without with; do
    tries=0
    until grep -q ready "$work/$name.out"; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || { echo "rps: $name did not start" >&2; exit 1; }
        sleep 1
    done
done

measure() { wrk -t1 -c32 -d"${2}s" "http://127.0.0.1:$1/" | sed -n 's/^Requests\/sec: *//p'; }
measure 18181 3 >/dev/null
measure 18182 3 >/dev/null
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    without=$(measure 18181 "$seconds")
    with=$(measure 18182 "$seconds")
    echo "$round $without $with" | tee -a "$work/all" | awk '{ printf "round %d: without %.0f/s, with %.0f/s, ratio %.3f\n", $1, $2, $3, $3 / $2 }'
done
awk '{ print $3 / $2 }' "$work/all" | sort -n | awk '{ r[NR] = $1 } END { printf "median ratio of %d rounds: %.3f\n", NR, NR % 2 ? r[(NR + 1) / 2] : (r[NR / 2] + r[NR / 2 + 1]) / 2 }'
