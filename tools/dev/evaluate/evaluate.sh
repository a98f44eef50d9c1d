#!/bin/bash
# Judges Accord's logits of a GGUF model by two outsiders: a float32 forward pass of the same weights, and llama.cpp.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# usage: tools/dev/evaluate/evaluate.sh MODEL.gguf [-n POSITIONS] [--text FILE] [--bin FOLDER] [--keep FOLDER]
#                                       [--without-accord]
#
# Teacher-forced over the first POSITIONS (default 256) tokens of models/texts/evaluation.txt. Prints top-1 agreement,
# mean and largest KL from float32, and perplexity of each; fails unless Accord's mean KL is at most 1.5 times
# llama.cpp's and its perplexity within 1 % of float32's. --bin holds the built tools (default: build/dev/bin), --keep
# keeps token ids and logits. libllama comes from $ACCORD_GGML_DIR, else it is fetched to build/ggml.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
usage() { sed -n 5,12p "$0" >&2; exit 2; }
fail() { echo "evaluate: error: $*" >&2; exit 1; }

model="" positions=256 text=$root/models/texts/evaluation.txt bin=$root/build/dev/bin keep="" accord=yes
while [ $# -gt 0 ]; do
  case $1 in
  -n | --text | --bin | --keep)
    [ $# -ge 2 ] || usage
    case $1 in -n) positions=$2 ;; --text) text=$2 ;; --bin) bin=$2 ;; --keep) keep=$2 ;; esac
    shift
    ;;
  --without-accord) accord="" ;;
  -*) usage ;;
  *) [ -z "$model" ] || usage; model=$1 ;;
  esac
  shift
done
[ -n "$model" ] || usage
[ -f "$model" ] || fail "$model: expected a GGUF file, got none"
[[ $positions =~ ^[1-9][0-9]*$ ]] || fail "-n: expected a positive number, got $positions"
for tool in float-reference compare-logits ${accord:+accord}; do
  [ -x "$bin/$tool" ] || fail "$bin/$tool: expected a built tool (cmake --build --preset dev --target $tool), got none"
done
if [ -n "$keep" ]; then
  work=$keep
  mkdir -p "$work"
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
export ACCORD_GGML_DIR=${ACCORD_GGML_DIR:-$root/build/ggml}
"$root/tools/dev/fetch_ggml.sh" "$ACCORD_GGML_DIR" >&2

# One id more than positions: the last has the logits of all before it to answer for, and is the last next token.
"$root/tools/dev/llama_oracle.py" tokenize "$model" "$text" | tr ' ' '\n' | head -n $((positions + 1)) >"$work/tokens.txt"
ids=$(wc -l <"$work/tokens.txt")
[ "$ids" -eq $((positions + 1)) ] || fail "$text: expected $((positions + 1)) tokens, got $ids"

"$bin/float-reference" "$model" --tokens "$work/tokens.txt" -o "$work/float32.f32"
"$root/tools/dev/llama_oracle.py" logits "$model" --tokens "$work/tokens.txt" -o "$work/llama.f32"
files=("float32=$work/float32.f32" "llama.cpp=$work/llama.f32")
bounds=()
if [ -n "$accord" ]; then
  "$bin/accord" run "$model" --score "$work/tokens.txt" --logits "$work/accord.f32" >&2
  files+=("accord=$work/accord.f32")
  bounds=(--subject accord --peer llama.cpp)
fi
echo "model $(basename "$model"), sha256 $(sha256sum "$model" | cut -c 1-16)..., text $(basename "$text")"
"$bin/compare-logits" --tokens "$work/tokens.txt" "${files[@]}" ${bounds[@]+"${bounds[@]}"}
