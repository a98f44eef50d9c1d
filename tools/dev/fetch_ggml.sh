#!/bin/sh
# Fetches the prebuilt ggml libraries that test_golden_ggml compares with: fetch_ggml.sh DEST
# They come from the npm package @node-llama-cpp/linux-x64 (MIT), whose version is pinned. Needs npm and tar.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -eu
version=3.22.1
if [ $# -ne 1 ] || [ "$1" = --help ]; then
  echo "usage: fetch_ggml.sh DEST    unpacks libggml-*.so $version into DEST; does nothing when they are there" >&2
  exit 2
fi
mkdir -p "$1"
dest=$(cd "$1" && pwd)
if [ "$(cat "$dest/version" 2>/dev/null)" = "$version" ]; then
  echo "ggml: $dest has version $version"
  exit 0
fi
command -v npm >/dev/null || { echo "fetch_ggml.sh: error: expected npm in PATH (Debian package npm)" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "@node-llama-cpp/linux-x64@$version" >/dev/null && tar xzf ./*.tgz)
cp "$work"/package/bins/linux-x64/libggml*.so "$work"/package/LICENSE "$dest"/
echo "$version" >"$dest/version" # last, so that an interrupted fetch is repeated
echo "ggml: fetched version $version to $dest"
