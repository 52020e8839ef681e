#!/usr/bin/perl
# tar.pl - a tar archive of whatever an archive may have
# SPDX-License-Identifier: ISC
#
# usage: tar.pl SEED >FILE
#
# The same seed makes the same archive: headers of all formats, long names and
# extended headers, links, devices, directories, sparse files, paths that come
# again, numbers that are no octal digits.

use strict;
use warnings;

my ($seed) = @ARGV;
srand $seed;
binmode STDOUT;

sub any { return $_[ rand @_ ] }
sub one_in { return rand() * $_[0] < 1 }
sub padded { return $_[0] . "\0" x (-length($_[0]) % 512) }

# Octal digits as one program or another writes them, or GNU's binary.
sub number {
	my ($value, $width) = @_;

	if ($value < 0 || length sprintf('%o', $value) > $width - 2 || one_in(6)) {
		my $high = $value < 0 ? "\xff" : "\0";
		my $bytes = $high x ($width - 8) . pack 'q>', $value;
		return $bytes | "\x80" . "\0" x ($width - 1);
	}
	return any(sprintf("%0*o\0", $width - 1, $value), sprintf("%*o ", $width - 1, $value),
		sprintf("%0*o \0", $width - 2, $value));
}

sub header {
	my ($name, $type, $size, %more) = @_;
	my $format = $more{format} // any(qw(posix posix gnu star v7));
	my $block = "\0" x 512;
	my ($link, $user, $group) = ($more{link} // '', any('', 'root', 'u' x 32), any('', 'wheel'));

	substr $block, 0, length $name, $name;
	substr $block, 100, 8, number(any(0644, 04755, 0100644, 0), 8);
	substr $block, 108, 8, number(any(0, 1000, 65534, -2, 1 << 40), 8);
	substr $block, 116, 8, number(any(0, 1000), 8);
	substr $block, 124, 12, number($size, 12);
	substr $block, 136, 12, number(any(0, 1409861922, 1 << 33, -1), 12);
	substr $block, 156, 1, $type;
	substr $block, 157, length $link, $link;
	substr $block, 257, 8, { posix => "ustar\00000", gnu => "ustar  \0", star => "ustar\00000",
		v7 => "\0" x 8 }->{$format};
	substr $block, 265, length $user, $user;
	substr $block, 297, length $group, $group;
	substr $block, 329, 16, $type =~ /[34]/ ? number(any(1, 8), 8) . number(any(3, 0), 8)
		: any("\0" x 16, "0000000\0" x 2);
	substr $block, 345, 6, 'prefix' if one_in(5);
	substr $block, 508, 4, "tar\0" if $format eq 'star';
	substr $block, 482, 1, "\1" if $more{map};
	substr $block, 148, 8, ' ' x 8;
	substr $block, 148, 8, sprintf "%06o\0 ", unpack '%32C*', $block;
	return $block;
}

sub record {
	my ($text) = @_;
	my $length = length($text) + 3;

	$length++ while length("$length $text\n") != $length;
	return "$length $text\n";
}

sub bytes {
	return join '', map { chr int rand 256 } 1 .. rand shift;
}

# An extended header with some of what it may have; a size it must repeat.
sub pax {
	my ($size) = @_;
	my @records = (
		'path=' . any(paths()), 'path=' . 'p/' x 150, 'linkpath=' . 'l' x any(1, 300),
		'uid=' . any(0, -1, 1 << 40), 'gid=77', 'uname=' . "\xc3\xa9", 'gname=',
		"size=$size", 'mtime=' . any(1, -1, '1.5', '-1.5', '-0.25', '1409861922.123456789'),
		'comment=' . any('', 'x=y'), 'GNU.sparse.major=1', 'SCHILY.xattr.user.empty=',
		(map { "SCHILY.xattr.user.$_=" . bytes(20) } qw(a b A a.b long), 'b' x 200),
		'SCHILY.xattr.security.capability=' . "\1\0\0\2\0\n\0=\0",
	);

	return join '', map { record(any(@records)) } 1 .. rand 8;
}

sub paths {
	return ('a', './a', 'a/', './a/', 'b', 'dir/', './dir', 'c', 'd/e', "\xff", './', 'n' x 100);
}

for (1 .. rand 30) {
	my $type = any('0', '0', '0', "\0", '1', '2', '3', '4', '5', '6', '7', 'S', 'g', 'V');
	my $content = bytes(any(0, 10, 600, 3000));
	my $has_none = $type =~ /[1-6]/;

	$content = record('comment=all') if $type eq 'g';
	my $size = length $content;
	if (one_in(3)) {
		my $pax = pax($has_none ? any(0, 12) : $size);
		print header('PaxHeaders/x', 'x', length $pax, format => 'posix'), padded($pax);
	}
	for my $long (grep { one_in(5) } qw(L K)) {
		my $name = any('long/' x any(1, 80), any(paths())) . any("\0", '', "\0more\0");
		print header('././@LongLink', $long, length $name, format => 'gnu'), padded($name);
	}
	my $maps = $type eq 'S' ? int rand 4 : 0;
	print header(any(paths()), $type, $has_none && one_in(2) ? 0 : $size,
		link => $type =~ /[12]/ ? any('a', 'l' x 100) : '', map => $maps);
	for my $i (1 .. $maps) {
		my $map = bytes(500);
		$map .= "\0" x (504 - length $map) . ($i < $maps ? "\1" : "\0") . "\0" x 7;
		print $map;
	}
	print padded($content) unless $has_none;
}
print "\0" x any(0, 512, 1024, 10240), any('', "\0" x 1024 . 'junk');
