# Content.pm - what is pushed: digests and manifests
# SPDX-License-Identifier: ISC

package Content;

use v5.36;
use Digest::SHA qw(sha256_hex);
use Exporter qw(import);
use JSON::PP ();

our @EXPORT = qw(manifest_type digest_of descriptor manifest json);

use constant manifest_type => 'application/vnd.oci.image.manifest.v1+json';

my $json = JSON::PP->new->canonical;

sub json () {
	return $json;
}

sub digest_of ($bytes) {
	return 'sha256:' . sha256_hex($bytes);
}

sub descriptor ($bytes, $type = 'application/octet-stream') {
	return { mediaType => $type, digest => digest_of($bytes), size => length $bytes };
}

# The bytes of a manifest; %more are more of its keys.
sub manifest ($config, $layers, %more) {
	return $json->encode({
		schemaVersion => 2, mediaType => manifest_type, config => descriptor($config),
		layers => [map { descriptor($_) } @$layers], %more,
	});
}

1;
