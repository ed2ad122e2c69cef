#!/usr/bin/env bash
# Installs Chromium, and the X server and tools that the browser tests use to press real keys.
set -euo pipefail

missing=()
[ -n "${CHROMIUM:-}" ] || command -v chromium chromium-browser google-chrome >/dev/null || missing+=(chromium)
for pair in Xvfb:xvfb openbox:openbox xdotool:xdotool scrot:scrot; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "setup: these packages are missing: ${missing[*]}. On Debian, run: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
echo "setup       ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
{
  timeout 300 apt-get -qq update
  timeout 1200 apt-get -qq -y --no-install-recommends install "${missing[@]}"
} </dev/null >/dev/null
