#!/usr/bin/perl
# client.pl - many requests by few connections, for the benches
# SPDX-License-Identifier: ISC
#
# client.pl WORK HOST:PORT REPOSITORY ARGUMENT...; any answer but the right one ends it.
#	blobs COUNT BYTES        push so many small blobs, POST and PUT, by one connection
#	tags COUNT FILE TYPE     PUT the manifest under so many tags, likewise
#	referrers COUNT DIGEST   push so many indexes whose subject this is, likewise
#	pushes COUNT FILE        push so many blobs at once, each the file and a number
#	slow COUNT SECONDS       begin so many uploads at once, some bytes a second each

use strict;
use warnings;
use Digest::SHA;
use IO::Socket::INET;
use Time::HiRes qw(sleep time);

my ($work, $host, $repository, @arguments) = @ARGV;
my $index = 'application/vnd.oci.image.index.v1+json';

sub connection {
	my $socket = IO::Socket::INET->new(PeerAddr => $host) or die "$host: $!\n";
	binmode $socket;
	$socket->setsockopt(6, 1, 1);    # TCP_NODELAY
	return $socket;
}

# The status and the headers of an answer, whose body is read.
sub answer {
	my ($socket) = @_;
	my $status = <$socket> // die "no answer\n";
	my %headers;
	while (defined(my $line = <$socket>)) {
		last unless $line =~ /^([^:]+):\s*(.*?)\r?$/;
		$headers{ lc $1 } = $2;
	}
	read $socket, my $body, $headers{'content-length'} if $headers{'content-length'};
	return ((split / /, $status)[1], \%headers);
}

sub head {
	my ($method, $path, $length, $type) = @_;
	return "$method $path HTTP/1.1\r\nHost: $host\r\nContent-Length: $length\r\n" .
		'Content-Type: ' . ($type // 'application/octet-stream') . "\r\n\r\n";
}

# One request; what it answers must be $wanted.
sub ask {
	my ($socket, $wanted, $method, $path, $body, $type) = @_;
	print $socket head($method, $path, length $body, $type), $body;
	$socket->flush;
	my ($status, $headers) = answer($socket);
	die "$method $path: $status\n" unless $status == $wanted;
	# Web servers end a connection after many requests; the caller's is another then.
	$_[0] = connection() if lc($headers->{connection} // '') eq 'close';
	return $headers;
}

# Where a new upload goes to, with room for a query.
sub begin {
	my $to = ask($_[0], 202, 'POST', "/v2/$repository/blobs/uploads/", '')->{location};
	$to =~ s,^https?://[^/]*,,;
	return $to . ($to =~ /\?/ ? '&' : '?');
}

sub contents {
	my ($name) = @_;
	open my $file, '<:raw', $name or die "$name: $!\n";
	local $/;
	return scalar <$file>;
}

sub push_file {
	my ($name, $number) = @_;
	my $prefix = sprintf "%s %d %d\n", $repository, $number, $$;
	my $sha = Digest::SHA->new(256)->add($prefix)->addfile($name, 'b');
	return ($prefix, 'sha256:' . $sha->hexdigest, length($prefix) + -s $name);
}

# The digests are computed before the time begins; a byte on the pipe begins it.
sub push_one {
	my ($name, $number, $ready, $go) = @_;
	my ($prefix, $digest, $length) = push_file($name, $number);
	syswrite $ready, '.';
	sysread $go, my $byte, 1;
	my $socket = connection();
	my $to = begin($socket);
	print $socket head('PUT', "${to}digest=$digest", $length), $prefix;
	open my $file, '<:raw', $name or die "$name: $!\n";
	while (read $file, my $bytes, 1 << 20) {
		print $socket $bytes or die "cut off\n";
	}
	$socket->flush;
	my ($status) = answer($socket);
	die "PUT: $status\n" unless $status == 201;
}

my %works = (
	blobs => sub {
		my ($count, $bytes) = @_;
		my $socket = connection();
		for my $number (1 .. $count) {
			my $body = pack "A$bytes", "$number $$ " . time;
			my $to = begin($socket);
			ask($socket, 201, 'PUT', "${to}digest=sha256:" . Digest::SHA::sha256_hex($body), $body);
		}
	},
	tags => sub {
		my ($count, $name, $type) = @_;
		my ($socket, $body) = (connection(), contents($name));
		ask($socket, 201, 'PUT', "/v2/$repository/manifests/t$$-$_", $body, $type) for 1 .. $count;
	},
	referrers => sub {
		my ($count, $digest) = @_;
		my $socket = connection();
		for my $number (1 .. $count) {
			my $body = qq({"schemaVersion":2,"mediaType":"$index","manifests":[],) .
				qq("artifactType":"application/vnd.example.sbom",) .
				qq("subject":{"mediaType":"$index","digest":"$digest","size":1},) .
				qq("annotations":{"org.example.number":"$number"}});
			ask($socket, 201, 'PUT', "/v2/$repository/manifests/sha256:" .
				Digest::SHA::sha256_hex($body), $body, $index);
		}
	},
	pushes => sub {
		my ($count, $name) = @_;
		pipe my $is_ready, my $ready;
		pipe my $go, my $start;
		for my $number (1 .. $count) {
			defined(my $pid = fork) or die "fork: $!\n";
			next if $pid;
			push_one($name, $number, $ready, $go);
			exit 0;
		}
		sysread $is_ready, my $byte, 1 for 1 .. $count;
		my $begun = time;
		syswrite $start, '.' x $count;
		for (1 .. $count) {
			wait;
			die "a push failed\n" if $?;
		}
		printf "%.3f\n", time - $begun;
	},
	slow => sub {
		my ($count, $seconds) = @_;
		my @sockets = map { connection() } 1 .. $count;
		for my $socket (@sockets) {
			my $to = begin($socket);
			print $socket head('PATCH', substr($to, 0, -1), 1000000);
		}
		for (my $end = time + $seconds; time < $end; sleep 0.25) {
			print $_ 'slow' and $_->flush for @sockets;
		}
	},
);
($works{$work} // die "what is '$work'?\n")->(@arguments);
