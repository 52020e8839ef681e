/* foreign_tokens.h - keys and tokens of another issuer, made with openssl
 * SPDX-License-Identifier: ISC
 *
 * The tokens are of "https://other.example" for "registry.example", valid from
 * second 1000 to second 2000, let carol pull a/b, and are good unless their
 * names say what is wrong with them. */
#ifndef HYTHE_FOREIGN_TOKENS_H
#define HYTHE_FOREIGN_TOKENS_H

#define RSA_N \
	"w_R17FHcW_KCEGGyB_DA_qdvGRw90GckwLO7VyxGuzmRosD8bmYSWSuh0Vj88U3S" \
	"lALer71PJ0Ents2ek9QP0rCQGo-NJoxg1vB6w8vN1nSZ1oVjJ50xrz5FiXMNCi0h" \
	"mw7P7xw2c7dy40n8LjCAljnLNNbS6-b2j6ThLRHzbIclGBUr_ytlT9k_M7VxV_S-" \
	"oTHRsECTpwDj7wdHBpSlqk4-zJlp18AEBwCIeOZ8UUgAbkQDiW2z2NyZlinQfXqh" \
	"ziDYfdj82I8vj0dB7jh9Pw7ue1U3VBoiOl4FY4iXS5e92jYU8ZjLE3EzMlK-ddtC" \
	"0vvlwcLy8R3avaai_ZxIBQ"
#define EC_X "CC-CQp38VlLR5ekbc3oJddUaYs3eeiPJCkI9zNcJqSE"
#define EC_Y "zzOlT5hPV2YiUg80A4B2W6uRzf9-T-rFCSrAH-XpMcI"

/* The same RSA key, as whoever would take it for a secret finds it. */
#define RSA_PEM \
	"-----BEGIN PUBLIC KEY-----\n" \
	"MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAw/R17FHcW/KCEGGyB/DA\n" \
	"/qdvGRw90GckwLO7VyxGuzmRosD8bmYSWSuh0Vj88U3SlALer71PJ0Ents2ek9QP\n" \
	"0rCQGo+NJoxg1vB6w8vN1nSZ1oVjJ50xrz5FiXMNCi0hmw7P7xw2c7dy40n8LjCA\n" \
	"ljnLNNbS6+b2j6ThLRHzbIclGBUr/ytlT9k/M7VxV/S+oTHRsECTpwDj7wdHBpSl\n" \
	"qk4+zJlp18AEBwCIeOZ8UUgAbkQDiW2z2NyZlinQfXqhziDYfdj82I8vj0dB7jh9\n" \
	"Pw7ue1U3VBoiOl4FY4iXS5e92jYU8ZjLE3EzMlK+ddtC0vvlwcLy8R3avaai/ZxI\n" \
	"BQIDAQAB\n" \
	"-----END PUBLIC KEY-----\n"

#define JWKS \
	"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"rsa\",\"use\":\"sig\",\"alg\":\"RS256\"," \
	"\"n\":\"" RSA_N "\",\"e\":\"AQAB\"}," \
	"{\"kty\":\"EC\",\"kid\":\"ec\",\"crv\":\"P-256\",\"x\":\"" EC_X "\",\"y\":\"" EC_Y "\"}]}"

/* What each of the two keys has signed of the word "signed". */
static const char signed_by_rsa[] =
	"WTLnX8M6u1E941lFUhtfCJWYWrcplt58hvhZ91pH0JRrJ84dbtGUA0autyQ9VYy1LTQIJe"
	"lU5jPPcoLHbssOJzrpY9cIHR2GSTxEusLYP9pS_LMRXrm1yqxOhw6MrWjkNBi7w1P6lQtj"
	"KN7Z4wF3lZrN5AeraUR9pfaebM6GPbQZ-vvYIB4CKx3jPrce1NR1T9leF6FPy8o6AGUyST"
	"u5H7sVusgjbM6Kerhdbz7asQ9xRP-bNEZqiDtEDNOfVdPLbE-RGDJpgCc6PEyIc-66DBfS"
	"lbZrovCiLxtKjTWYzuCVFPKyneL8ThAl9UqY-fPeWJQxwlsLiJUgEggE_rOIhA";
static const char signed_by_ec[] =
	"poKZ-gF4EcBzqImP3sWy9pjlb6dgWAXoTDkAswlYuFnS58UBj-gqYFCUVIT2CxQ1Jaj1dK"
	"4Z1NWZ57xL0SVEmQ";

static const char rs256[] =
	"eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL290aGVyLmV4Y"
	"W1wbGUiLCJzdWIiOiJjYXJvbCIsImF1ZCI6InJlZ2lzdHJ5LmV4YW1wbGUiLCJleHAiOjI"
	"wMDAsIm5iZiI6MTAwMCwiYWNjZXNzIjpbeyJ0eXBlIjoicmVwb3NpdG9yeSIsIm5hbWUiO"
	"iJhL2IiLCJhY3Rpb25zIjpbInB1bGwiXX1dfQ.PmzaIzwPSBCIHo3AMnnot2TqAlCRdLDC"
	"oyjDEEF3nUFmU7umIf_LPcSYrqTHpKsfLmhBtUAbFn-a7i0H0tY6ZXuIlMadlZzEMX5HYE"
	"8E47xzLRKlWJRhX3drpXR1cKwQjmGsUvBH9hGVMp8Pd80yVLJJhvLTaLJ5neH1mln9SVRT"
	"qH8FDG9gGReceIMvQnS09lez3fDVFpJ5jCMw8rvNpSE5aR3BYWTtJ4E--iZH8SScEvGOIi"
	"7wophosYS_Ex1J7jQYK3fAaAbxQ99AwVPVi71YGca4udtofcAdD7jqbiRkYTG3CpYecY2G"
	"KIlYyWZcKLlDkmjTEL9B7Ef1rudo5g";
static const char es256[] =
	"eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW"
	"1wbGUiLCJzdWIiOiJjYXJvbCIsImF1ZCI6InJlZ2lzdHJ5LmV4YW1wbGUiLCJleHAiOjIw"
	"MDAsIm5iZiI6MTAwMCwiYWNjZXNzIjpbeyJ0eXBlIjoicmVwb3NpdG9yeSIsIm5hbWUiOi"
	"JhL2IiLCJhY3Rpb25zIjpbInB1bGwiXX1dfQ.90wYfuNqdVWnuEbTZR8_THS-cpcHhGTDL"
	"AHGIGHx_i9u50k7VqKv_nxmJ8e3R8aUmRlFVbFJd4TM8_n0xqDXMg";
static const char es256_no_kid[] =
	"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUiLCJzdWIiO"
	"iJjYXJvbCIsImF1ZCI6InJlZ2lzdHJ5LmV4YW1wbGUiLCJleHAiOjIwMDAsIm5iZiI6MTA"
	"wMCwiYWNjZXNzIjpbeyJ0eXBlIjoicmVwb3NpdG9yeSIsIm5hbWUiOiJhL2IiLCJhY3Rpb"
	"25zIjpbInB1bGwiXX1dfQ.D-pR8clLxOETctMcPFRF08x9UBwQn0q6rSEmxFODO1vO4awh"
	"5vKinRlz8lK5S-zppwVQbVs_VsmLHIkxyezxVA";
static const char es256_issuer[] =
	"eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJoeXRoZSIsInN1YiI6ImNhcm"
	"9sIiwiYXVkIjoicmVnaXN0cnkuZXhhbXBsZSIsImV4cCI6MjAwMCwibmJmIjoxMDAwLCJh"
	"Y2Nlc3MiOlt7InR5cGUiOiJyZXBvc2l0b3J5IiwibmFtZSI6ImEvYiIsImFjdGlvbnMiOl"
	"sicHVsbCJdfV19.Rk4ETz6D8t2Hdj1CNxsPNVNLWEc-y1m8PFbHWOmjIBY8EvvS_JuHa4E"
	"tyDMNcW8LwD1PNoWG6ZDReA8ZUdkTRQ";
static const char es256_service[] =
	"eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW"
	"1wbGUiLCJzdWIiOiJjYXJvbCIsImF1ZCI6WyJvdGhlciIsInJlZ2lzdHJ5LmV4YW1wbCJd"
	"LCJleHAiOjIwMDAsIm5iZiI6MTAwMCwiYWNjZXNzIjpbeyJ0eXBlIjoicmVwb3NpdG9yeS"
	"IsIm5hbWUiOiJhL2IiLCJhY3Rpb25zIjpbInB1bGwiXX1dfQ.In_lVnmuq62PUqm-Ox-GY"
	"xgJk-HEXKwkJ1BE-vMSlfc7H0lidKjVbcICznqSqs-iTzmrb3G81nxtfJHUrntXhQ";
static const char es256_list[] =
	"eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW"
	"1wbGUiLCJzdWIiOiJjYXJvbCIsImF1ZCI6WyJvdGhlciIsInJlZ2lzdHJ5LmV4YW1wbGUi"
	"XSwiZXhwIjoyMDAwLCJuYmYiOjEwMDAsImFjY2VzcyI6W3sidHlwZSI6InJlcG9zaXRvcn"
	"kiLCJuYW1lIjoiYS9iIiwiYWN0aW9ucyI6WyJwdWxsIl19XX0.gVNH-2xqjfzFDAK17P5G"
	"1zzGuIpJXcwc2uB0jXADkp0CdRXHPOhCKqx1r7EISpPugoQPdoIdHsRvOTvnXLT3ng";
static const char es256_anonymous[] =
	"eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW"
	"1wbGUiLCJzdWIiOiIiLCJhdWQiOiJyZWdpc3RyeS5leGFtcGxlIiwiZXhwIjoyMDAwLCJu"
	"YmYiOjEwMDAsImFjY2VzcyI6W3sidHlwZSI6InJlcG9zaXRvcnkiLCJuYW1lIjoiYS9iIi"
	"wiYWN0aW9ucyI6WyJwdWxsIl19XX0.vmCrR1S2Rps15ro0eNyatyZg7zYeBIiKjUDw70jm"
	"JUUDCUMotdEeFKtI5v6xalBtuHXJ2HebGfJ8wamN7xVRmQ";
static const char es256_crit[] =
	"eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIiwiY3JpdCI6WyJiNjQiXSwiYjY0IjpmYWxzZX"
	"0.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW1wbGUiLCJzdWIiOiJjYXJvbCIsImF1ZCI6"
	"InJlZ2lzdHJ5LmV4YW1wbGUiLCJleHAiOjIwMDAsIm5iZiI6MTAwMCwiYWNjZXNzIjpbey"
	"J0eXBlIjoicmVwb3NpdG9yeSIsIm5hbWUiOiJhL2IiLCJhY3Rpb25zIjpbInB1bGwiXX1d"
	"fQ.2r-4BVJC2hCT8dN3r7kWmlYQUCS7t8Nl2WGtvnugK5tH6s5uWWLIixzawWCGWLKJ4Iu"
	"2oSHlkOQgI2gZ0WoD1g";
static const char es256_mark[] =
	"eyJhbGciOiJFUzI1NiIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL290aGVyLmV4YW"
	"1wbGUiLCJzdWIiOiJjYXJvbCIsImF1ZCI6InJlZ2lzdHJ5LmV4YW1wbGUiLCJleHAiOjIw"
	"MDAsIm5iZiI6MTAwMCwiYWNjZXNzIjpbeyJ0eXBlIjoicmVwb3NpdG9yeSIsIm5hbWUiOi"
	"JhL2IiLCJhY3Rpb25zIjpbInB1bGwiXX1dLCJtYXJrIjoieCJ9.CBP2wDc2cYloB3WROAo"
	"xpyLynq6eiOSI7F3P4r-h-hZHEYhgpxOISQPdFC2i6crFE0Nr3ZBHHt7cL8B3veNXrg";

#endif
