#!/usr/bin/env bash
# Browser tests need a Chromium: take the one that is there, install Debian's as root, or say what is missing.
set -euo pipefail
if command -v chromium >/dev/null; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
  exit 0
fi
echo "Browser tests need Chromium: sudo apt-get install chromium" >&2
exit 1
