# Roles.pm - who does what to a registry at the same time
# SPDX-License-Identifier: ISC
#
# Each role is a process that does its step again and again.  What it did is counted,
# what may not be is told, and what it did to tags and manifests is a history.

package Roles;

use v5.36;
use Client;
use Content;
use Exporter qw(import);
use Program;
use Store;
use Time::HiRes qw(CLOCK_MONOTONIC clock_gettime sleep);

our @EXPORT_OK = qw(roles now);

# How long the collector leaves things alone; who takes longer than `linger` between
# being told that a blob is there and naming it has no promise.
# On a slow file system all takes PATIENCE times as long.
my $patience = $ENV{PATIENCE} || 1;
our %times = (grace => 2 * $patience, linger => 3 * $patience, untagged => 6 * $patience);
our ($chaos, $number);
our (@servers, @stores);
our (%count, @failures, %history);

my %tried;

sub now () {
	return clock_gettime(CLOCK_MONOTONIC);
}

sub failed ($text, $answer = undef) {
	$text .= ": $answer->{status} $answer->{body}" if $answer;
	push @failures, substr($text, 0, 300) if @failures < 20;
	$count{failed}++;
	return undef;
}

# Where programs are killed, some requests are failed by that; who asked asks again.
sub is_broken ($answer) {
	return 0 unless $chaos && ($answer->{status} == 0 || $answer->{status} >= 500);
	sleep 0.05;
	return ++$count{broken};
}

# Until it is answered.
sub ask (@request) {
	my $answer;

	for (1 .. 1000) {
		$answer = Client::request(@request);
		last unless is_broken($answer);
	}
	return $answer;
}

# An operation on the register $key.
sub note ($key, $begin, @operation) {
	push @{ $history{$key} }, [$begin, now(), @operation];
}

# Images.

sub image ($seed) {
	my @layers = map { "$seed layer $_ " x (50 * $_) } 1 .. 3;
	my $config = json->encode({ os => 'linux', author => "$seed" });
	my $manifest = manifest($config, \@layers);

	return { blobs => [$config, @layers], manifest => $manifest, digest => digest_of($manifest) };
}

# One is at all times tagged, for mounts; the others are what tags are moved to.
my $base = image('base');
my @images = map { image("image $_") } 1 .. 4;
my %known = map { $_->{digest} => $_ } @images, $base;

# A blob is there, or pushed: whole, in chunks, or mounted.
sub ensure_blob ($repository, $bytes) {
	my $digest = digest_of($bytes);
	my $uploads = "/v2/$repository/blobs/uploads/";
	my $half = int(length($bytes) / 2);
	my ($answer, $location);

	return 1 if ask(HEAD => "/v2/$repository/blobs/$digest")->{status} == 200;
	for (1 .. 1000) {
		if (rand 2 < 1) {
			$answer = Client::request(POST => "$uploads?digest=$digest", body => $bytes);
		} else {
			$answer = Client::request(POST => $uploads);
			$location = $answer->{headers}{location};
			$answer = Client::request(PATCH => $location, body => substr($bytes, 0, $half))
			    if $answer->{status} == 202;
			$answer = Client::request(PUT => "$location?digest=$digest", body => substr($bytes, $half))
			    if $answer->{status} == 202;
		}
		return ++$count{blobs} if $answer->{status} == 201;
		return failed("push of a blob to $repository", $answer) unless is_broken($answer);
	}
	return failed("push of a blob to $repository, again and again", $answer);
}

# Push all of an image, as clients do; $key is the register that this writes.
sub push_image ($repository, $image, $reference, $key = undef, $value = undef) {
	for (1 .. 1000) {
		my $begun = now();

		for my $blob (@{ $image->{blobs} }) {
			ensure_blob($repository, $blob) or return undef;
		}

		my $asked = now();
		my $answer = Client::request(PUT => "/v2/$repository/manifests/$reference",
			body => $image->{manifest}, headers => { 'Content-Type' => manifest_type });

		if ($answer->{status} == 201) {
			note($key, $asked, 'write', $value, 'ok') if $key;
			return ++$count{pushes};
		} elsif (is_broken($answer)) {
			note($key, $asked, 'write', $value, 'unknown') if $key;
		} elsif ($answer->{status} == 400 && now() - $begun > $times{linger}) {
			$count{late}++;
		} else {
			return failed("push of a manifest to $repository", $answer);
		}
	}
	return failed("push of a manifest to $repository, again and again");
}

# DELETE of a manifest or tag; the answer is 202 or 404.
sub remove ($repository, $reference, $key = undef, @operation) {
	my $begun = now();
	my $answer = Client::request(DELETE => "/v2/$repository/manifests/$reference");
	my $result = { 202 => 'ok', 404 => 'none' }->{ $answer->{status} };

	$result //= 'unknown' if is_broken($answer);
	return failed("DELETE from $repository", $answer) unless $result;
	note($key, $begun, @operation, $result) if $key;
	$count{deletes}++;
	return $result;
}

# All that a manifest names is there, byte for byte.  $patience is how long it is sure
# to be, from $begun on.
sub pull ($repository, $image, $begun, $patience) {
	for my $blob (@{ $image->{blobs} }) {
		my $answer = ask(GET => "/v2/$repository/blobs/" . digest_of($blob));

		next if $answer->{status} == 200 && $answer->{body} eq $blob;
		return $count{late}++ if now() - $begun > $patience;
		return failed("GET of a blob from $repository", $answer);
	}
	return ++$count{pulls};
}

# What a tag stands for: a known image, or undef.
sub read_tag ($repository, $tag) {
	my $begun = now();
	my $answer = Client::request(GET => "/v2/$repository/manifests/$tag");
	my $image = $known{ $answer->{headers}{'docker-content-digest'} // '' };

	return undef if is_broken($answer);
	$count{reads}++;
	if ($answer->{status} == 404) {
		note("$repository:$tag", $begun, 'read', '', '');
		return undef;
	}
	return failed("GET of $repository:$tag", $answer)
	    unless $answer->{status} == 200 && $image && $answer->{body} eq $image->{manifest};
	note("$repository:$tag", $begun, 'read', '', $image->{digest});
	return $image;
}

# The steps.

sub any (@of) {
	return $of[rand @of];
}

# New every three seconds (times PATIENCE), the same for all pushers; old ones are deleted.
sub same ($) {
	my $round = int(now() / (3 * $patience));
	my $image = image("round $round");
	my $begun = now();

	push_image('soak/same', $image, "r$round") or return;
	pull('soak/same', $image, $begun, 5 * $patience);
	remove('soak/same', image('round ' . ($round - 4))->{digest});
}

my @mine;

# An image of one's own, on a base that is mounted; a few stay.
sub different ($i) {
	my $repository = "soak/own$i";
	my $image = image("own $i " . ++$tried{different} . " $$");
	my $answer = ask(POST => "/v2/$repository/blobs/uploads/?from=soak/base&mount=" .
		digest_of($base->{blobs}[1]));

	failed('mount', $answer) unless $answer->{status} == 201;
	push_image($repository, $image, 'latest') or return;
	push @mine, $image;
	pull($repository, $_, now(), $times{untagged}) for $image;
	remove($repository, (shift @mine)->{digest}) if @mine > 1;
}

sub mover ($) {
	my $tag = any(qw(a b c));
	my $image = any(@images);

	if (rand 5 < 1) {
		remove('soak/moved', $tag, "soak/moved:$tag", 'remove', '');
	} else {
		push_image('soak/moved', $image, $tag, "soak/moved:$tag", $image->{digest});
	}
}

sub reader ($) {
	my $begun = now();
	my $image = read_tag('soak/moved', any(qw(a b c)));

	pull('soak/moved', $image, $begun, $times{untagged}) if $image;
}

# Looks again at once: between two values of a tag there is none.
sub watcher ($) {
	read_tag('soak/moved', any(qw(a b c)));
	sleep rand 0.1 * ($patience - 1);
}

# Tags lose their manifest, too.
sub dropper ($) {
	my ($tag, $image) = (any(qw(x y)), any(@images));
	my $key = "soak/dropped:$tag";

	if (rand 3 < 1) {
		push_image('soak/dropped', $image, $tag, $key, $image->{digest});
	} elsif (rand 4 < 1) {
		remove('soak/dropped', $tag, $key, 'remove', '');
	} elsif (rand 4 < 1) {
		my $begun = now();
		my $result = remove('soak/dropped', $image->{digest}) or return;

		note("soak/dropped:$_", $begun, 'drop', $image->{digest}, $result) for qw(x y);
	} else {
		read_tag('soak/dropped', $tag);
	}
}

# By digest; a tag of its own keeps it from the collector.
sub digests ($) {
	my $image = any(@images[0, 1]);
	my $key = "soak/digests:$image->{digest}";
	my $path = "/v2/soak/digests/manifests/$image->{digest}";

	if (rand 3 < 1) {
		my $tag = 'own-' . substr($image->{digest}, 7, 8);

		push_image('soak/digests', $image, "$image->{digest}?tag=$tag", $key, 'there');
	} elsif (rand 3 < 1) {
		remove('soak/digests', $image->{digest}, $key, 'remove', '');
	} else {
		my $begun = now();
		my $answer = Client::request(GET => $path);

		return if is_broken($answer);
		return failed('GET by digest', $answer) unless $answer->{status} =~ /^(?:200|404)$/;
		$count{reads}++;
		note($key, $begun, 'read', '', $answer->{status} == 200 ? 'there' : '');
	}
}

# Two clients append to one session, each piece of one letter of its own, and larger than
# what a program reads at once.
my $piece = 300000;

sub append ($location, @letters) {
	my @accepted;

	for my $letter (@letters) {
		for (1 .. 200) {
			my $answer = Client::request(PATCH => $location, body => $letter x $piece);

			if ($answer->{status} == 202) {
				push @accepted, $letter;
				$count{appends}++;
				last;
			}
			last if is_broken($answer); # perhaps it came, perhaps in part
			$answer->{status} == 429 or return failed('PATCH', $answer);
			$count{refused}++;
			sleep rand 0.02 * $patience;
		}
	}
	return @accepted;
}

sub sessions ($) {
	my $answer = ask(POST => '/v2/soak/session/blobs/uploads/');
	my $location = $answer->{headers}{location} or return failed('POST', $answer);
	my $id = $location =~ s{.*/}{}r;
	my (@accepted, $pid);

	pipe my $from, my $to or die "pipe: $!\n";
	$pid = fork // die "fork: $!\n";
	if (!$pid) {
		@failures = %count = ();
		srand;
		print $to join(' ', append($location, 'u' .. 'z')) . "\n" . ($count{failed} ? "@failures" : '');
		close $to;
		POSIX::_exit(0);
	}
	close $to;
	@accepted = append($location, 'a' .. 'f');
	push @accepted, split ' ', <$from> // '';
	failed($_) while <$from>;
	waitpid $pid, 0;

	my $data = Program::slurp(Store::v2(any(@stores)) . "/repositories/soak/session/_uploads/$id/data") // '';
	my (%runs, %length);

	while ($data =~ /(a+|b+|c+|d+|e+|f+|u+|v+|w+|x+|y+|z+|.)/gs) {
		my $letter = substr $1, 0, 1;

		$runs{$letter}++;
		$length{$letter} += length $1;
	}
	failed("session interleaved: letter $_") for grep { $runs{$_} > 1 } keys %runs;
	failed("session: piece $_ is not whole") for grep { ($length{$_} // 0) != $piece } @accepted;
	complete($location, $data);
	$count{sessions}++;
}

sub complete ($location, $data) {
	my $digest = digest_of($data);
	my $begun = now();
	my $answer = ask(PUT => "$location?digest=$digest");

	return failed('completing PUT', $answer) unless $answer->{status} == 201;
	$answer = ask(GET => "/v2/soak/session/blobs/$digest");
	failed('GET of what was completed', $answer)
	    unless $answer->{body} eq $data || now() - $begun > $times{grace};
}

# One run of the collector, which may be killed.
sub collector ($) {
	my $doom = $chaos && rand 3 < 1
	    ? { at => 1 + int(rand 100), do => 'kill', among => 'w' } : undef;
	my $result = Program::command(any(@stores), $doom, 'gc', map { ("--$_->[0]", $_->[1]) }
	    ['grace', $times{grace}], ['linger', $times{linger}], ['untagged-older-than', $times{untagged}]);

	$count{$result->{signal} ? 'killed' : 'collections'}++;
	failed("gc: $result->{output}$result->{log}") if $result->{exit};
	$count{removed} += $1 while $result->{output} =~ /(\d+) removed/g;
	sleep 0.2;
}

# Nothing is ever wrong.
sub checker ($) {
	my $result = Program::command(any(@stores), undef, 'fsck');

	$count{checks}++;
	failed("fsck: $result->{output}$result->{log}") if $result->{exit};
	sleep 0.5;
}

# kill -9 of one of the programs that a web server started, or of all at once.
sub killer ($) {
	my $server = any(@servers);
	my @children = grep { /^\d+$/ } map { s{.*/}{}r } glob '/proc/[0-9]*';
	my @programs = grep {
		my $stat = Program::slurp("/proc/$_/stat") // '';
		my ($parent) = $stat =~ /\(hythe-\w+\) \S (\d+)/;

		$parent && $parent == $server
	} @children;

	@programs = any(@programs) if @programs && rand 4 > 1;
	$count{kills} += kill KILL => @programs if @programs;
	sleep 0.3 + rand 1.5;
}

my @roles = (
	[same => 4], [different => 4], [mover => 2], [reader => 3], [watcher => 2], [dropper => 3],
	[digests => 3], [sessions => 2], [collector => 1], [checker => 1], [killer => 1],
);

# name and step of each process; where all is slow, two of a kind do
sub roles () {
	return map {
		my ($name, $count) = @$_;

		$count = 2 if $patience > 1 && $count > 2;
		map { my $i = $_; [$name, $i, \&{"Roles::$name"}] } 1 .. $count
	} grep { $chaos || $_->[0] ne 'killer' } @roles;
}

1;
