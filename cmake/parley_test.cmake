# parley_test(NAME SOURCES a_test.cpp … USES base … [LINKS …] [LABEL unit])
# One test executable; each TEST in it becomes a ctest of its own label.
find_package(GTest REQUIRED)
include(GoogleTest)

function(parley_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "SOURCES;USES;LINKS" ${ARGN})
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE parley_options GTest::gtest_main
    GTest::gmock ${arg_LINKS})
  foreach(use IN LISTS arg_USES)
    target_link_libraries(${name} PRIVATE parley_${use})
  endforeach()
  target_precompile_headers(${name} PRIVATE <gtest/gtest.h>)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()
