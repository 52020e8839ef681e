# Store.pm - a store, looked at without any code of hythe's
# SPDX-License-Identifier: ISC

package Store;

use v5.36;
use Content;
use File::Find ();
use Program;

sub v2 ($store) {
	return "$store/docker/registry/v2";
}

sub blob_file ($store, $digest) {
	my ($algorithm, $hex) = split /:/, $digest;

	return v2($store) . "/blobs/$algorithm/" . substr($hex, 0, 2) . "/$hex/data";
}

# What a new process may create beneath.
sub make ($store) {
	mkdir $store or die "$store: $!\n";
	chmod 02750, $store;
}

# A copy.  Its files are others, for which the marks of the collector would be void.
sub copy ($from, $to) {
	system('rm', '-rf', $to) == 0 && system('cp', '-a', $from, $to) == 0 or die "no copy\n";
	for my $mark (files($to, qr{/condemned$})) {
		my ($file) = grep { -e } map { $mark =~ s/condemned$/$_/r } qw(data link) or next;

		condemn($file, Program::slurp($mark) =~ /^(run \d+\n)/);
	}
}

# A mark of the collector on a file.
sub condemn ($file, $run) {
	my $time = qx(stat -c %.9Y '$file');

	Program::spew($file =~ s/[^\/]+$/condemned/r, $run . 'inode ' . (stat $file)[1] . "\nmtime $time");
}

# The files below whose path matches.
sub files ($directory, $pattern) {
	my @found;

	return () unless -d $directory;
	File::Find::find({
		no_chdir => 1,
		wanted => sub { push @found, $_ if /$pattern/ and -f },
	}, $directory);
	return sort @found;
}

# All that a reader can come to: a line each for links, blobs and records of referrers.
sub content ($store) {
	my $v2 = v2($store);
	my @files = files($v2, qr{^\Q$v2\E/(?:blobs|repositories)/.*/(?:link|data|sha\d+-[0-9a-f]+)$});

	return map { substr($_, length $v2) . ' ' . digest_of(Program::slurp($_) // '') }
	    grep { !m{/_uploads/} && !is_of_nothing($_) } @files;
}

# A record of a manifest that is gone: nobody lists it.
sub is_of_nothing ($file) {
	return $file =~ m{^(.*)/_manifests/referrers/.*/(sha\d+)-([0-9a-f]+)$} &&
	    !-e revision_link($1, "$2:$3");
}

# What is wrong there: lines that begin with `partial` or `dangling`.
sub faults ($store) {
	my $v2 = v2($store);
	my @faults;

	for my $file (files("$v2/blobs", qr{/data$})) {
		my ($digest) = $file =~ m{/([0-9a-f]+)/data$};

		push @faults, "partial: $file" if digest_of(Program::slurp($file)) ne "sha256:$digest";
	}
	for my $file (files("$v2/repositories", qr{/link$})) {
		my $target = Program::slurp($file) // '';

		next if $file =~ m{/tags/[^/]+/index/}; # what a tag was; it keeps nothing
		if ($target !~ /^sha256:[0-9a-f]{64}$/) {
			push @faults, "partial: $file";
		} elsif (!-e blob_file($store, $target)) {
			push @faults, "dangling: $file";
		} elsif ($file =~ m{^(.*)/_manifests/revisions/}) {
			push @faults, revision_faults($store, $1, $target);
		} elsif ($file =~ m{^(.*)/_manifests/tags/[^/]+/current/}) {
			push @faults, "dangling: $file" unless -e revision_link($1, $target);
		}
	}
	return @faults;
}

sub revision_link ($repository, $digest) {
	return "$repository/_manifests/revisions/" . $digest =~ tr{:}{/}r . '/link';
}

# What a manifest names is linked beside it; and whether blobs are behind the links,
# faults() sees at these.
sub revision_faults ($store, $repository, $digest) {
	my $manifest = eval { json->decode(Program::slurp(blob_file($store, $digest))) }
	    or return "partial: manifest $digest";
	my @names = map { $_->{digest} } $manifest->{config} // (), @{ $manifest->{layers} // [] };
	my @missing = grep { !-e "$repository/_layers/" . tr{:}{/}r . '/link' } @names;
	my $subject = $manifest->{subject}{digest};

	push @missing, 'its record at its subject' if $subject and
	    !-e "$repository/_manifests/referrers/" . $subject =~ tr{:}{/}r . '/' . $digest =~ tr/:/-/r;
	return map { "dangling: $_ of manifest $digest" } @missing;
}

1;
