#!/usr/bin/env bash
# Installs what Parley is built and tested with, from Debian 12's own packages.
# Safe to run again: what is there already is left alone.
#
#   scripts/setup.sh          build and run
#   scripts/setup.sh --tests  the above, and what the tests use
set -euo pipefail
cd "$(dirname "$0")/.."

build_packages=(
  ca-certificates ccache cmake g++ git ninja-build pkg-config
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
  libcaf-dev libcli11-dev libfmt-dev libhiredis-dev libicu-dev libjwt-dev
  libmimalloc-dev librocksdb-dev libsodium-dev libspdlog-dev libssl-dev
  libxxhash-dev libyaml-cpp-dev prometheus-cpp-dev rapidjson-dev
)
test_packages=(
  clang clang-format clang-tidy libbenchmark-dev libclang-rt-14-dev
  libgmock-dev libgtest-dev openssl prometheus chromium curl jq
  fonts-noto-color-emoji coturn redis-server redis-sentinel redis-tools
  e2fsprogs faketime iproute2 iptables python3 util-linux
)
# A newer Node.js that is there already serves as well as Debian's.
command -v node >/dev/null || test_packages+=(nodejs)
command -v npm >/dev/null || test_packages+=(npm)

packages=("${build_packages[@]}")
if [[ "${1:-}" == "--tests" ]]; then
  packages+=("${test_packages[@]}")
elif [[ -n "${1:-}" ]]; then
  echo "setup: unknown option '$1'; use no option or --tests" >&2
  exit 2
fi

missing=()
for name in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$name" 2>/dev/null || true)
  [[ "$status" == "install ok installed" ]] || missing+=("$name")
done

if ((${#missing[@]} == 0)); then
  echo "setup: all ${#packages[@]} packages are installed"
else
  as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || {
      echo "setup: run this as root, or install sudo" >&2
      exit 1
    }
    as_root=(sudo)
  fi
  echo "setup: installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  # Without RUNLEVEL=1, packages start the services they bring.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq \
    --no-install-recommends "${missing[@]}" >/dev/null
  echo "setup: installed ${#missing[@]} packages"
fi

if [[ "${1:-}" == "--tests" ]]; then
  wanted=tests/system/package-lock.json
  if ! cmp -s "$wanted" tests/system/node_modules/.installed; then
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --prefix tests/system --silent \
      --no-audit --no-fund
    cp "$wanted" tests/system/node_modules/.installed
    echo "setup: installed the tests' npm packages"
  fi
fi
