# Power.pm - file systems whose power can be cut
# SPDX-License-Identifier: ISC
#
# They lie in files, mounted by loop devices, which takes root.

package Power;

use v5.36;
use Fcntl qw(O_RDONLY O_DIRECTORY);
use Program;
use Time::HiRes qw(sleep);

# As small as they may be, and smaller than xfs likes: copying takes most of the time.
my %bytes = (ext4 => 16 << 20, xfs => 32 << 20);
my %options = (ext4 => [], xfs => ['--unsupported']);
my $mounted;

sub point () {
	return "$Program::work/mounted";
}

sub quietly (@command) {
	return system('sh', '-c', 'exec "$@" >/dev/null 2>&1', '-', @command) == 0;
}

sub mount ($image) {
	mkdir point;
	quietly('mount', '-o', 'loop', $image, point) or return 0;
	return $mounted = 1;
}

# A program that was just killed may be there yet.
sub unmount () {
	for (1 .. 100) {
		last unless $mounted;
		$mounted = 0 if quietly('umount', point);
		sleep 0.02 if $mounted;
	}
	die 'cannot unmount ' . point . "\n" if $mounted;
}

# Why such a file system cannot be had here; '' if it can.
sub missing ($kind) {
	my $image = "$Program::work/try";
	my $reason = '';

	make($kind, $image) or return "no file systems to cut the power of: mkfs.$kind failed";
	mount($image) or $reason = "no file systems to cut the power of: $kind cannot be mounted";
	unmount;
	unlink $image;
	return $reason;
}

sub make ($kind, $image) {
	unlink $image;
	open my $file, '>', $image or die "$image: $!\n";
	truncate $file, $bytes{$kind};
	close $file;
	return quietly("mkfs.$kind", '-q', @{ $options{$kind} }, $image);
}

sub copy ($from, $to) {
	unlink $to;
	quietly('cp', '--sparse=always', $from, $to) or die "cannot copy $from\n";
}

# Nothing that is not on the disk yet comes there any more; see fault.c.
sub cut () {
	my $without_log = pack 'I', 2;

	sysopen my $root, point, O_RDONLY | O_DIRECTORY or die point . ": $!\n";
	ioctl $root, 0x8004587d, $without_log or die "no shutdown: $!\n";
}

END {
	my $status = $?;

	unmount;
	$? = $status;
}

1;
