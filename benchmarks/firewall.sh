#!/bin/sh
# Compares Bouncer.Firewall.Worker with Debian's crowdsec-firewall-bouncer on the same decisions of a real CrowdSec 1.4.6: what each
# blocks, what the rules cost packets, and time, processors and memory for so many decisions at start and for 1,000 more. Prints Markdown.
# Usage: benchmarks/firewall.sh [SIZE...], 15000 100000 500000 if none is given. Needs root, Debian, and a machine that does
# nothing else. Everything happens in network namespaces that end with it; the peer is unpacked into artifacts, not installed.
# DEADLINE sets how many seconds each may take to enforce all of a size; 300 if not. WORKER names another build of the worker.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- 15000 100000 500000
scripts/install-parts.sh
peer=artifacts/crowdsec-firewall-bouncer
if [ ! -x "$peer/usr/bin/crowdsec-firewall-bouncer" ]; then
    download=$(mktemp -d)
    trap 'rm -rf "$download"' EXIT
    chmod 777 "$download" # apt fetches as a user of its own.
    (cd "$download" && apt-get download crowdsec-firewall-bouncer >/dev/null)
    dpkg -x "$download"/crowdsec-firewall-bouncer_*.deb "$peer"
fi
worker=$PWD/artifacts/firewall-worker/bouncers-firewall
[ -n "${WORKER:-}" ] || dotnet publish src/Bouncer.Firewall.Worker -c Release -r linux-x64 -o "${worker%/*}" -v quiet --nologo >/dev/null
dotnet build -c Release -v quiet -clp:NoSummary --nologo benchmarks/Bouncer.Firewall.Comparison >/dev/null
export BOUNCERS_REQUIRE_PARTS=1
artifacts/bin/Bouncer.Firewall.Comparison/release/Bouncer.Firewall.Comparison \
    "${WORKER:-$worker}" "$PWD/$peer/usr/bin/crowdsec-firewall-bouncer" "$@"
