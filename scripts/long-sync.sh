#!/bin/sh
# Keeps a real CrowdSec 1.4.6 changing for many minutes while a gateway polls it every second, and reports how long the gateway
# took to follow each change. Not part of test.sh.
set -u
cd "$(dirname "$0")/.."

usage() {
    cat >&2 <<END
Usage: scripts/long-sync.sh [MINUTES [HELD [SEED]]]

  MINUTES  how long it goes on, 1 to 720 (20)
  HELD     how many decisions are there at the start, 1,000 to 1,000,000 (100000)
  SEED     what is drawn; printed, so that a run can be repeated as far as time allows

All the time it imports 5,000 decisions with cscli, adds single ones with cscli and as an agent does, and deletes some by id, by
value, or with their alert. Each single change and 200 of each import are looked at in the gateway. Prints for each kind how many
there were, how many were followed in time, and the median, 99th percentile and maximum of the time from the end of cscli.

Ends with 1 if an addition took longer than 15 s, a deletion longer than 30 s, something that was right did not stay so, or the
gateway holds at the end another number of decisions than CrowdSec; with 2 for wrong arguments. SIGTERM ends it early, with a
report of what it has seen; Ctrl+C without one. It stops the programs that it started. MINUTES + 10 minutes after the start it
ends in any case. It needs what scripts/install-parts.sh installs.
END
    exit 2
}

number() {
    case $1 in '' | *[!0-9]* | ????????*) usage ;; esac
    [ "$1" -ge "$2" ] && [ "$1" -le "$3" ] || usage
}

[ $# -le 3 ] || usage
minutes=${1:-20}
held=${2:-100000}
seed=${3:-$$}
number "$minutes" 1 720
number "$held" 1000 1000000
number "$seed" 0 9999999

scripts/install-parts.sh || exit 1
export BOUNCERS_REQUIRE_PARTS=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export BOUNCERS_LONG_SYNC_MINUTES="$minutes" BOUNCERS_LONG_SYNC_HELD="$held" BOUNCERS_LONG_SYNC_SEED="$seed"
dotnet build tests/Bouncer.FunctionalTests -nologo -v quiet -clp:NoSummary || exit 1

# timeout hands a signal on to the campaign, which then stops its programs.
exec timeout -k 180 $((minutes * 60 + 600)) dotnet artifacts/bin/Bouncer.FunctionalTests/debug/Bouncer.FunctionalTests.dll \
    -noLogo -noColor -reporter quiet -class Bouncer.FunctionalTests.LongSync.LongSyncTests
