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

# What a case expected and got, and the commands that show it again.
def shown: (.details // []) + if (.requests // []) == [] then [] else
	["the requests, each behind it the status that it got:"] + .requests end;
