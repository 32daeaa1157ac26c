#!/bin/sh
# Walks through random lives of decisions in a Local API that forgets, and compares the bouncer with its table after every
# poll (tests/Bouncer.Core.Tests/Model). Prints the seeds, so that a failure can be repeated.
# Usage: scripts/model.sh [STEPS [SEED]]     1,000,000 steps take some 50 minutes of one core
set -eu
cd "$(dirname "$0")/.."
export BOUNCERS_MODEL_STEPS="${1:-1000000}" BOUNCERS_MODEL_SEED="${2:-$(date +%s)}"
echo "steps $BOUNCERS_MODEL_STEPS, seed $BOUNCERS_MODEL_SEED"
exec dotnet test --project tests/Bouncer.Core.Tests -c Release --filter-class '*SyncModelTests' --output Detailed --show-live-output on
