#!/bin/sh
# Packs the packages, and has a project that knows nothing else restore them, be published in each form (for the installed runtime,
# trimmed, ahead of time) without a warning, and run. Not part of test.sh, which tries the first form only. Takes five minutes.
set -eu
cd "$(dirname "$0")/.."
scripts/install-parts.sh
export BOUNCERS_REQUIRE_PARTS=1 BOUNCERS_PACKAGES=all DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build Bouncers.sln -nologo -v quiet -clp:NoSummary
exec dotnet artifacts/bin/Bouncer.FunctionalTests/debug/Bouncer.FunctionalTests.dll -noLogo -noColor -class Bouncer.FunctionalTests.Publishing.PackageTests
