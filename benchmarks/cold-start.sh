#!/bin/sh
# The cold start of samples/Minimal.Web in three forms: compiled ahead of time, ReadyToRun, and for the installed runtime. Each
# starts against a Local API with DECISIONS decisions, one of which bans its only client: the time counts until the first 403. Beside
# it the processor time of the process until then, its memory at the peak, and five seconds later. The Local API sends a list from a
# file, so that it takes little of the same processors. The forms take turns; the median of each counts.
# Usage: benchmarks/cold-start.sh [DECISIONS [ROUNDS]]     Loopback only.
set -eu
cd "$(dirname "$0")/.."
decisions=${1:-1000000}
rounds=${2:-5}
lapi=18283 site=18284
work=$(mktemp -d)
pids=
stop() { exec 3>&- 4>&-; [ -z "$pids" ] || wait $pids || :; rm -rf "$work"; }
trap stop EXIT
trap 'exit 1' INT TERM

publish() { dotnet publish samples/Minimal.Web -c Release -v quiet -nologo -o "$work/$1" $2 >"$work/log" || { cat "$work/log" >&2; exit 1; }; }
publish runtime ''
publish readytorun '-r linux-x64 --no-self-contained -p:PublishAot=false -p:PublishReadyToRun=true'
publish native '-r linux-x64'
rm -f "$work"/native/*.dbg # Symbols, which need not be installed.
dotnet build -c Release -v quiet -clp:NoSummary --nologo benchmarks/Bouncer.Benchmarks >/dev/null

program=artifacts/bin/Bouncer.Benchmarks/release/Bouncer.Benchmarks
mkfifo "$work/input" "$work/writer"
exec 3<>"$work/input" 4<>"$work/writer" # Programs end with their input: the Local API with this script, the writer of its list sooner.
started() { # FILE TEXT: waits until a program has written it.
    tries=0
    until grep -qs "$2" "$1"; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { echo "cold-start: the Local API did not start" >&2; exit 1; }
        sleep 0.5
    done
}

# The list is written once and read from a file afterwards, for its writer would take most of the processors' time.
"$program" serve lapi "$lapi" "$decisions" ban <"$work/writer" 3>&- 4>&- >"$work/lapi" &
pids=$!
started "$work/lapi" ready
curl -sf --noproxy '*' -m 120 -H 'X-Api-Key: benchmark' -o "$work/list.json" "http://127.0.0.1:$lapi/v1/decisions/stream?startup=true&dedup=false"
exec 4>&-
wait "$pids"
"$program" serve-stream --decisions "$work/list.json" <"$work/input" 3>&- >"$work/lapi" &
pids=$!
started "$work/lapi" http

export ASPNETCORE_URLS="http://127.0.0.1:$site" Logging__LogLevel__Default=Warning
export Bouncer__Lapi__Url="$(cat "$work/lapi")" Bouncer__Lapi__ApiKey=benchmark Bouncer__TrustLoopback=false
now() { date +%s.%N; }
memory() { awk -v name="$2:" '$1 == name { printf "%.0f", $2 / 1000 }' "/proc/$1/status"; }
processor() { awk -v hertz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) / hertz }' "/proc/$1/stat"; }
start() { # FORM: seconds, seconds of processor time, MB at the peak, MB at rest
    case $1 in native) program=$work/native/Minimal.Web ;; *) program="dotnet $work/$1/Minimal.Web.dll" ;; esac
    began=$(now)
    (cd "$work/$1" && exec $program) 3>&- >"$work/site" 2>&1 &
    pid=$!
    tries=0
    until [ "$(curl -s --noproxy '*' -o /dev/null -w '%{http_code}' -m 60 "http://127.0.0.1:$site/")" = 403 ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 3000 ] || { echo "cold-start: $1 refused no request" >&2; cat "$work/site" >&2; kill "$pid"; exit 1; }
        sleep 0.01
    done
    ended=$(now)
    took=$(processor "$pid")
    sleep 5
    echo "$1 $(echo "$ended $began" | awk '{ print $1 - $2 }') $took $(memory "$pid" VmHWM) $(memory "$pid" VmRSS)"
    kill "$pid"
    wait "$pid" || :
}
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    for form in native readytorun runtime; do start "$form" | tee -a "$work/all"; done
done
median() { awk -v form="$1" '$1 == form { print $'"$2"' }' "$work/all" | sort -n | awk '{ r[NR] = $1 } END { print r[int((NR + 1) / 2)] }'; }
for form in native readytorun runtime; do
    printf '%s: first refusal after %.2f s, %.2f s of processor time, %s MB at the peak, %s MB at rest, %s MB on disk (%s decisions, medians of %s)\n' "$form" \
        "$(median $form 2)" "$(median $form 3)" "$(median $form 4)" "$(median $form 5)" "$(du -sm "$work/$form" | cut -f1)" "$decisions" "$rounds"
done
