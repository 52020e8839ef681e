#!/usr/bin/env bash
# docs.sh - put the results of the benches into docs/performance.md, and draw the plots
# SPDX-License-Identifier: ISC
#
# Takes what there is of bench.txt, bench-quick.txt, growth.txt and their .tsv in
# $HYTHE_BUILD; what stands between <!-- NAME --> and <!-- end --> is replaced.

[ "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -eu -o pipefail

HYTHE_SOURCE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
HYTHE_BUILD=$(cd "${HYTHE_BUILD:-$HYTHE_SOURCE}" && pwd)
docs=$HYTHE_SOURCE/docs
export LC_ALL=C

# replace NAME FILE
replace() {
	local renewed

	[[ -s $2 ]] || return 0
	renewed=$(awk -v begin="<!-- $1 -->" -v file="$2" '
		$0 == begin {
			print $0 "\n"
			while ((getline line <file) > 0)
				print line
			print ""
			inside = 1
		}
		$0 == "<!-- end -->" { inside = 0 }
		!inside' "$docs/performance.md")
	printf '%s\n' "$renewed" >"$docs/performance.md"
	printf '%s\n' "$1"
}

# The ratios to docker-registry and to the limit, of rates only: there more is better.
# Of the full run, if there is one.
plot_ratios() {
	local from=$HYTHE_BUILD/bench.tsv

	[[ -s $from ]] || from=$HYTHE_BUILD/bench-quick.tsv
	[[ -s $from ]] || return 0
	awk -F '\t' '$2 ~ /\/s$/ && ($12 != "-" || $13 != "-") {
		gsub(/"/, ""); printf "\"%s\"\t%s\t%s\n", $1, $12 == "-" ? "NaN" : $12, $13 == "-" ? "NaN" : $13
	}' "$from" >"$HYTHE_BUILD/ratios.dat"
	gnuplot <<-PLOT
	set terminal svg size 1000,560 font "sans,12"
	set output "$docs/performance.svg"
	set title "hythe, as a ratio: more is faster"
	set style data histogram
	set style fill solid 0.8
	set logscale y
	set grid y
	set xtics rotate by -35 nomirror
	set key top left
	plot "$HYTHE_BUILD/ratios.dat" using 2:xtic(1) title "to docker-registry" lc rgb "#4477aa", \
		"" using 3 title "to the limit" lc rgb "#ccbb44", 1 notitle lc rgb "black"
	PLOT
	echo performance.svg
}

plot_growth() {
	local kinds

	[[ -s $HYTHE_BUILD/growth.tsv ]] || return 0
	# A line is drawn through what stands together.
	sort -t $'\t' -k 1,1 -k 2,2n "$HYTHE_BUILD/growth.tsv" >"$HYTHE_BUILD/growth.dat"
	kinds=$(cut -f 1 "$HYTHE_BUILD/growth.dat" | uniq | sed 's/.*/"&"/' | tr '\n' ' ')
	gnuplot <<-PLOT
	set terminal svg size 900,420 font "sans,12"
	set output "$docs/growth.svg"
	set datafile separator tab
	set multiplot layout 1,2
	set logscale xy
	set grid
	set key bottom right font ",9"
	set xlabel "number"
	kinds = '$kinds'
	set title "milliseconds"
	plot for [k in kinds] "$HYTHE_BUILD/growth.dat" using 2:(strcol(1) eq k ? \$3 : NaN) with linespoints title k
	set title "KiB of the program, at most"
	plot for [k in kinds] "$HYTHE_BUILD/growth.dat" using 2:(strcol(1) eq k ? \$4 : NaN) with linespoints title k
	unset multiplot
	PLOT
	echo growth.svg
}

type -P gnuplot >/dev/null || {
	echo 'docs.sh: no gnuplot here' >&2
	exit 1
}
replace 'full run' "$HYTHE_BUILD/bench.txt"
replace 'quick run' "$HYTHE_BUILD/bench-quick.txt"
replace growth "$HYTHE_BUILD/growth.txt"
plot_ratios
plot_growth
