# hostile.pl - what a registry might try on whoever asks it, for faulty.pl
# SPDX-License-Identifier: ISC
#
# $ARGV[2] is the URL of another host, or a file, as the fault needs it.  Beside `ask` and
# `answer`, a fault may have `raw`: it writes to the client itself, and is true if it did.

use strict;
use warnings;

my $aim = $ARGV[2] // '';
# Moves the cursor, names the window, turns the text, and is markup.
my $escapes = "\e]0;evil\a\e[2J\x9b31m\xc2\x9b31m\xe2\x80\xae</pre><script>alert(1)</script>\"'&]]>\x01";

sub answer_with {
	my ($status, $body, @header) = @_;
	return { line => "HTTP/1.1 $status Hostile", body => $body,
		header => [['Content-Type', 'application/json'], ['Content-Length', length $body], @header] };
}

sub where_answered {
	my ($pattern, @with) = @_;
	return sub { %{ $_[1] } = %{ answer_with(@with) } if meant(@_, $pattern) };
}

# Whoever has no token shall get one by this challenge.
sub where_nobody {
	my ($challenge) = @_;
	return sub {
		%{ $_[1] } = %{ answer_with(401, '{}', ['WWW-Authenticate', $challenge]) }
			unless header($_[0], 'Authorization');
	};
}

# endless(HEAD, PART, SECONDS): the part again and again, as long as somebody reads it.
sub endless {
	my ($head, $part, $seconds) = @_;
	return sub {
		my ($request, $client) = @_;
		return 0 unless $request->{line} =~ m{^GET \S*/(blobs|manifests)/};
		$client->autoflush(1);
		print $client "HTTP/1.1 200 OK\r\n$head";
		while (print $client $part) {
			sleep $seconds if $seconds;
		}
		return 1;
	};
}

my $tags_with_escapes = '{"name": "x", "tags": ["' . ($escapes =~ s/([^ -~]|["\\])/sprintf '\u%04x', ord $1/ger) . '"]}';

return {
	'escapes' => { answer => sub {
		where_answered(qr{^GET \S*/tags/list}, 200, $tags_with_escapes)->(@_);
		where_answered(qr{^GET \S*/manifests/}, 500, $escapes, ["X-$escapes", $escapes])->(@_);
		set($_[1], 'Location', "/v2/x/blobs/$escapes") if meant(@_, qr{^PUT \S*/uploads/.* 201});
	} },
	'endless-body' => { raw => endless("\r\n", 'x' x 65536) },
	'endless-header' => { raw => endless('', 'X-More: ' . 'x' x 60000 . "\r\n") },
	'drips' => { raw => endless("Content-Length: 1000000\r\n\r\n", 'x', 1) },
	'deaf-to-deletes' => { raw => sub { $_[0]{line} =~ /^DELETE/ } },
	'endless-redirects' => { answer => where_answered(qr{^GET \S*/(blobs|manifests)/sha}, 302, '', ['Location', '?again']) },
	'endless-pages' => { answer => sub {
		set($_[1], 'Link', "<?last=a>; rel=\"next\"") if meant(@_, qr{/tags/list.* 200});
	} },
	'endless-json' => { answer => where_answered(qr{/tags/list}, 200, '[' x 5000000) },
	'redirects-away' => { answer => where_answered(qr{^GET \S*/blobs/sha}, 307, '', ['Location', "$aim/away"]) },
	'location-away' => { answer => where_header(qr{^POST .* 202}, 'Location', "$aim/v2/x/blobs/uploads/session-of-another") },
	'location-is-file' => { answer => where_header(qr{^POST .* 202}, 'Location', "file://$aim") },
	'location-is-option' => { answer => where_header(qr{^POST .* 202}, 'Location', "-o$aim://x") },
	'location-is-userinfo' => { answer => where_header(qr{^POST .* 202}, 'Location', '@' . ($aim =~ s{.*://}{}r)) },
	'link-away' => { answer => where_header(qr{/tags/list.* 200}, 'Link', "<$aim/next>; rel=\"next\"") },
	'blob-away' => { answer => where_header(qr{^PUT \S*/uploads/.* 201}, 'Location', "$aim/v2/blob") },
	'digest-upward' => { answer => where_header(qr{^PUT \S*/manifests/.* 201}, 'Docker-Content-Digest', '../../../../../upward') },
	'format-in-path' => { answer => sub {
		set($_[1], 'Location', '/v2/x/manifests/%n/y') if meant(@_, qr{^POST .* 202});
		%{ $_[1] } = %{ answer_with(201, '', ['OCI-Tag', 'REGISTRY_URL, x']) } if $_[0]{line} =~ m{^PUT \S*/manifests/%n};
	} },
	'range-runs' => { answer => where_header(qr{/uploads/\S+ .* 20[24]}, 'Range', "0-a[\$(touch $aim)]") },
	'location-injects' => { answer => where_header(qr{^PUT \S*/uploads/.* 201}, 'Location', "/v2/x\" output = \"$aim") },
	'realm-is-file' => { answer => where_nobody("Bearer realm=\"file://$aim\",service=\"x\"") },
	'realm-is-option' => { answer => where_nobody("Bearer realm=\"-o$aim\",service=\"x\"") },
	'token-injects' => {
		answer => sub {
			my $host = header($_[0], 'Host');
			where_nobody("Bearer realm=\"http://$host/token\",service=\"x\"")->(@_);
			%{ $_[1] } = %{ answer_with(200, "{\"token\": \"x\\\"\\noutput = \\\"$aim\\\"\\n#\"}") }
				if $_[0]{line} =~ m{ /token};
		} },
	# The other host itself: it asks for whatever it can get.
	'trap' => { raw => sub {
		my ($request, $client) = @_;
		my $at = 'http://' . header($request, 'Host');
		write_message($client, $request->{line} =~ m{ /token} ? answer_with(200, '{"token": "of-the-trap"}') :
			answer_with(401, '{}', ['WWW-Authenticate', "Bearer realm=\"$at/token\",service=\"trap\""]));
		return 1;
	} },
};
