# Client.pm - a client of the registry, by HTTP
# SPDX-License-Identifier: ISC
#
# A connection for each request, and none is sent twice by itself: histories of
# operations would be wrong.

package Client;

use v5.36;
use Content;
use IO::Socket::INET;

# Of the web servers, host:port each; one at random gets the request.
our @servers;
my $longest = 120;

# { status, headers, body }; status is 0 if there was no answer.  %with has `body` and
# `headers`.
sub request ($method, $target, %with) {
	my $path = $target =~ s{^https?://[^/]+}{}r;
	my $server = $servers[rand @servers];
	my $body = $with{body} // '';
	my %headers = (Host => $server, Connection => 'close', %{ $with{headers} // {} });
	my ($socket, $answer);

	$headers{'Content-Length'} = length $body if $method =~ /^P/;
	local $SIG{ALRM} = sub { die "no answer in time\n" };
	eval {
		alarm $longest;
		$socket = IO::Socket::INET->new(PeerAddr => $server) or die "no connection\n";
		local $SIG{PIPE} = 'IGNORE';
		$socket->autoflush(1);
		print $socket "$method $path HTTP/1.1\r\n",
		    (map { "$_: $headers{$_}\r\n" } sort keys %headers), "\r\n", $body;
		$answer = do { local $/; <$socket> };
	};
	alarm 0;
	return answer($method, $answer // '');
}

sub answer ($method, $bytes) {
	my ($head, $body) = split /\r\n\r\n/, $bytes, 2;
	my ($first, @lines) = split /\r\n/, $head // '';
	my %headers = map { /^([^:]+):\s*(.*)$/ ? (lc $1, $2) : () } @lines;
	my $whole;

	return { status => 0, headers => {}, body => '' } unless defined $body && $first =~ /^HTTP\S+ (\d+)/;

	my $status = $1;

	if ($method eq 'HEAD') {
		$whole = 1;
	} elsif (($headers{'transfer-encoding'} // '') eq 'chunked') {
		($body, $whole) = unchunk($body);
	} else {
		$whole = !defined $headers{'content-length'} || length $body == $headers{'content-length'};
	}
	return { status => $whole ? $status : 0, headers => \%headers, body => $body };
}

sub unchunk ($bytes) {
	my $body = '';

	while ($bytes =~ s/^([0-9a-f]+)\r\n//i) {
		my $length = hex $1;

		return ($body, 1) if !$length;
		return ($body, 0) if length $bytes < $length + 2;
		$body .= substr($bytes, 0, $length);
		substr($bytes, 0, $length + 2) = '';
	}
	return ($body, 0);
}

1;
