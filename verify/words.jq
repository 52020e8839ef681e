# words.jq - what the forms of a report share
# SPDX-License-Identifier: ISC

def order: ["does", "wrong", "should", "differs", "not offered", "not seen"];

def colours: {does: "32", wrong: "1;31", should: "33", differs: "36", "not offered": "34",
	"not seen": "90"};

def coloured($result; $colour):
	if $colour == "" then . else "\u001b[\(colours[$result])m\(.)\u001b[0m" end;

def left_to($width): . + (" " * ([$width - length, 0] | max));
def right_to($width): tostring | (" " * ([$width - length, 0] | max)) + .;

# How many of the cases of an array came to a result.
def count($result): map(select(.result == $result)) | length;

def is_right: .result == "does";

# What a registry said goes to terminals and pages.  A control character, which could
# move a cursor or worse, becomes what JSON writes for it; what turns the direction of
# text becomes the sign for what cannot be shown.
def is_control: (. < 32 and . != 9 and . != 10) or . == 127;
def is_hidden: (. >= 128 and . < 160) or . == 1564 or . == 8206 or . == 8207 or
	(. >= 8232 and . <= 8238) or (. >= 8294 and . <= 8297) or . == 65534 or . == 65535;
def plain: explode | map(
	if is_control then [.] | implode | tojson[1:-1] | explode[]
	elif is_hidden then 65533 else . end) | implode;
def all_plain: walk(if type == "string" then plain
	elif type == "object" then with_entries(.key |= plain) else . end);

# What a case expected and got, and the commands that show it again.
def shown: (.details // []) + if (.requests // []) == [] then [] else
	["the requests, each behind it the status that it got:"] + .requests end;
