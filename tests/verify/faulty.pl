#!/usr/bin/perl
# faulty.pl - stand before a registry, and break one rule
# SPDX-License-Identifier: ISC
#
# usage: faulty.pl UPSTREAM-PORT FAULT [ARGUMENT]
# Listens at a free port of FAULTY_HOST [127.0.0.1], which it prints.  `faulty.pl --list` prints the
# faults, but for those of hostile.pl.  FAULTY_LOG is a file for the heads of the
# requests.  A fault changes the request before it is passed on (`ask`), or the answer
# (`answer`).  Both are { line, header => [[name, value]...], body }.

use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::IP;

my ($upstream, $fault) = @ARGV;
my %tag_answers;

sub header {
	my ($message, $name) = @_;
	for (@{ $message->{header} }) {
		return $_->[1] if lc $_->[0] eq lc $name;
	}
	return '';
}

# set(MESSAGE, NAME, VALUE): with VALUE undef, without it.
sub set {
	my ($message, $name, $value) = @_;
	my @rest = grep { lc $_->[0] ne lc $name } @{ $message->{header} };
	push @rest, [$name, $value] if defined $value;
	$message->{header} = \@rest;
}

sub status {
	my ($answer, $status) = @_;
	$answer->{line} =~ s/ (\d+).*/ $status Changed/ if $status;
	return $answer->{line} =~ / (\d+)/ ? $1 : 0;
}

sub body {
	my ($answer, $body) = @_;
	$answer->{body} = $body;
	set($answer, 'Content-Length', length $body);
}

# Whether a request and its answer, as `METHOD PATH HTTP/1.1 STATUS`, are meant.
sub meant {
	my ($request, $answer, $pattern) = @_;
	return ("$request->{line} " . status($answer)) =~ $pattern;
}

# Rewrites with a status, a header or a body of one's own, where an answer is meant.
sub where_status {
	my ($pattern, $status) = @_;
	return sub { status($_[1], $status) if meant(@_, $pattern) };
}
sub where_header {
	my ($pattern, $name, $value) = @_;
	return sub { set($_[1], $name, $value) if meant(@_, $pattern) };
}
sub where_body {
	my ($pattern, $change) = @_;
	return sub { body($_[1], $change->($_[1]{body})) if meant(@_, $pattern) };
}
sub where_asked {
	my ($request, $change) = @_;
	return sub { $change->($_[0]) if $_[0]{line} =~ $request };
}

my $blob = qr{^GET \S*/blobs/(?!uploads)\S+ .* 200};
my $zeros = 'sha256:' . '0' x 64;

my %faults = (
	'no-base' => { answer => where_status(qr{^GET /v2/ }, 404) },
	'head-of-base' => { answer => where_status(qr{^HEAD /v2/ }, 405) },
	'wrong-digest-header' =>
		{ answer => where_header(qr{^GET \S*/manifests/}, 'Docker-Content-Digest', $zeros) },
	'no-digest-header' => { answer => where_header(qr{^GET \S*/manifests/}, 'Docker-Content-Digest') },
	'no-digest-of-blob' => { answer => where_header($blob, 'Docker-Content-Digest') },
	'head-without-length' => { answer => where_header(qr{^HEAD \S*/blobs/}, 'Content-Length') },
	'head-of-manifest' => { answer => where_status(qr{^HEAD \S*/manifests/}, 404) },
	'whole-for-a-part' => { ask => where_asked(qr{^GET \S*/blobs/sha}, sub { set($_[0], 'Range') }) },
	'part-as-200' => { answer => where_status(qr{^GET \S*/blobs/.* 206}, 200) },
	'other-part' => { answer => where_header(qr{^GET .* 206}, 'Content-Range', 'bytes 1-1/20') },
	'location-elsewhere' =>
		{ answer => where_header(qr{^POST .* 202}, 'Location', '/v2/elsewhere/blobs/uploads/x') },
	'no-location' => { answer => where_header(qr{^POST .* 202}, 'Location') },
	'location-of-blob' => { answer => where_header(qr{^PUT \S*/uploads/.* 201}, 'Location', '/v2/x') },
	'truncated-blob' =>
		{ answer => where_body($blob, sub { substr $_[0], 0, length($_[0]) / 2 }) },
	'cut-blob' => { answer => sub {
		$_[1]{body} = substr $_[1]{body}, 0, length($_[1]{body}) / 2 if "$_[0]{line} 200" =~ $blob;
	} },
	'flipped-byte' => { answer => where_body($blob, sub {
		my $bytes = $_[0];
		substr($bytes, -1) = chr(ord(substr $bytes, -1) ^ 1) if length $bytes;
		return $bytes;
	}) },
	'stale-tag' => { answer => sub {
		my ($request, $answer) = @_;
		return unless $request->{line} =~ m{^GET (\S*/manifests/[^: ]+) } && status($answer) == 200;
		$tag_answers{$1} //= $answer->{body};
		body($answer, $tag_answers{$1});
	} },
	'unsorted-tags' => { answer => where_body(qr{^GET \S*/tags/list}, sub {
		my $list = $_[0];
		$list =~ s/("tags": ?)\[([^]]*)\]/$1 . '[' . join(',', reverse split m{,}, $2) . ']'/e;
		return $list;
	}) },
	'absent-blob-as-200' => { answer => where_status(qr{^GET \S*/blobs/sha.* 404}, 200) },
	'absent-manifest-as-500' => { answer => where_status(qr{^GET \S*/manifests/.* 404}, 500) },
	'order-ignored' => { ask => where_asked(qr{^P}, sub { set($_[0], 'Content-Range') }) },
	'n-ignored' => { ask => where_asked(qr{/tags/list}, sub { $_[0]{line} =~ s/\bn=\d+/x=1/ }) },
	'last-ignored' => { ask => where_asked(qr{/tags/list}, sub { $_[0]{line} =~ s/\blast=/x=/ }) },
	'no-link' => { answer => where_header(qr{/tags/list}, 'Link') },
	'put-manifest-200' => { answer => where_status(qr{^PUT \S*/manifests/.* 201}, 200) },
	'put-blob-202' => { answer => where_status(qr{^PUT \S*/uploads/.* 201}, 202) },
	'wrong-digest-accepted' => { answer => where_status(qr{^PUT \S*/uploads/.* 400}, 201) },
	'wrong-reference-accepted' => { answer => where_status(qr{^PUT \S*/manifests/sha.* 400}, 201) },
	'manifest-rewritten' => { answer => where_body(qr{^GET \S*/manifests/.* 200}, sub {
		my $text = $_[0];
		$text =~ s/\s+\z//;
		return $text;
	}) },
	'other-content-type' =>
		{ answer => where_header(qr{^GET \S*/manifests/.* 200}, 'Content-Type', 'application/json') },
	'errors-as-text' => { answer => sub {
		body($_[1], 'not found') if status($_[1]) == 404;
	} },
	'delete-lies' => { ask => where_asked(qr{^DELETE}, sub { $_[0]{line} =~ s/^DELETE/HEAD/ }),
		answer => sub { status($_[1], 202) if $_[0]{line} =~ /^HEAD/ && status($_[1]) == 200; } },
	'cancel-lies' => { ask => where_asked(qr{^DELETE \S*/uploads/}, sub { $_[0]{line} =~ s/^DELETE/GET/ }) },
	'status-off-by-one' => { answer => where_header(qr{^GET \S*/uploads/.* 204}, 'Range', '0-2000') },
	'status-200' => { answer => where_status(qr{^GET \S*/uploads/.* 204}, 200) },
	'chunk-range' => { answer => where_header(qr{^PATCH .* 202}, 'Range', '0-0') },
	'mounted-from-nobody' => { answer => where_status(qr{^POST \S*mount=.* 202}, 201) },
	'other-referrers-type' =>
		{ answer => where_header(qr{/referrers/.* 200}, 'Content-Type', 'application/json') },
	'referrers-of-all-types' =>
		{ ask => where_asked(qr{/referrers/}, sub { $_[0]{line} =~ s/artifactType=/x=/ }),
		answer => where_header(qr{/referrers/.* 200}, 'OCI-Filters-Applied', 'artifactType') },
	'missing-blobs-accepted' => { answer => where_status(qr{^PUT \S*/manifests/.* 400}, 201) },
	'hangs' => { answer => sub {
		return if $_[0]{line} !~ m{^GET \S*/manifests/};
		my $parent = getppid;
		sleep 1 while getppid == $parent;
		exit;
	} },
	'nonsense' => { answer => sub {
		$_[1]{line} = "\0\1\2" x 99 if $_[0]{line} =~ m{^GET \S*/manifests/};
	} },
);

if ($upstream eq '--list') {
	print "$_\n" for sort keys %faults;
	exit;
}
# No faults: nothing is changed; the registry is below a path; and a login by tokens, one
# for each scope, is asked for.
%faults = (%faults, %{ do($0 =~ s/faulty(?=\.pl$)/hostile/r) });
$faults{none} = {};
$faults{'below-path'} = { ask => \&ask_below, answer => \&answer_below };
$faults{token} = {};
die "no fault $fault\n" unless $faults{$fault};

# The registry at /some/path, and nothing elsewhere; ARGUMENT says how its Locations and
# Links are: whole, absolute or relative.
sub ask_below {
	my ($request) = @_;
	$request->{line} =~ s{ /some/path/}{ /} or $request->{line} =~ s{ /}{ /elsewhere/};
}

sub answer_below {
	my ($request, $answer) = @_;
	my $up = () = $request->{line} =~ m{^\S+ /([^ ?]*)} ? $1 =~ m{/}g : ();
	my $host = header($request, 'Host');
	my %before = (whole => "http://$host/some/path", absolute => '/some/path', relative => '../' x $up . 'x/..');
	for (@{ $answer->{header} }) {
		$_->[1] =~ s{^(<?)(?=/v2/)}{$1$before{$ARGV[2]}} if $_->[0] =~ /^(Location|Link)$/i;
	}
}

# What is read: the head, and the body as it says how long that is, or to the end.  Of
# one that broke off, what came, as part of more: {cut} is true.
sub read_message {
	my ($from, $answers) = @_;
	my %message = (header => [], body => '');
	local $/ = "\r\n";

	$message{line} = <$from> // return;
	chomp $message{line};
	while (defined(my $line = <$from>)) {
		chomp $line;
		last if $line eq '';
		push @{ $message{header} }, [$1, $2] if $line =~ /^([^:]+): *(.*)/;
	}
	return \%message if $answers && ($answers =~ /^HEAD/ || $message{line} =~ / [23]04/);
	if (header(\%message, 'Transfer-Encoding') =~ /chunked/i) {
		$message{cut} = 1;
		while ((<$from> // '') =~ /^([0-9a-f]+)/i) {
			my $length = hex $1;
			my $got = read $from, my $part, $length + 2;
			$message{body} .= substr $part, 0, $length;
			last if $got < $length + 2;
			$message{cut} = 0, last unless $length;
		}
		set(\%message, 'Transfer-Encoding');
		set(\%message, 'Content-Length', $message{cut} + length $message{body});
	} elsif (my $length = header(\%message, 'Content-Length')) {
		$message{cut} = (read $from, $message{body}, $length) < $length;
	}
	return \%message;
}

sub write_message {
	my ($to, $message) = @_;
	set($message, 'Connection', 'close');
	print $to join("\r\n", $message->{line}, (map { "$_->[0]: $_->[1]" } @{ $message->{header} }), '', ''),
		$message->{body};
	$to->flush;
}

# The token service, and what it answers to whoever has no token of its: nothing for
# one who has.
sub challenge {
	my ($request) = @_;
	my ($method, $path) = $request->{line} =~ /^(\S+) (\S+)/;

	if ($path =~ m{^/token\?(.*)}) {
		my %query = map { my ($key, $value) = split /=/; $value =~ s/%(..)/chr hex $1/ge; ($key, $value) } split /&/, $1;
		# user:secret
		return message(401, [], '{}') unless header($request, 'Authorization') eq 'Basic dXNlcjpzZWNyZXQ=';
		return message(200, [], '{"token": "of-' . unpack('H*', $query{scope} // '') . '"}');
	}
	my $action = $method =~ /^(GET|HEAD)$/ ? 'pull' : $method eq 'DELETE' ? 'delete' : 'pull,push';
	my $scope = $path =~ m{^/v2/(.+?)/(?:blobs|manifests|tags|referrers)(?:/|$)} ? "repository:$1:$action" : '';
	return if $path !~ m{^/v2} || header($request, 'Authorization') eq 'Bearer of-' . unpack('H*', $scope);
	my $host = header($request, 'Host');
	return message(401, [['WWW-Authenticate',
		qq(Bearer realm="http://$host/token",service="test",scope="$scope")]],
		'{"errors": [{"code": "UNAUTHORIZED"}]}');
}

sub message {
	my ($status, $header, $body) = @_;
	return { line => "HTTP/1.1 $status Said",
		header => [@$header, ['Content-Type', 'application/json'], ['Content-Length', length $body]],
		body => $body };
}

sub note {
	my ($request) = @_;
	open my $log, '>>', $ENV{FAULTY_LOG} or die "$ENV{FAULTY_LOG}: $!\n";
	print $log join("\n", $request->{line}, map { "$_->[0]: $_->[1]" } @{ $request->{header} }), "\n\n";
}

sub serve {
	my ($client) = @_;
	my $request = read_message($client) // return;
	my ($ask, $answer, $raw) = @{ $faults{$fault} }{qw(ask answer raw)};

	note($request) if $ENV{FAULTY_LOG};
	return if $raw && $raw->($request, $client);
	if ($fault eq 'token' and my $challenge = challenge($request)) {
		return write_message($client, $challenge);
	}
	$ask->($request) if $ask;
	my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $upstream) // return;
	write_message($server, $request);
	return if $request->{cut};
	my $got = read_message($server, $request->{line}) // return;
	$answer->($request, $got) if $answer;
	write_message($client, $got);
}

# One connection after the other, so that what is remembered is one memory; only the one
# that hangs must not hang the rest.
$SIG{PIPE} = 'IGNORE';
$SIG{CHLD} = 'IGNORE';
my $listener = IO::Socket::IP->new(LocalHost => $ENV{FAULTY_HOST} // '127.0.0.1', Listen => 64) or die "listen: $!\n";
$| = 1;
print $listener->sockport, "\n";
while (1) {
	my $client = $listener->accept // next;
	if ($fault eq 'hangs' || $faults{$fault}{raw}) {
		if (!fork) {
			serve($client);
			exit;
		}
	} else {
		serve($client);
	}
	close $client;
}
