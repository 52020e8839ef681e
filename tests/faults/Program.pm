# Program.pm - run hythe's programs: requests by CGI, and the command
# SPDX-License-Identifier: ISC

package Program;

use v5.36;
use POSIX ();

# Where the programs are, a directory for what they read and write, and the
# library that lets their calls go wrong.
our ($build, $work, $library);

my %common = (
	PATH => $ENV{PATH}, LC_ALL => 'C', HYTHE_CONFIG => '/dev/null', HYTHE_OPEN => 'yes',
	# Whatever the mounts are, all clocks are this machine's.
	HYTHE_RESERVE => 0, HYTHE_LOCK_WAIT => $ENV{LOCK_WAIT} // '2s', HYTHE_HOSTS => 'one',
	map { $_ => $ENV{$_} } grep { $ENV{$_} } qw(ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS),
);

sub spew ($file, $bytes) {
	open my $to, '>:raw', $file or die "$file: $!\n";
	print $to $bytes;
	close $to or die "$file: $!\n";
}

sub slurp ($file) {
	open my $from, '<:raw', $file or return undef;
	local $/;
	my $bytes = <$from>;
	return $bytes // '';
}

# Run it to its end: { exit, signal, output, log }.
sub run ($environment, @command) {
	my $pid = fork // die "fork: $!\n";

	if (!$pid) {
		%ENV = %$environment;
		open STDIN, '<', "$work/stdin";
		open STDOUT, '>', "$work/stdout";
		open STDERR, '>', "$work/stderr";
		exec { $command[0] } @command or POSIX::_exit(127);
	}
	waitpid $pid, 0;
	return {
		exit => $? >> 8, signal => $? & 127,
		output => slurp("$work/stdout"), log => slurp("$work/stderr"),
	};
}

# The variables of a fault: %$fault has `at`, `do`, `among`, and `root` for a cut.
sub faulty ($fault) {
	return () unless $fault;
	unlink "$work/calls";
	return (
		LD_PRELOAD => $library, FAULT_LOG => "$work/calls",
		map { ("FAULT_\U$_" => $fault->{$_}) } grep { defined $fault->{$_} } keys %$fault);
}

# The calls that the last program with a fault made, of the kind that was counted.
sub calls () {
	return split /\n/, slurp("$work/calls") // '';
}

sub program ($path) {
	$path =~ s/\?.*//;
	return 'manifests' if $path =~ m{^/v2/.+/manifests/[^/]+$};
	return 'uploads' if $path =~ m{^/v2/.+/blobs/uploads(/[^/]*)?$};
	return 'blobs' if $path =~ m{^/v2/.+/blobs/[^/]+$};
	return 'discovery';
}

# One request, as a web server would make it.  %with has `body`, `headers`, `fault`, and
# `chunked` for a body that comes without its length.  The answer has status, 0 if there
# was none, headers, and body, beside what run() returns.
sub request ($store, $method, $path, %with) {
	my %environment = (
		%common, HYTHE_STORAGE => $store, REQUEST_METHOD => $method, REQUEST_URI => $path,
		SERVER_PROTOCOL => 'HTTP/1.1', GATEWAY_INTERFACE => 'CGI/1.1', faulty($with{fault}),
	);
	my $headers = $with{headers} // {};

	spew("$work/stdin", $with{body} // '');
	if ($with{chunked}) {
		$environment{HTTP_TRANSFER_ENCODING} = 'chunked';
	} elsif ($method =~ /^P/) {
		$environment{CONTENT_LENGTH} = length($with{body} // '');
	}
	for my $name (keys %$headers) {
		my $variable = uc $name =~ tr/-/_/r;

		$variable = "HTTP_$variable" unless $name eq 'Content-Type';
		$environment{$variable} = $headers->{$name};
	}
	return answer(run(\%environment, "$build/fcgi/hythe-" . program($path)));
}

sub answer ($result) {
	my ($head, $body) = split /\r\n\r\n/, $result->{output}, 2;
	my %headers = map { /^([^:]+):\s*(.*)$/ ? (lc $1, $2) : () } split /\r\n/, $head // '';

	$result->{status} = defined $body && ($headers{status} // 200) =~ /^(\d+)/ ? $1 : 0;
	@$result{qw(headers body)} = (\%headers, $body // '');
	return $result;
}

# hythe COMMAND...; its status is 0 if it was killed, and else 200 for an exit status
# of 0, 500 for 1.
sub command ($store, $fault, @arguments) {
	my $result;

	spew("$work/stdin", '');
	$result = run({ %common, HYTHE_STORAGE => $store, faulty($fault) },
		"$build/admin/hythe", @arguments);
	$result->{status} = $result->{signal} ? 0 : $result->{exit} ? 500 : 200;
	return $result;
}

1;
