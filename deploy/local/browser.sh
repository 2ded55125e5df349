#!/bin/sh
# Installs what the browser tests need where that is allowed; elsewhere says what to install, and they are skipped.
set -eu

missing=
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
    missing="chromium"
[ -n "$(command -v fc-list >/dev/null && fc-list :lang=zh-cn family)" ] || missing="$missing fonts-noto-cjk"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "  安装 $missing(浏览器测试)"
    log=$(mktemp)
    # shellcheck disable=SC2086
    if { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing; } >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 3 "$log" >&2
    rm -f "$log"
fi
echo "  缺少 $missing,浏览器测试将跳过;请安装后再试。 Browser tests will be skipped; install: $missing"
