# Operations.pm - what is done while something goes wrong
# SPDX-License-Identifier: ISC
#
# Each operation is a hash:
#	name
#	setup   makes the store in which it happens, and may return what the others get
#	act     does it, with a fault or with undef, and returns the answer
#	watch   paths whose answers are noted, before and after
#	again   what somebody does who was told nothing, or that it failed: the same,
#	        unless given; and what comes of it is what comes of `act` and `again`
#	ends    the statuses that are no failure of `again`
#	lazy    success does not say that all was done
#	undone  a power cut just after it may undo it: nothing is synced for what is dropped
# All of them are given the store and what `setup` returned.

package Operations;

use v5.36;
use Content;
use Exporter qw(import);
use Program;
use Store;
use Time::HiRes qw(sleep);

our @EXPORT_OK = qw(operations);

my $name = 'lib/app';
my ($first, $second) = ('first' x 1000, 'second' x 500);
my $both = $first . $second;
my ($config, $layer, $other) = ('{"os":"linux"}', 'layer' x 700, 'other' x 900);
my $image = manifest($config, [$layer]);
my $moved = manifest($config, [$layer, $other]);
my $signature = manifest($config, [$other], artifactType => 'a/signature',
	subject => descriptor($image, manifest_type));

sub path ($kind, $what) {
	return "/v2/$name/$kind/$what";
}

my %at = (
	blob => path(blobs => digest_of($both)),
	layer => path(blobs => digest_of($layer)),
	image => path(manifests => digest_of($image)),
	signature => path(manifests => digest_of($signature)),
	tag => path(manifests => 'v1'),
	tags => path(tags => 'list'),
	uploads => path(blobs => 'uploads/'),
	referrers => path(referrers => digest_of($image)),
);

sub must ($answer, @statuses) {
	grep { $_ == $answer->{status} } @statuses
	    or die "answered $answer->{status}: $answer->{body}$answer->{log}\n";
	return $answer;
}

sub push_blob ($store, $bytes, $repository = $name) {
	must(Program::request($store, 'POST',
		"/v2/$repository/blobs/uploads/?digest=" . digest_of($bytes), body => $bytes), 201);
}

sub put ($store, $reference, $bytes, $fault = undef) {
	return Program::request($store, 'PUT', path(manifests => $reference), body => $bytes,
		headers => { 'Content-Type' => manifest_type }, fault => $fault);
}

# What setups are made of.

sub blobs ($store) {
	push_blob($store, $_) for $config, $layer, $other;
	return {};
}

sub tagged ($store) {
	blobs($store);
	must(put($store, 'v1', $image), 201);
	return {};
}

sub signed ($store) {
	tagged($store);
	must(put($store, 'v2', $image), 201);
	must(put($store, digest_of($signature), $signature), 201);
	return {};
}

# A session that has some bytes; { session => its Location }.
sub begun ($store, $bytes = $first) {
	my $location = must(Program::request($store, 'POST', $at{uploads}), 202)->{headers}{location};

	must(Program::request($store, 'PATCH', $location, body => $bytes), 202) if length $bytes;
	return { session => $location };
}

# Garbage of every sort, and what is kept beside it; a file of another program, too.
sub littered ($store) {
	signed($store);
	push_blob($store, "garbage $_") for 1, 2;
	push_blob($store, 'elsewhere', 'lib/gone');
	must(put($store, 'v3', $moved), 201);
	must(Program::request($store, 'DELETE', path(manifests => 'v3')), 202);
	sleep 0.02;
	return {};
}

my @collect = qw(gc --grace 0 --linger 0 --untagged-older-than 0);

sub condemned ($store) {
	littered($store);
	must(Program::command($store, undef, @collect), 200);
	sleep 0.02;
	return {};
}

# What resumes.

# The size of the session's data, and undef if it is gone.
sub offset ($store, $session) {
	my $answer = must(Program::request($store, 'GET', $session), 204, 404);
	my $id = $session =~ s{.*/}{}r;
	my $size = -s Store::v2($store) . "/repositories/$name/_uploads/$id/data";

	return undef if $answer->{status} == 404;
	# committing: the bytes are on their way to the blob
	return length $both unless defined $size;
	$answer->{headers}{range} eq '0-' . ($size ? $size - 1 : 0)
	    or die "Range $answer->{headers}{range} with $size bytes\n";
	return $size;
}

# What a client does: ask how far it came, send the rest, and complete it.
sub resume ($store, $context) {
	my $session = $context->{session};
	my $size = offset($store, $session) // return must(Program::request($store, 'GET', $at{blob}), 200);

	must(Program::request($store, 'PATCH', $session, body => substr($both, $size),
		headers => { 'Content-Range' => "$size-" . (length($both) - 1) }), 202)
	    if $size < length $both;
	return must(complete($store, $context, undef, ''), 201);
}

# Of a session that ends: it is gone, or it is as it was.
sub give_up ($store, $context) {
	my $size = offset($store, $context->{session}) // length $first;

	$size == length $first or die "the session has $size bytes\n";
	return Program::request($store, 'DELETE', $context->{session});
}

sub complete ($store, $context, $fault, $bytes) {
	return Program::request($store, 'PUT', "$context->{session}?digest=" . digest_of($both),
		body => $bytes, fault => $fault);
}

sub by_request ($method, $path, %with) {
	return sub ($store, $context, $fault) {
		return Program::request($store, $method, $path, %with, fault => $fault);
	};
}

sub by_put ($reference, $bytes) {
	return sub ($store, $context, $fault) { put($store, $reference, $bytes, $fault) };
}

sub by_completing ($bytes) {
	return sub ($store, $context, $fault) { complete($store, $context, $fault, $bytes) };
}

sub by_patch (%with) {
	return sub ($store, $context, $fault) {
		return Program::request($store, 'PATCH', $context->{session}, body => $second, %with,
			fault => $fault);
	};
}

sub by_command (@arguments) {
	return sub ($store, $context, $fault) { Program::command($store, $fault, @arguments) };
}

# Five runs finish whatever one left: blobs go two runs after their manifest.
sub collect ($store, $context) {
	must(Program::command($store, undef, @collect), 200) for 1 .. 4;
	return Program::command($store, undef, @collect);
}

# The session is years old.
sub expire ($store, $context, $fault) {
	my $id = $context->{session} =~ s{.*/}{}r;
	my $directory = Store::v2($store) . "/repositories/$name/_uploads/$id";

	utime 1, 1, glob("$directory/*"), $directory;
	return Program::command($store, $fault, 'expire');
}

# A store of docker-registry, which records nothing of subjects.
sub unrecorded ($store) {
	signed($store);
	system('rm', '-rf', Store::v2($store) . "/repositories/$name/_manifests/referrers");
	return {};
}

# A mark on what is named, as no collector makes it.
sub damaged ($store) {
	my $directory = Store::v2($store) . "/repositories/$name/_layers/" .
	    digest_of($layer) =~ tr{:}{/}r;

	tagged($store);
	Store::condemn("$directory/link", "run 1\n");
	return {};
}

my @deleted = (200, 202, 404);
my @operations = (
	{ name => 'blob POST', setup => sub ($store) { begun($store); return {} },
	  act => by_request(POST => "$at{uploads}?digest=" . digest_of($both), body => $both),
	  watch => ['blob'] },
	{ name => 'blob PUT', setup => sub ($store) { begun($store, '') },
	  act => by_completing($both), watch => ['blob'], again => \&resume },
	{ name => 'PATCH', setup => \&begun, watch => ['session'], again => \&resume,
	  act => sub ($store, $context, $fault) {
		my $range = length($first) . '-' . (length($both) - 1);

		return by_patch(headers => { 'Content-Range' => $range })->($store, $context, $fault);
	  } },
	{ name => 'chunked PATCH', setup => \&begun, act => by_patch(chunked => 1),
	  watch => ['session'], again => \&resume },
	{ name => 'completing PUT', setup => \&begun, act => by_completing($second),
	  watch => ['blob'], again => \&resume },
	{ name => '  without body', setup => sub ($store) { begun($store, $both) },
	  act => by_completing(''), watch => ['blob'], again => \&resume },
	{ name => '  of what is there', watch => ['blob'], again => \&resume,
	  setup => sub ($store) { push_blob($store, $both, 'lib/base'); begun($store) },
	  act => by_completing($second) },
	{ name => 'mount', setup => sub ($store) { push_blob($store, $both, 'lib/base'); {} },
	  act => by_request(POST => "$at{uploads}?from=lib/base&mount=" . digest_of($both)),
	  watch => ['blob'] },
	{ name => 'manifest, new tag', setup => \&blobs, act => by_put(v1 => $image),
	  watch => [qw(tag image tags)] },
	{ name => '  old tag', setup => \&tagged, act => by_put(v1 => $image),
	  watch => [qw(tag image tags)] },
	{ name => '  tag moves', setup => \&tagged, act => by_put(v1 => $moved),
	  watch => [qw(tag image tags)] },
	{ name => '  two tags', setup => \&tagged, watch => [qw(tag image tags)],
	  act => by_put(digest_of($moved) . '?tag=v1&tag=v2', $moved) },
	{ name => '  with subject', setup => \&tagged, watch => [qw(tag signature referrers)],
	  act => by_put(digest_of($signature), $signature) },
	{ name => 'tag DELETE', setup => \&signed, act => by_request(DELETE => $at{tag}),
	  watch => [qw(tag image tags)], ends => \@deleted },
	{ name => 'manifest DELETE', setup => \&signed, act => by_request(DELETE => $at{image}),
	  watch => [qw(tag image tags signature)], ends => \@deleted },
	{ name => '  of a signature', setup => \&signed, act => by_request(DELETE => $at{signature}),
	  watch => [qw(tag image signature referrers)], ends => \@deleted },
	{ name => 'blob DELETE', setup => \&blobs, act => by_request(DELETE => $at{layer}),
	  watch => ['layer'], ends => \@deleted },
	{ name => 'session DELETE', setup => \&begun, watch => ['session'], again => \&give_up,
	  act => sub ($store, $context, $fault) {
		return Program::request($store, 'DELETE', $context->{session}, fault => $fault);
	  }, ends => [204, 404], undone => 1 },
	{ name => 'expire', setup => \&begun, act => \&expire, watch => ['session'],
	  again => \&give_up, ends => [204, 404], undone => 1 },
	{ name => 'gc condemns', setup => \&littered, act => by_command(@collect),
	  watch => [qw(tag image signature referrers)], again => \&collect, lazy => 1 },
	{ name => 'gc removes', setup => \&condemned, act => by_command(@collect),
	  watch => [qw(tag image signature referrers)], again => \&collect, lazy => 1 },
	{ name => 'reindex', setup => \&unrecorded, act => by_command('reindex'),
	  watch => [qw(tag image signature referrers)] },
	{ name => 'fsck --repair', setup => \&damaged, act => by_command(qw(fsck --repair --jobs 1)),
	  watch => [qw(tag image layer)], lazy => 1 },
);

sub operations () {
	return @operations;
}

# What clients see of it, a line each; all that is in the store, too.
sub observe ($operation, $store, $context) {
	my @seen = Store::content($store);

	for my $what (@{ $operation->{watch} }) {
		my $path = $at{$what} // $context->{session};
		my $answer = Program::request($store, 'GET', $path);
		my $list = $what =~ /^(?:tags|referrers)$/ && $answer->{status} == 200
		    ? json->decode($answer->{body}) : undef;

		if ($what eq 'session') {
			push @seen, "session $answer->{status}";
		} elsif ($list) {
			push @seen, map { "$what: " . (ref ? $_->{digest} : $_) }
			    @{ $list->{tags} // $list->{manifests} };
		} else {
			push @seen, "$what $answer->{status} " .
			    ($answer->{status} == 200 ? digest_of($answer->{body}) : '');
		}
	}
	return @seen;
}

1;
