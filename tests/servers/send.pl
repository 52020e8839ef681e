#!/usr/bin/perl
# send.pl - send a request byte by byte as it is, and end it as no client should
# SPDX-License-Identifier: ISC
#
# send.pl HOST:PORT END <request >answer
#
# After the last byte END is
#	wait    read the answer
#	fin     close our half of the connection, and read the answer
#	close   close the connection
#	reset   break it off
# The last two leave the server a moment to read what was sent.  Twenty seconds
# are the most that all this takes.

use strict;
use warnings;
use IO::Socket::INET;
use Socket qw(SHUT_WR SOL_SOCKET SO_LINGER);

my ($address, $end) = @ARGV;
my $socket = IO::Socket::INET->new(PeerAddr => $address, Timeout => 10)
    or die "cannot connect to $address: $@\n";
my $bytes;

# A server that has answered already need not listen any longer.
$SIG{PIPE} = 'IGNORE';
alarm 20;
while (sysread(STDIN, $bytes, 65536)) {
	my $sent = 0;

	while ($sent < length $bytes) {
		my $count = syswrite($socket, $bytes, length($bytes) - $sent, $sent);

		last unless defined $count;
		$sent += $count;
	}
}
if ($end eq 'close' or $end eq 'reset') {
	select(undef, undef, undef, 0.2);
	setsockopt($socket, SOL_SOCKET, SO_LINGER, pack('ii', 1, 0)) if $end eq 'reset';
	close $socket;
	exit;
}
$socket->shutdown(SHUT_WR) if $end eq 'fin';
while (sysread($socket, $bytes, 65536)) {
	print $bytes;
}
