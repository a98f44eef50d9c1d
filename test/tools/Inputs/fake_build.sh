#!/bin/sh
# Stands for cmake and ctest: says how it was called, and gives one test of the label that was asked for, which fails where
# FAKE_FAILS names it. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
echo "called: $(basename "$0") $*"  >&2
label=$(expr "$*" : '.*-L ^\([a-z0-9-]*\)\$')
case $* in
*--show-only*)
  echo '{"tests": [{"name": "one", "properties": [{"name": "LABELS", "value": ["'"$label"'"]}]}]}' ;;
*--output-junit*)
  status=run
  [ "$label" = "$FAKE_FAILS" ] && status=fail
  echo "<testsuite><testcase name='one' status='$status' time='60'><system-out/></testcase></testsuite>" \
    >"$(expr "$*" : '.*--output-junit \([^ ]*\)')" ;;
esac
[ "$(basename "$0") $FAKE_FAILS" != "cmake build" ]
