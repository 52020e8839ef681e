#!/usr/bin/perl
# soak.pl - many clients, the collector and fsck on one store at the same time
# SPDX-License-Identifier: ISC
#
# soak.bash starts the web servers and this: soak.pl HOST:PORT=PID=STORE...  The stores
# are one directory, or mounts of one at several hosts.  Half of MINUTES (10) passes
# quietly; in the other half programs are killed.  TAP, with counts as comments and the
# sums at the end.  SEED repeats the choices, not their order.

use v5.36;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use POSIX ();
use Storable ();
use Time::HiRes qw(sleep);

use lib dirname(abs_path(__FILE__));
use Client;
use Content;
use History;
use Program;
use Roles qw(roles now);
use Store;

my ($tests, $failed) = (0, 0);
my (%history, @failures, @pids);
my $work = tempdir('hythe-soak.XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $seed = $ENV{SEED} // int(rand 1000000);

sub tap ($ok, $text, @diagnostics) {
	printf "%sok %d %s\n", $ok ? '' : 'not ', ++$tests, $text;
	splice @diagnostics, 20;
	print '# ' . s/\n+(?=.)/ | /gr . "\n" for @diagnostics;
	$failed++ unless $ok;
}

# The checker of histories itself.
my @histories = (
	['one after the other', 1, [1, 2, 'write', 'a', 'ok'], [3, 4, 'read', '', 'a'],
	    [5, 6, 'remove', '', 'ok'], [7, 8, 'read', '', ''], [9, 10, 'remove', '', 'none']],
	['an old value', 0, [1, 2, 'write', 'a', 'ok'], [3, 4, 'write', 'b', 'ok'], [5, 6, 'read', '', 'a']],
	['two reads during a write', 1, [1, 5, 'write', 'a', 'ok'], [2, 3, 'read', '', ''],
	    [2, 6, 'read', '', 'a']],
	['and back again', 0, [1, 9, 'write', 'a', 'ok'], [2, 3, 'read', '', 'a'], [4, 5, 'read', '', '']],
	['a write that happened', 1, [1, 2, 'write', 'a', 'unknown'], [3, 4, 'read', '', 'a']],
	['a write that did not', 1, [1, 2, 'write', 'a', 'unknown'], [3, 4, 'read', '', '']],
	['a write that did both', 0, [1, 2, 'write', 'a', 'unknown'], [3, 4, 'read', '', 'a'],
	    [5, 6, 'read', '', '']],
	['drops', 1, [1, 2, 'write', 'a', 'ok'], [3, 4, 'drop', 'b', 'ok'], [5, 6, 'read', '', 'a'],
	    [7, 8, 'drop', 'a', 'ok'], [9, 10, 'read', '', '']],
	['neither old nor new', 0, [1, 2, 'write', 'a', 'ok'], [3, 6, 'write', 'b', 'ok'],
	    [7, 9, 'drop', 'a', 'ok'], [3, 10, 'read', '', '']],
	['removed twice', 0, [1, 2, 'write', 'a', 'ok'], [3, 6, 'remove', '', 'ok'],
	    [3, 6, 'remove', '', 'ok']],
);

sub check_checker () {
	my @wrong = grep {
		my (undef, $right, @operations) = @$_;

		(History::wrong(@operations) eq '') != $right;
	} @histories;

	tap(!@wrong, 'histories that are linearizable, and others, are told apart', map { $_->[0] } @wrong);
}

# A process that does its step until $end; what it found is in a file then.
sub start ($number, $step, $argument, $end) {
	my $pid = fork // die "fork: $!\n";

	return $pid if $pid;
	srand $seed + $number;
	$Program::work = "$work/$number";
	mkdir $Program::work;
	$step->($argument) while now() < $end;
	Storable::store([\%Roles::count, \@Roles::failures, \%Roles::history], "$work/$number.found");
	POSIX::_exit(0);
}

# One phase of all roles; its counts.
sub phase ($chaos, $seconds) {
	my ($number, %count, %by_role) = (0);

	$Roles::chaos = $chaos;
	for my $role (roles()) {
		my ($name, $i, $step) = @$role;

		push @pids, start(++$number, $step, $i, now() + $seconds);
	}
	waitpid $_, 0 for @pids;
	@pids = ();
	for my $i (1 .. $number) {
		my $found = eval { Storable::retrieve("$work/$i.found") };

		push @failures, "process $i ended early" and next unless $found;
		$count{$_} += $found->[0]{$_} for keys %{ $found->[0] };
		push @failures, @{ $found->[1] };
		push @{ $history{$_} }, @{ $found->[2]{$_} } for keys %{ $found->[2] };
		unlink "$work/$i.found";
	}
	return \%count;
}

sub report ($phase, $count) {
	my $failed = delete $count->{failed} // 0;

	tap(!@failures && !$failed, "$phase: $count->{pushes} pushes, $count->{pulls} pulls, " .
		"$count->{reads} reads, $count->{deletes} deletes, $failed failed", @failures);
	print "#   $_: $count->{$_}\n" for sort keys %$count;
	@failures = ();
}

# What the tags and manifests are in the end belongs to their histories, for every server.
sub read_last () {
	for my $server (@Client::servers) {
		local @Client::servers = ($server);

		read_all();
	}
}

sub read_all () {
	for my $key (keys %history) {
		my ($repository, $reference) = split /:/, $key, 2;
		my $until = now() + 60;
		my ($begun, $answer);

		# Of a program that was killed last the web server may not know yet.
		do {
			sleep 0.1 if $answer;
			$begun = now();
			$answer = Client::request(GET => "/v2/$repository/manifests/$reference");
		} until ($answer->{status} =~ /^(200|404)$/ || now() > $until);
		my $value = $answer->{status} != 200 ? '' : $repository eq 'soak/digests' ? 'there'
		    : $answer->{headers}{'docker-content-digest'};

		push @{ $history{$key} }, [$begun, now(), 'read', '', $value];
	}
}

sub check_histories () {
	my $operations = 0;
	my @wrong;

	for my $key (sort keys %history) {
		my $wrong = History::wrong(@{ $history{$key} });

		push @wrong, "$key: $wrong" if $wrong;
		$operations += @{ $history{$key} };
	}
	tap($operations && !@wrong, sprintf('the histories of %d tags and manifests, with %d operations, ' .
		'are linearizable', scalar keys %history, $operations), @wrong);
}

sub command (@arguments) {
	return map {
		my $result = Program::command($_, undef, @arguments);

		$result->{exit} ? "$result->{output}$result->{log}" : ();
	} @Roles::stores;
}

# Nobody is there any more: all is whole, for every host, and garbage goes.
sub check_store () {
	my @faults;

	$Program::work = $work;
	@faults = (command(qw(fsck --hash)), map { Store::faults($_) } @Roles::stores);
	tap(!@faults, 'nothing in the store dangles, or is partial', @faults);
	push @faults, command(qw(gc --grace 0 --linger 0)) for 1 .. 5;
	push @faults, map { Store::faults($_) } @Roles::stores;
	tap(!@faults, 'nor does it after a collection', @faults);
}

$| = 1;
$SIG{INT} = $SIG{TERM} = $SIG{HUP} = sub {
	kill TERM => @pids;
	exit 1;
};
$SIG{PIPE} = 'IGNORE';
for my $server (@ARGV) {
	my ($address, $pid, $store) = split /=/, $server, 3;

	push @Client::servers, $address;
	push @Roles::servers, $pid;
	push @Roles::stores, $store unless grep { $_ eq $store } @Roles::stores;
}
$Program::build = abs_path($ENV{HYTHE_BUILD} // '.');
$Program::work = $work;
$Program::library = "$work/fault.so";
system(split(' ', $ENV{CC} // 'cc'), qw(-shared -fPIC -o), $Program::library,
	dirname(abs_path(__FILE__)) . '/fault.c', '-ldl') == 0 or die "no library\n";
check_checker();

my $seconds = 30 * ($ENV{MINUTES} || 10);

Roles::push_image('soak/base', Roles::image('base'), 'latest') or die "@Roles::failures\n";
report('in peace', phase(0, $seconds));
report('with programs killed', phase(1, $seconds));
read_last();
check_histories();
check_store();
print "1..$tests\n";
printf "%d passed, %d failed\n", $tests - $failed, $failed;
exit($failed > 0);
