# History.pm - is a history of operations on one register linearizable?
# SPDX-License-Identifier: ISC
#
# Each operation has a beginning, an end and a result, and must have happened at one
# moment between them.  All ways in which that may have been are followed: a
# configuration is the register's value and which of the operations under way have
# happened already.  See Wing and Gong, "Testing and Verifying Concurrent Objects".
#
# An operation is [begin, end, do, argument, result]; '' is no value:
#	write value ok      it has the value now
#	read '' value       it had the value
#	remove '' ok        it had one, and has none now
#	remove '' none      it had none
#	drop value ok       if it had this value, it has none now
#	drop value none     it had another value, or none
# Instead of ok and none, `unknown`: it happened, or did not.

package History;

use v5.36;

# What the operation makes of the value; undef if it cannot have this result then.
my %effects = (
	write => sub ($value, $argument, $result) { $argument },
	read => sub ($value, $argument, $result) { $value eq $result ? $value : undef },
	remove => sub ($value, $argument, $result) {
		return $result eq 'unknown' || ($result eq 'ok') == ($value ne '') ? '' : undef;
	},
	drop => sub ($value, $argument, $result) {
		return $result eq 'none' ? undef : '' if $value eq $argument;
		return $value;
	},
);

# '' if it is, beginning with no value; else the first operation that cannot be.
sub wrong (@operations) {
	my @events = sort { $a->[0] <=> $b->[0] || $a->[1] <=> $b->[1] }
	    map { ([$operations[$_][0], 0, $_], [$operations[$_][1], 1, $_]) } 0 .. $#operations;
	my %configurations = ("\0" => ['', {}]);
	my %pending;

	for my $event (@events) {
		my (undef, $ends, $i) = @$event;

		if (!$ends) {
			$pending{$i} = $operations[$i];
			next;
		}
		%configurations = happened(\%configurations, \%pending, $i);
		delete $pending{$i};
		return "@{ $operations[$i] }" unless %configurations;
	}
	return '';
}

sub key ($value, $done) {
	return "$value\0" . join ',', sort keys %$done;
}

# The configurations in which operation $i has happened, by way of any others that
# are pending; it is under way no more.
sub happened ($configurations, $pending, $i) {
	my @left = values %$configurations;
	my %seen = %$configurations;
	my %result;

	while (my $configuration = shift @left) {
		my ($value, $done) = @$configuration;

		if ($done->{$i} || $pending->{$i}[4] eq 'unknown') {
			my %rest = %$done;

			delete $rest{$i};
			$result{ key($value, \%rest) } = [$value, \%rest];
		}
		next if $done->{$i};
		for my $next (grep { !$done->{$_} } keys %$pending) {
			my (undef, undef, $do, $argument, $outcome) = @{ $pending->{$next} };
			my $new = $effects{$do}->($value, $argument, $outcome) // next;
			my %more = (%$done, $next => 1);
			my $key = key($new, \%more);

			push @left, $seen{$key} = [$new, \%more] unless $seen{$key};
		}
	}
	return %result;
}

1;
