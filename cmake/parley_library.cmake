# One static library a folder: `parley_<folder>`, which may include and link
# only the libraries named after USES.

add_library(parley_options INTERFACE)
target_include_directories(parley_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(parley_options INTERFACE
  -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Werror)
if(PARLEY_SANITIZE)
  target_compile_options(parley_options INTERFACE
    -fsanitize=${PARLEY_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(parley_options INTERFACE -fsanitize=${PARLEY_SANITIZE})
endif()
# Asio's fences are nothing to the thread sanitizer; its locks are.
if(PARLEY_SANITIZE MATCHES thread)
  target_compile_options(parley_options INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
endif()
# clang's takes the names of other files of a unity build for shadowed.
target_compile_options(parley_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wshadow>)
# g++ 12 sees maybe-uninitialized reads in moved variants and in instrumented
# library code.
target_compile_options(parley_options INTERFACE
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)

# parley_library(NAME SOURCES a.cpp … [USES base …] [LINKS targets …]
#                [PCH <header> …])
function(parley_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;LINKS;PCH" ${ARGN})
  add_library(parley_${name} STATIC ${arg_SOURCES})
  target_link_libraries(parley_${name} PUBLIC parley_options ${arg_LINKS})
  foreach(use IN LISTS arg_USES)
    target_link_libraries(parley_${name} PUBLIC parley_${use})
  endforeach()
  if(arg_PCH)
    target_precompile_headers(parley_${name} PRIVATE ${arg_PCH})
  endif()
endfunction()
