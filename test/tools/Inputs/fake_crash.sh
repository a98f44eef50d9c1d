#!/bin/sh
# A command that crashes but where inputs are prepared: with a sanitizer's report, or by a signal.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
case $PWD in */given) exit 0 ;; esac
i=0
while [ $i -lt 100 ]; do echo "said $i"; i=$((i + 1)); done
if [ -n "$FAKE_REPORT" ]; then
  echo "==1==ERROR: AddressSanitizer: heap-use-after-free"
  while [ $i -lt 200 ]; do echo "frame $i"; i=$((i + 1)); done
  exit 99
fi
kill -SEGV $$
