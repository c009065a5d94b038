#!/bin/sh
# Compiler launcher: ccache, told what precompiled headers need of it, and that
# two clones of this project compile the same.
CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
CCACHE_BASEDIR=$(cd "$(dirname "$0")/.." && pwd)
CCACHE_NOHASHDIR=1
export CCACHE_SLOPPINESS CCACHE_BASEDIR CCACHE_NOHASHDIR
exec ccache "$@"
