#!/bin/sh
# Sums the trx files of a folder into one line and ends accordingly. Anything that went wrong without a failed test
# (a build error, a crashed host, no test at all) counts as one failure.
# Usage: sum-test-results.sh FOLDER BROKEN, where BROKEN is 1 if a step before went wrong.
set -u
folder=$1
broken=$2
passed=0
failed=0
skipped=0

# What failed, why and where, for a log that is all that is left of a run.
failures() {
    awk 'BEGIN { RS = "<UnitTestResult " }
        /^testName="[^"]*" outcome="Failed"/ {
            split($0, name, "\"")
            text = $0
            sub(/<\/StackTrace>.*/, "", text)
            sub(/.*<Message>/, "", text)
            gsub(/<[^>]*>/, "\n", text)
            print "\nFailed: " name[2] "\n" substr(text, 1, 3000)
        }' "$1"
}

number() { sed -n "s/.*<Counters [^>]*$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1; }

for file in "$folder"/*.trx; do
    [ -f "$file" ] || continue
    total=$(number total "$file")
    ok=$(number passed "$file")
    bad=$(number failed "$file")
    if [ -z "$total" ] || [ -z "$ok" ] || [ -z "$bad" ]; then
        echo "no counters in $file" >&2
        broken=1
        continue
    fi
    # A test that was begun and never ended belongs to a crashed host: not skipped, so it must not look so.
    if grep -q '<ResultSummary outcome="\(Failed\|Aborted\|Error\)"' "$file"; then broken=1; fi
    if [ "$bad" != 0 ]; then failures "$file"; fi
    passed=$((passed + ok))
    failed=$((failed + bad))
    skipped=$((skipped + total - ok - bad))
done

if [ $((passed + failed)) = 0 ]; then
    echo "no test was run" >&2
    broken=1
fi
if [ "$broken" != 0 ] && [ "$failed" = 0 ]; then failed=1; fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
