#!/bin/sh
# Compiler launcher: ccache, told what precompiled headers need of it.
CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
export CCACHE_SLOPPINESS
exec ccache "$@"
