/* prefix.h - hythe's own functions, named so that a client may use the names
 * SPDX-License-Identifier: ISC
 *
 * A static library cannot keep a function from the programs that link it, and
 * `text_add` or `log_line` may well be theirs.  So everything in libhythe-url.a
 * is compiled with this header before it; the preprocessor does the same with
 * any compiler and with link-time optimisation, which objcopy does not.  That
 * nothing is missing here is tested by tests/client/client.sh. */
#ifndef HYTHE_PREFIX_H
#define HYTHE_PREFIX_H

#define algorithm_bytes hythe_internal_algorithm_bytes
#define algorithm_name hythe_internal_algorithm_name
#define algorithm_parse hythe_internal_algorithm_parse
#define arena_alloc hythe_internal_arena_alloc
#define arena_close_fd hythe_internal_arena_close_fd
#define arena_copy hythe_internal_arena_copy
#define arena_defer hythe_internal_arena_defer
#define arena_init hythe_internal_arena_init
#define arena_own_fd hythe_internal_arena_own_fd
#define arena_printf hythe_internal_arena_printf
#define arena_reset hythe_internal_arena_reset
#define digest_equal hythe_internal_digest_equal
#define digest_from_bytes hythe_internal_digest_from_bytes
#define digest_hex hythe_internal_digest_hex
#define digest_parse hythe_internal_digest_parse
#define digest_shard hythe_internal_digest_shard
#define digest_to_bytes hythe_internal_digest_to_bytes
#define log_errno hythe_internal_log_errno
#define log_init hythe_internal_log_init
#define log_line hythe_internal_log_line
#define name_valid hythe_internal_name_valid
#define reference_parse hythe_internal_reference_parse
#define route_build hythe_internal_route_build
#define route_named hythe_internal_route_named
#define route_parse hythe_internal_route_parse
#define route_part hythe_internal_route_part
#define tag_valid hythe_internal_tag_valid
#define tarsum_equal hythe_internal_tarsum_equal
#define tarsum_hex hythe_internal_tarsum_hex
#define tarsum_make hythe_internal_tarsum_make
#define tarsum_parse hythe_internal_tarsum_parse
#define tarsum_version_name hythe_internal_tarsum_version_name
#define text_add hythe_internal_text_add
#define text_add_bytes hythe_internal_text_add_bytes
#define text_add_format hythe_internal_text_add_format
#define text_add_json hythe_internal_text_add_json
#define text_add_list hythe_internal_text_add_list
#define text_add_percent hythe_internal_text_add_percent
#define text_add_utf8 hythe_internal_text_add_utf8
#define text_bytes hythe_internal_text_bytes
#define text_decode hythe_internal_text_decode
#define text_init hythe_internal_text_init
#define text_number hythe_internal_text_number
#define text_quantity hythe_internal_text_quantity
#define text_step hythe_internal_text_step
#define text_times hythe_internal_text_times
#define text_utf8 hythe_internal_text_utf8
#define url_check hythe_internal_url_check
#define url_fault_text hythe_internal_url_fault_text
#define url_kind_find hythe_internal_url_kind_find
#define url_kind_word hythe_internal_url_kind_word
#define url_merge hythe_internal_url_merge
#define url_parameters hythe_internal_url_parameters
#define url_parse hythe_internal_url_parse
#define url_resolve hythe_internal_url_resolve
#define url_root_valid hythe_internal_url_root_valid

#endif
