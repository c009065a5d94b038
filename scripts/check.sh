#!/usr/bin/env bash
# Checks the sources without building them: format, layers, sizes, leftovers.
#
#   scripts/check.sh                     everything quick
#   scripts/check.sh --headers           and whether every header compiles alone
#   scripts/check.sh --tidy              and clang-tidy, which takes long
#   scripts/check.sh … FOLDER …          the last two on these folders only
#
# Exits 0 when nothing is wrong, 1 when something is, 2 on a wrong option.
set -euo pipefail
cd "$(dirname "$0")/.."

headers=false
tidy=false
folders=()
while (($# > 0)); do
  case "$1" in
    --headers) headers=true ;;
    --tidy) tidy=true ;;
    -*)
      echo "check: unknown option '$1'; use --headers or --tidy" >&2
      exit 2
      ;;
    *) folders+=("${1%/}") ;;
  esac
  shift
done
if ((${#folders[@]} == 0)); then
  folders=(base auth match storage cluster actors net conf node cli)
fi

failed=0
# step WHAT COMMAND … runs it and remembers if it failed.
step() {
  local what="$1"
  shift
  if "$@"; then
    echo "check: $what: ok"
  else
    echo "check: $what: FAILED" >&2
    failed=1
  fi
}

# sources PATTERN … lists the files of that pattern that git knows.
sources() {
  git ls-files --cached --others --exclude-standard -- "$@"
}

check_format() {
  sources '*.cpp' '*.hpp' | xargs -r clang-format --dry-run -Werror
}

check_headers() {
  for folder in "${folders[@]}"; do sources "$folder/*.hpp"; done |
    xargs -r -n 1 -P "$(nproc)" sh -c \
      'echo "#include \"$0\"" | g++ -std=c++20 -I. -x c++ -fsyntax-only -'
}

# clang cannot read g++'s precompiled headers: a configuration without them.
check_tidy() {
  cmake --preset dev -B build/tidy -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON \
    >/dev/null
  for folder in "${folders[@]}"; do sources "$folder/*.cpp"; done |
    xargs -r -n 1 -P "$(nproc)" clang-tidy --quiet -p build/tidy \
      --extra-arg=-Wno-unknown-warning-option
}

step "format" check_format
step "layers, sizes, leftovers" python3 scripts/check_sources.py
if $headers; then step "headers compile alone" check_headers; fi
if $tidy; then step "clang-tidy of ${folders[*]}" check_tidy; fi
exit "$failed"
