#!/bin/sh
# Kills a process while it saves snapshots, and checks after each kill that there is one whole snapshot. Prints the seed, and
# how often a kill left an unfinished file beside it.
# Usage: scripts/snapshot-kills.sh [KILLS [SEED]]     200 kills take some 5 minutes
set -eu
cd "$(dirname "$0")/.."
export BOUNCERS_SNAPSHOT_KILLS="${1:-200}" BOUNCERS_SNAPSHOT_SEED="${2:-$(date +%s)}"
exec dotnet test --project tests/Bouncer.Core.Tests --filter-class '*SnapshotKillTests' --output Detailed --show-live-output on
