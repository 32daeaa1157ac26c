#!/bin/sh
# Installs the parts the tests need, runs every test and ends with one line: N passed, N failed, N skipped.
# Arguments are passed on to dotnet test, such as: ./test.sh --filter FullyQualifiedName~LocalApi
set -u
cd "$(dirname "$0")"

broken=0
scripts/install-parts.sh || broken=1
export BOUNCERS_REQUIRE_PARTS=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

# One test project at a time: several of them time out on their own load when they share two cores.
dotnet build Bouncers.sln -nologo -v quiet -clp:NoSummary || broken=1
if [ "$broken" = 0 ]; then
    dotnet test Bouncers.sln --no-build -m:1 --nologo -v quiet --results-directory "$results" \
        --logger "trx;LogFilePrefix=run" --logger "console;verbosity=quiet" "$@" || broken=1
fi

exec scripts/sum-test-results.sh "$results" "$broken"
