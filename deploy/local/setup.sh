#!/bin/sh
# Makes .venv with the packages of requirements.lock and the members named as arguments, in editable form.
set -eu

uv_version=0.13.9
python=${PYTHON:-python3}

fail() {
    echo "✗ $1" >&2
    exit 1
}

command -v "$python" >/dev/null ||
    fail "找不到 ${python}，请先安装 Python 3.11 或更新。 $python is not installed; Python 3.11 or newer is needed."
"$python" -m deploy.local.machine

make_venv() {
    rm -rf .venv
    "$python" -m venv .venv >/dev/null 2>&1
}

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo "  创建 .venv"
    if ! make_venv; then
        # Debian's python3 comes without ensurepip.
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            echo "  安装 python$version-venv"
            { apt-get install -y -q "python$version-venv" || { apt-get update -q && apt-get install -y -q "python$version-venv"; }; } >/dev/null 2>&1 || true
        fi
        make_venv ||
            fail "Python 缺少 venv 模块，请执行：apt-get install python$version-venv。 Python lacks venv: apt-get install python$version-venv"
    fi
fi

echo "  安装依赖 …"
.venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$uv_version" ||
    fail "无法从软件仓库安装 uv，请检查网络。 Could not install uv from the package registry."
VIRTUAL_ENV="$PWD/.venv"
export VIRTUAL_ENV
.venv/bin/uv pip sync --quiet --require-hashes requirements.lock
# `sync` leaves what is in the lock; some versions of uv take uv itself for a leftover.
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
editable=
for member in "$@"; do
    editable="$editable --editable ./$member"
done
# shellcheck disable=SC2086
.venv/bin/uv pip install --quiet --no-deps $editable
touch .venv/.ready
