#!/usr/bin/env bash
# Measures a deployment, compares it with a stored baseline, and sums up. What the action runs, and any other
# pipeline can: everything comes by environment.
#
#   ENDPOINT          ws:// or wss:// URL; empty: the embedded endpoint
#   BASELINE          folder with the runs of the deployment before; without one there is nothing to compare
#   OUT               folder that gets the runs check/ and accuracy/, compare/ and summary.md
#   CHECK_OPTIONS ACCURACY_OPTIONS COMPARE_OPTIONS   further options, as on a command line
#   KEEP_BASELINE     "true": these runs become the baseline when nothing failed
set -euo pipefail

out=${OUT:?the folder for the results}
baseline=${BASELINE:?the folder of the baseline}
mkdir -p "$out"
rm -rf "$out/new" "$out/compare"
summary=$out/summary.md
: >"$summary"
failed=0

# Words of a command line, one on each line; quotes hold words together.
split() { [ -z "${1// /}" ] || xargs -n1 printf '%s\n' <<<"$1"; }

# Runs one command. 0, 1 (something failed) and 4 (no verdict) are results; with any other status, such as those of
# a wrong option or an endpoint that is not there, nothing can be measured any more.
measure() {
    local name=$1 status=0
    shift
    "$@" || status=$?
    case $status in
    0) ;;
    1 | 4) [ "$failed" = 1 ] || failed=$status ;;
    *) exit "$status" ;;
    esac
    echo "asrgate $name: exit status $status"
}

endpoint=()
[ -z "${ENDPOINT:-}" ] || endpoint=("$ENDPOINT")
mapfile -t check < <(split "${CHECK_OPTIONS:-}")
mapfile -t accuracy < <(split "${ACCURACY_OPTIONS:-}")
mapfile -t compare < <(split "${COMPARE_OPTIONS:-}")

measure check asrgate check "${endpoint[@]}" --out "$out/new/check" "${check[@]}"
measure accuracy asrgate accuracy "${endpoint[@]}" --out "$out/new/accuracy" "${accuracy[@]}"

if [ -d "$baseline" ]; then
    measure compare asrgate compare "$baseline" "$out/new" --out "$out/compare" "${compare[@]}"
    cat "$out/compare/compare.md" >>"$summary"
else
    echo "There is no baseline yet at $baseline: nothing to compare with." | tee -a "$summary"
fi
for run in check accuracy; do
    printf '\n' >>"$summary"
    cat "$out/new/$run/summary.md" >>"$summary"
done

if [ "${KEEP_BASELINE:-}" = true ] && [ "$failed" = 0 ]; then
    rm -rf "$baseline"
    mkdir -p "$(dirname "$baseline")"
    cp -R "$out/new" "$baseline"
    echo "These runs are the baseline now: $baseline"
fi
exit "$failed"
