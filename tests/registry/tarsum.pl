#!/usr/bin/perl
# tarsum.pl - the tarsums of a tar archive, computed once more
# SPDX-License-Identifier: ISC
#
# usage: tarsum.pl FILE
#
# Prints the three of them, a line each.  Written from the rules alone, to have
# something that hythe's own sums can be compared with: it reads the file at
# once, and trusts it.

use strict;
use warnings;
no warnings 'portable'; # more than 32 bits
use Digest::SHA qw(sha256 sha256_hex);

my @labels = ('tarsum', 'tarsum.v1', 'tarsum.dev');
my %short = (name => [0, 100], mode => [100, 8], uid => [108, 8], gid => [116, 8],
	size => [124, 12], mtime => [136, 12], typeflag => [156, 1], linkname => [157, 100],
	uname => [265, 32], gname => [297, 32], devmajor => [329, 8], devminor => [337, 8]);
my %is_text = map { $_ => 1 } qw(name linkname uname gname);

sub number {
	my ($field) = @_;
	my $first = ord $field;

	if ($first & 0x80) {
		my $value = $first & 0x40 ? -1 : 0;
		$value = $value * 256 + ord for split //, $field =~ s/^.//sr;
		return $value;
	}
	return $field =~ /([0-7]+)/ ? oct $1 : 0;
}

sub header {
	my ($block) = @_;
	my $ustar = substr($block, 257, 5) eq 'ustar';
	my %entry;

	for my $key (keys %short) {
		my $field = substr $block, $short{$key}[0], $short{$key}[1];
		my $absent = !$ustar && $key =~ /^(.name|dev.*)$/ && $key ne 'name';
		$entry{$key} = $key eq 'typeflag' ? $field
			: $is_text{$key} ? ($absent ? '' : $field =~ s/\0.*//sr)
			: $absent ? 0 : number($field);
	}
	if (substr($block, 257, 6) eq "ustar\0") {
		my $star = substr($block, 508, 4) eq "tar\0";
		my $prefix = substr($block, 345, $star ? 131 : 155) =~ s/\0.*//sr;
		$entry{name} = "$prefix/$entry{name}" if $prefix ne '';
	}
	return \%entry;
}

sub pax {
	my ($bytes) = @_;
	my %records;

	while ($bytes =~ /^(\d+) /) {
		my $record = substr $bytes, 0, $1, '';
		$record =~ /^\d+ ([^=]*)=(.*)\n\z/s and $records{$1} = $2;
	}
	return \%records;
}

# All entries: their fields, content and extended attributes.
sub entries {
	my ($tar) = @_;
	my ($at, $pax, %long, @entries) = (0, {});
	my %fields = (path => 'name', linkpath => 'linkname');

	while ($at + 512 <= length $tar) {
		my $block = substr $tar, $at, 512;
		last if $block !~ /[^\0]/;
		my $entry = header($block);
		my $type = $entry->{typeflag};
		my $special = $type =~ /[xLK]/;
		$at += 512;
		for my $key ($special ? () : qw(path linkpath uid gid uname gname size mtime)) {
			next if ($pax->{$key} // '') eq '';
			my $value = $pax->{$key};
			if ($key eq 'mtime') {
				my ($whole, $part) = $value =~ /^(-?\d+)\.?(\d*)/;
				$value = $value =~ /^-/ && $part =~ /[1-9]/ ? $whole - 1 : $whole;
			}
			$entry->{$fields{$key} // $key} = $value;
		}
		my $content = '';
		if ($type eq 'S') {
			while (ord substr $block, length($content) ? 504 : 482, 1) {
				$block = substr $tar, $at, 512;
				$content .= $block;
				$at += 512;
			}
		}
		my $size = $type =~ /[1-6]/ ? 0 : $entry->{size};
		$content .= substr $tar, $at, $size;
		$at += int(($size + 511) / 512) * 512;
		if ($type eq 'x') {
			$pax = pax($content);
		} elsif ($special) {
			$long{$type eq 'L' ? 'name' : 'linkname'} = $content =~ s/\0.*//sr;
		} else {
			$entry->{$_} = $long{$_} for keys %long;
			$entry->{content} = $content;
			$entry->{xattr} = { map { /^SCHILY\.xattr\.(.*)/s ? ($1 => $pax->{$_}) : () }
				keys %$pax };
			push @entries, $entry;
			($pax, %long) = {};
		}
	}
	return @entries;
}

# One entry's sum, by one version's rules.
sub entry_sum {
	my ($entry, $version) = @_;
	my $text = '';

	for my $key (qw(name mode uid gid size mtime typeflag linkname uname gname
		devmajor devminor)) {
		$text .= $key . $entry->{$key} if $key ne 'mtime' || $version eq 'tarsum';
	}
	if ($version ne 'tarsum') {
		$text .= $_ . $entry->{xattr}{$_} for sort keys %{ $entry->{xattr} };
	}
	return sha256_hex($text . $entry->{content});
}

# The sums in order; those of one path exchange places among themselves, until
# they stand as they came.
sub ordered {
	my @sums = @_;
	my @places = sort { $sums[$a][0] cmp $sums[$b][0] || $a <=> $b } 0 .. $#sums;
	my %of_path;

	push @{ $of_path{ $sums[$_][1] } }, $_ for 0 .. $#sums;
	return map { $sums[ shift @{ $of_path{ $sums[$_][1] } } ][0] } @places;
}

my ($file) = @ARGV;
open my $in, '<:raw', $file or die "$file: $!\n";
local $/;
my @entries = entries(scalar <$in>);
for my $version (@labels) {
	my @sums = map { [entry_sum($_, $version), $_->{name} =~ s{^\./}{}r =~ s{/\z}{}r] } @entries;
	print "$version+sha256:", sha256_hex(join '', ordered(@sums)), "\n";
}
