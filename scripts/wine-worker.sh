#!/bin/sh
# Starts the Windows build of src/Bouncer.Firewall.Worker under Debian's wine, against samples/LocalApi on loopback, and prints what
# happens: it loads, activates Windows' firewall objects, and says in a sentence that wine's firewall cannot be used. Not part
# of test.sh: wine is large, and filters nothing. Installs wine64 where it is missing (Debian; needs root or sudo).
set -eu
cd "$(dirname "$0")/.."

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

wine=/usr/lib/wine/wine64
wineserver=/usr/lib/wine/wineserver64
if [ ! -x "$wine" ]; then
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wine64 >/dev/null 2>&1
fi

scratch=$(mktemp -d)
export WINEPREFIX="$scratch/wine" WINEDEBUG=-all DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
lapi=
open=
end() {
    [ -z "$lapi" ] || kill "$lapi" 2>/dev/null || true
    [ -z "$open" ] || kill "$open" 2>/dev/null || true
    "$wineserver" -k 2>/dev/null || true
    rm -rf "$scratch"
}
trap end EXIT

dotnet publish src/Bouncer.Firewall.Worker -c Release -r win-x64 -o "$scratch/worker" -m:1 -v quiet -nologo >/dev/null
dotnet build samples/LocalApi -m:1 -v quiet -nologo -clp:NoSummary >/dev/null
# Waited for: the services of a system that is still being set up end with it.
"$wine" wineboot -i >/dev/null 2>&1 || true
"$wineserver" -w

dotnet artifacts/bin/LocalApi/debug/LocalApi.dll --urls http://127.0.0.1:0 >"$scratch/lapi" 2>&1 &
lapi=$!
for _ in $(seq 100); do
    grep -q '^Bouncer key' "$scratch/lapi" && break
    sleep 0.1
done
url=$(sed -n 's/^Listening on //p' "$scratch/lapi")
key=$(sed -n 's/^Bouncer key: //p' "$scratch/lapi")
curl -sf -H 'Content-Type: application/json' -d '{"value":"198.51.100.0/24"}' "${url}manage/decisions" >/dev/null

cat >"$scratch/worker.json" <<JSON
{ "Bouncer": { "Lapi": { "Url": "$url", "ApiKey": "$key" } } }
JSON
worker="$scratch/worker/bouncers-firewall.exe"
windows_path() { printf 'Z:%s' "$1" | tr / '\\'; }
settings=$(windows_path "$scratch/worker.json")

# Paths, ports and times differ from run to run.
tidy() { tr -d '\r' | sed -e "s#$url#http://127.0.0.1:8080/#g" -e 's/^[0-9-]* [0-9:]* //' -e 's/0\(0:00:0[0-9]\)\.[0-9]*/0\1/g'; }

try() {
    echo "> bouncers-firewall $*"
    code=0
    timeout 60 "$wine" "$worker" "$@" --settings "$settings" >"$scratch/output" 2>&1 </dev/null || code=$?
    tidy <"$scratch/output"
    echo "exit code $code"
    echo
}

service() {
    echo "> sc $1 $2"
    timeout 60 "$wine" sc "$@" 2>&1 </dev/null | tidy | grep -E 'STATE|EXIT_CODE|fail|error' || true
}

echo "$("$wine" --version), .NET $(sed -n 's/.*"version": "\(.*\)".*/\1/p' "$scratch/worker/bouncers-firewall.runtimeconfig.json")"
echo
try plan
try verify
try apply --once
try clean

echo "> bouncers-firewall run (for 8 seconds)"
code=0
timeout 8 "$wine" "$worker" run --settings "$settings" >"$scratch/output" 2>&1 </dev/null || code=$?
tidy <"$scratch/output"
echo "ended by timeout: $([ "$code" = 124 ] && echo yes || echo "no, with $code")"
echo

# wine stops its services with its last program.
sleep 60 | "$wine" cmd >/dev/null 2>&1 &
open=$!
sleep 2
service create bouncers-firewall binPath= "$(windows_path "$worker") run --settings $settings"
service start bouncers-firewall
sleep 4
service query bouncers-firewall
service stop bouncers-firewall
sleep 4
service query bouncers-firewall
