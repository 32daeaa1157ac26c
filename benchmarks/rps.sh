#!/bin/sh
# Requests per second with and without the bouncer, by wrk against two servers of the same build: both run all the time,
# rounds are short and alternate, every other round begins with the other server, and the median of the ratios counts.
# Beside it, the processor time a request costs each server, which other work on the machine disturbs less.
# With a decision's type instead of hello or yarp, every request is refused: "without" then is a server that answers an empty
# 403, "with" one whose client has a decision of that type. ACCEPT sets the header of that name: text/html asks for pages, in the
# languages of ACCEPT_LANGUAGE.
# With open or open-sized, both have the bouncer, and "without" leaves open connections alone; the pages say no length, or do.
# Usage: [PIN=yes] [ACCEPT=TYPE] [ACCEPT_LANGUAGE=TAGS] benchmarks/rps.sh hello|yarp|open|open-sized|ban|captcha|throttle|mfa
# [ROUNDS] [SECONDS] [DECISIONS].
# Needs wrk (Debian's package). Loopback only.
# PIN=yes holds the servers on processor 0 and wrk, with LAPI, on processor 1, so that they do not take turns.
set -eu
cd "$(dirname "$0")/.."
kind=${1:?hello, yarp, or a type of decision}
rounds=${2:-10}
seconds=${3:-3}
decisions=${4:-1000000}
command -v wrk >/dev/null || { echo "rps: install wrk" >&2; exit 1; }
dotnet build -c Release -v quiet -clp:NoSummary --nologo benchmarks/Bouncer.Benchmarks >/dev/null
program=artifacts/bin/Bouncer.Benchmarks/release/Bouncer.Benchmarks
server_pin= load_pin=
[ "${PIN:-no}" != yes ] || { server_pin="taskset -c 0" load_pin="taskset -c 1"; }
without=18181 with=18182 lapi=18183

work=$(mktemp -d)
pids=
stop() { exec 3>&-; [ -z "$pids" ] || wait $pids || :; rm -rf "$work"; }
trap stop EXIT
trap 'exit 1' INT TERM
mkfifo "$work/input"
exec 3<>"$work/input" # The servers' input, which ends with this script.
serve() { # NAME PIN ARGUMENTS
    name=$1 pin=$2
    shift 2
    $pin "$program" serve "$@" <"$work/input" 3>&- >"$work/$name" &
    pids="$pids $!"
    echo "$!" >"$work/$name.pid"
    tries=0
    until grep -qs ready "$work/$name"; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { echo "rps: $name did not start" >&2; exit 1; }
        sleep 0.5
    done
}
plain_bouncer=
case $kind in
    hello | yarp) plain=$kind guarded=$kind refused= ;;
    open) plain=hello guarded=hello refused= plain_bouncer="$lapi unwatched" ;;
    open-sized) plain=sized guarded=sized refused= plain_bouncer="$lapi unwatched" ;;
    *) plain=refuse guarded=hello refused=$kind ;;
esac
serve lapi "$load_pin" lapi "$lapi" "$decisions" $refused
serve without "$server_pin" "$plain" "$without" $plain_bouncer
serve with "$server_pin" "$guarded" "$with" "$lapi"

cpu() { awk '{ print $14 + $15 }' "/proc/$1/stat"; } # Ticks, user and system.
measure() { # NAME PORT SECONDS: requests a second, and microseconds of the server's processors a request
    pid=$(cat "$work/$1.pid")
    before=$(cpu "$pid")
    $load_pin wrk -t1 -c32 -d"${3}s" -H "Accept: ${ACCEPT:-*/*}" ${ACCEPT_LANGUAGE:+-H "Accept-Language: $ACCEPT_LANGUAGE"} "http://127.0.0.1:$2/" >"$work/wrk"
    awk -v ticks=$(($(cpu "$pid") - before)) -v hz="$(getconf CLK_TCK)" \
        '/requests in/ { n = $1 } /^Requests\/sec/ { r = $2 } END { print r, ticks / hz * 1e6 / n }' "$work/wrk"
}
measure_without() { measure without "$without" "$1"; }
measure_with() { measure with "$with" "$1"; }
for _ in 1 2 3; do
    measure_without 5 >/dev/null
    measure_with 5 >/dev/null
done
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    if [ $((round % 2)) -eq 1 ]; then
        a=$(measure_without "$seconds") b=$(measure_with "$seconds")
    else
        b=$(measure_with "$seconds") a=$(measure_without "$seconds")
    fi
    echo "$round $a $b" | tee -a "$work/all" |
        awk '{ printf "round %d: without %.0f/s at %.1f us, with %.0f/s at %.1f us, ratio %.3f, of time %.3f\n", $1, $2, $3, $4, $5, $4 / $2, $3 / $5 }'
done
median() { # EXPRESSION over a round's line
    awk "{ print $1 }" "$work/all" | sort -n | awk '{ r[NR] = $1 } END { print NR % 2 ? r[(NR + 1) / 2] : (r[NR / 2] + r[NR / 2 + 1]) / 2 }'
}
printf '%s decisions, medians of %d rounds: without %.0f/s at %.1f us, with %.0f/s at %.1f us, ratio %.3f, of time %.3f\n' "$decisions" "$rounds" \
    "$(median '$2')" "$(median '$3')" "$(median '$4')" "$(median '$5')" "$(median '$4 / $2')" "$(median '$3 / $5')"
