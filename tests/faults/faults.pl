#!/usr/bin/perl
# faults.pl - whatever goes wrong at whatever call, nothing is lost
# SPDX-License-Identifier: ISC
#
# For each kind of fault and each operation: the store is made anew, the operation is
# done with the fault at its n-th call to the file system, for every n, and then is
# looked at: what clients see, what is in the store, what `hythe fsck --hash` says, and
# whether the next try succeeds.  TAP, with a table and the sums at the end.  Variables:
#	QUICK=number    only so many n of each, chosen by
#	SEED=number     which is printed
#	KINDS=pattern   of fault
#	ONLY=pattern    of operations
#	JOBS=number     kinds of faults at a time; as many as there are processors

use v5.36;
use Cwd qw(abs_path);
use Errno ();
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Storable ();

use lib dirname(abs_path(__FILE__));
use Operations qw(operations);
use Power;
use Program;
use Store;

# name, what fault.c shall do, at which calls
my @kinds = (
	{ name => 'kill', do => 'kill', among => 'w' },
	{ name => 'EIO', do => Errno::EIO(), among => 'rwl' },
	{ name => 'EINTR', do => Errno::EINTR(), among => 'rwl' },
	{ name => 'ENOSPC', do => Errno::ENOSPC(), among => 'w' },
	{ name => 'EDQUOT', do => Errno::EDQUOT(), among => 'w' },
	{ name => 'short', do => 'short', among => 'm' },
	{ name => 'cut ext4', do => 'cut', among => 'w', power => 'ext4' },
	{ name => 'cut xfs', do => 'cut', among => 'w', power => 'xfs' },
);
my @columns = qw(points lost partial dangling other);
my $seed = $ENV{SEED} // int(rand 1000000);
my $only = $ENV{ONLY} // '';
my $which = $ENV{KINDS} // '';
my $jobs = $ENV{JOBS} // (qx(nproc) || 1);

my (@tests, %table);

# The store, as `setup` left it: below $work, or in a file system of its own.

sub prepare ($kind, $operation) {
	my $base = "$Program::work/base";
	my $store = $kind->{power} ? Power::point . '/store' : $base;
	my $context;

	Power::unmount;
	if ($kind->{power}) {
		Power::make($kind->{power}, "$base.image") && Power::mount("$base.image")
		    or die "no $kind->{power}\n";
	} else {
		system('rm', '-rf', $base);
	}
	Store::make($store);
	$context = $operation->{setup}->($store);
	Power::unmount if $kind->{power};
	return $context;
}

sub restore ($kind) {
	if ($kind->{power}) {
		Power::unmount;
		Power::copy("$Program::work/base.image", "$Program::work/image");
		Power::mount("$Program::work/image") or die "cannot mount\n";
		return Power::point . '/store';
	}
	Store::copy("$Program::work/base", "$Program::work/store");
	return "$Program::work/store";
}

# As it is after a boot.  The power was cut with the program's death, or is now.
sub reboot ($answer) {
	Power::cut unless $answer->{signal};
	Power::unmount;
	Power::mount("$Program::work/image") or die "it cannot be mounted again\n";
}

sub set (@lines) {
	return { map { $_ => 1 } @lines };
}

sub fsck ($store) {
	my $result = Program::command($store, undef, qw(fsck --hash --jobs 1));

	return $result->{exit} || $result->{signal} ? "fsck: $result->{output}$result->{log}" : '';
}

# What the operation does when nothing goes wrong.
sub model ($kind, $operation, $context) {
	my $store = restore($kind);
	my $see = sub { set(Operations::observe($operation, $store, $context)) };
	my %model = (before => $see->(), planted => set(Store::faults($store)), clean => !fsck($store));
	my $answer = $operation->{act}->($store, $context, { at => 0, do => 'kill', among => $kind->{among} });

	$answer->{status} =~ /^2/ or die "$operation->{name}: $answer->{status} $answer->{log}\n";
	$model{calls} = scalar(() = Program::calls());
	$model{success} = $answer->{status};
	$model{after} = $see->();
	again($operation, $store, $context);
	$model{final} = $see->();
	return \%model;
}

sub again ($operation, $store, $context) {
	my $answer = $operation->{again} ? $operation->{again}->($store, $context)
	    : $operation->{act}->($store, $context, undef);

	$answer->{status} =~ /^20[0-4]$/ or grep { $_ == $answer->{status} } @{ $operation->{ends} // [] }
	    or die "the next try: $answer->{status} $answer->{body}$answer->{log}\n";
}

# What is wrong after the fault, each line with the column where it counts.

sub seen_faults ($model, $seen, $done) {
	my @faults;

	for my $line (keys %{ $model->{before} }) {
		push @faults, "lost: $line" if $model->{after}{$line} && !$seen->{$line};
	}
	for my $line (keys %{ $model->{after} }) {
		push @faults, "lost: $line" if $done && !$model->{before}{$line} && !$seen->{$line};
	}
	for my $line (keys %$seen) {
		next if $model->{before}{$line} || $model->{after}{$line};
		push @faults, ($line =~ / 404 / ? 'lost: ' : 'partial: ') . $line;
	}
	return @faults;
}

sub answer_faults ($kind, $model, $answer, $call) {
	my $status = $answer->{status};

	return "other: not killed, but $status" if $kind->{do} =~ /kill|cut/ && $call &&
	    $answer->{signal} != 9;
	return () if $answer->{signal} == 9;
	return "other: ended by a signal, $answer->{signal}" if $answer->{signal};
	return "other: $status, and no cause in the log"
	    if $status =~ /^5/ && $answer->{log} eq '';
	return "other: $status $answer->{body}"
	    unless $status == $model->{success} || $status =~ /^50[037]$/;
	return "other: answered, though $call failed"
	    if $status == $model->{success} && $kind->{do} eq Errno::EIO() && $call =~ /sync/;
	return ();
}

sub faults ($kind, $operation, $context, $model, $store, $answer, $call) {
	my $done = $answer->{status} == $model->{success} && !$operation->{lazy} &&
	    !($kind->{power} && $operation->{undone});
	my @faults = answer_faults($kind, $model, $answer, $call);
	my ($seen, $text);

	$seen = set(Operations::observe($operation, $store, $context));
	push @faults, seen_faults($model, $seen, $done);
	push @faults, grep { !$model->{planted}{$_} } Store::faults($store);
	push @faults, "other: $text" if $model->{clean} && ($text = fsck($store));
	eval { again($operation, $store, $context); 1 } or push @faults, "other: $@";
	$seen = set(Operations::observe($operation, $store, $context));
	push @faults, map { "lost: $_ after the next try" } grep { !$seen->{$_} } keys %{ $model->{final} };
	push @faults, map { "partial: $_ after the next try" } grep { !$model->{final}{$_} } keys %$seen;
	push @faults, Store::faults($store);
	# of a store that was wrong from the start
	push @faults, "other: $text" if !$model->{clean} && ($text = fsck($store));
	return @faults;
}

# The fault at call number $n; nothing if there was no such call.  The faults found.
sub point ($kind, $operation, $context, $model, $n) {
	my $store = restore($kind);
	my $answer = $operation->{act}->($store, $context, {
		at => $n, do => $kind->{do}, among => $kind->{among}, root => Power::point,
	});
	my $call = (Program::calls())[$n - 1];

	return () unless defined $call || $kind->{power};
	reboot($answer) if $kind->{power};
	return { call => $call // 'the answer',
		faults => [faults($kind, $operation, $context, $model, $store, $answer, $call)] };
}

sub choose ($total) {
	return 1 .. $total unless $ENV{QUICK};

	my %chosen = map { 1 + int(rand $total) => 1 } 1 .. $ENV{QUICK};

	# A power cut just after the answer is the one that costs most.
	return (sort { $a <=> $b } keys %chosen), $total;
}

sub cell ($kind, $operation) {
	my $context = prepare($kind, $operation);
	my $model = model($kind, $operation, $context);
	my $cell = $table{$kind->{name}}{$operation->{name}} = { map { $_ => 0 } @columns };
	my @diagnostics;
	# with the power, one more: after the answer
	my $total = $model->{calls} + ($kind->{power} ? 1 : 0);

	for my $n ($total ? choose($total) : ()) {
		my $point = point($kind, $operation, $context, $model, $n) or next;

		$cell->{points}++;
		for my $fault (@{ $point->{faults} }) {
			$cell->{ $fault =~ /^(\w+)/ ? $1 : 'other' }++;
			push @diagnostics, "$n $point->{call}: $fault" =~ s/\n+/ | /gr;
		}
	}
	Power::unmount if $kind->{power};
	splice @diagnostics, 20;
	push @tests, [!@diagnostics, "$kind->{name}, $operation->{name}: $cell->{points} points", @diagnostics];
}

sub sum ($column, @cells) {
	my $sum = 0;

	$sum += $_->{$column} // 0 for @cells;
	return $sum;
}

sub print_table (@kinds) {
	my @operations = grep { my $o = $_->{name}; grep { $table{ $_->{name} }{$o} } @kinds } operations();
	my $row = "# %-20s" . ' %8s' x @kinds . ' |' . ' %8s' x $#columns . "\n";

	printf $row, 'points', (map { $_->{name} } @kinds), @columns[1 .. $#columns];
	for my $name (map { $_->{name} } @operations) {
		my @cells = map { $table{ $_->{name} }{$name} // {} } @kinds;

		printf $row, $name, (map { $_->{points} // '' } @cells),
		    map { sum($_, @cells) } @columns[1 .. $#columns];
	}
	for my $column (@columns) {
		my @sums = map { sum($column, values %{ $table{ $_->{name} } }) } @kinds;
		my $all = 0;

		$all += $_ for @sums;
		printf $row, "all: $column", @sums, $column eq 'points' ? ($all, '', '', '') : ('') x $#columns;
	}
}

sub build_library () {
	my @compiler = split ' ', $ENV{CC} // 'cc';

	system(@compiler, qw(-shared -fPIC -o), $Program::library,
		dirname(abs_path(__FILE__)) . '/fault.c', '-ldl') == 0 or die "no library\n";
}

# All operations with one kind of fault; the tests, and its part of the table, or why
# it was skipped.
sub do_kind ($kind) {
	my $reason = $kind->{power} && Power::missing($kind->{power});

	return [[], {}, $reason] if $reason;
	for my $operation (grep { $_->{name} =~ /$only/ } operations()) {
		eval { cell($kind, $operation); 1 }
		    or push @tests, [0, "$kind->{name}, $operation->{name}", split /\n/, $@];
	}
	return [\@tests, $table{ $kind->{name} }, ''];
}

# The same in a process, which leaves that in a file.
sub start ($kind) {
	my $pid = fork // die "fork: $!\n";

	return $pid if $pid;
	$SIG{INT} = $SIG{TERM} = $SIG{HUP} = sub { exit 1 };
	$Program::work .= "/$kind->{name}" =~ tr/ /-/r;
	mkdir $Program::work;
	srand $seed;
	@tests = ();
	Storable::store(do_kind($kind), "$Program::work.found");
	exit 0;
}

my %running;

# Wait for one of them.
sub finish () {
	my $pid = wait;
	my $kind = delete $running{$pid} or return;
	my $file = "$Program::work/$kind->{name}.found" =~ tr/ /-/r;
	my $found = eval { Storable::retrieve($file) };
	my ($tests, $table, $reason) = $found ? @$found : ([[0, "$kind->{name}: ended early"]], {}, '');

	push @tests, @$tests;
	push @tests, [1, "$kind->{name} # SKIP $reason"] if $reason;
	$table{ $kind->{name} } = $table;
}

my ($shown, $passed, $failed) = (0, 0, 0);

sub show () {
	while ($shown < @tests) {
		my ($ok, $text, @diagnostics) = @{ $tests[$shown++] };

		print $ok ? '' : 'not ', "ok $shown $text\n", map { "# $_\n" } @diagnostics;
		$failed++ unless $ok;
		$passed++ if $ok && $text !~ /# SKIP/;
	}
}

# Alone with our mounts: who starts a container meanwhile would have a copy of them, and
# a file system that is unmounted would be there yet, with its power cut.
if (!$ENV{FAULTS_ALONE} && Power::quietly(qw(unshare --mount true))) {
	$ENV{FAULTS_ALONE} = 1;
	exec qw(unshare --mount), $^X, abs_path(__FILE__) or die "unshare: $!\n";
}
$| = 1;
$SIG{INT} = $SIG{TERM} = $SIG{HUP} = sub {
	kill TERM => keys %running;
	1 while wait > 0;
	exit 1;
};
umask 022;
$Program::build = abs_path($ENV{HYTHE_BUILD} // '.');
$Program::work = tempdir('hythe-faults.XXXXXX', CLEANUP => 1,
	DIR => $ENV{TMPDIR} // (-w '/dev/shm' ? '/dev/shm' : '/tmp'));
$Program::library = "$Program::work/fault.so";
build_library;
print "# SEED=$seed\n" if $ENV{QUICK};
@kinds = grep { $_->{name} =~ /$which/ } @kinds;
for my $kind (@kinds) {
	$running{ start($kind) } = $kind;
	finish() if keys %running >= $jobs;
	show();
}
while (%running) {
	finish();
	show();
}
print "1..$shown\n";
print_table(@kinds);
print "$passed passed, $failed failed\n";
exit($failed > 0);
