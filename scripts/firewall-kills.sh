#!/bin/sh
# Kills the firewall worker (kill -9) many times while it renews 20,000 bans, and looks after each kill whether every ban is there
# and has an end. Prints the seed, so that a run can be repeated as far as time allows. Not part of test.sh, which kills six times.
# Usage: scripts/firewall-kills.sh [KILLS [SEED]]     200 kills take some 20 minutes
set -eu
cd "$(dirname "$0")/.."
scripts/install-parts.sh
export BOUNCERS_REQUIRE_PARTS=1 BOUNCERS_KILLS="${1:-200}" BOUNCERS_KILLS_SEED="${2:-$(date +%s)}"
echo "kills $BOUNCERS_KILLS, seed $BOUNCERS_KILLS_SEED"
dotnet build tests/Bouncer.FunctionalTests -nologo -v quiet -clp:NoSummary
exec timeout -k 60 $((BOUNCERS_KILLS * 60 + 600)) dotnet artifacts/bin/Bouncer.FunctionalTests/debug/Bouncer.FunctionalTests.dll \
    -noLogo -noColor -showLiveOutput -class Bouncer.FunctionalTests.Firewall.WorkerKillTests
