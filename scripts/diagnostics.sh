#!/bin/sh
# Writes docs/diagnostics.md from base/diag.def: run it from the project's root when a message was added. A test holds
# one against the other.
set -eu
cat << 'HEAD'
# What netc says of a card

Each message has an identifier, which `--diagnostics=json` and the language server tell. Identifiers stay; new ones may
come, and a message's words may change. This page is written by `scripts/diagnostics.sh`.

`netc check --diagnostics=json card.net` prints one JSON array on standard error, in GCC's form: for each mistake
`kind` (`error`), `message`, `file`, `line`, `column` and `end` (the column of the last byte; all count from 1, columns
in bytes), `id`, and `children`, which are notes of the same form, `kind` being `note`, without `id` and `children`. A
sound card gives no output, and exit code 0.

```
[
 {"kind": "error", "message": "unknown activation 'rellu'; did you mean 'relu'?", "file": "a.net", "line": 4, "column": 13, "end": 17, "id": "UNKNOWN_WORD", "children": []}
]
```

| identifier | message; … is what the card says or could say |
|-|-|
HEAD
tr '\n' ' ' < base/diag.def | sed -E 's/DIAG\(/\n/g' |
    sed -nE 's/^([A-Z0-9_]+), *"(.*)"\).*$/\1\t\2/p' |
    sed -E 's/" +"//g; s/%[0-9.*]*[a-z]/…/g; s/%%/%/g; s/\\"/"/g; s/\|/\\|/g' |
    awk -F '\t' '{ printf "| `%s` | %s |\n", $1, $2 }'
