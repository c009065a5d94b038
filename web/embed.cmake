# Writes the C++ source that defines parley::web::assets().
#   cmake -D ROOT=<folder> -D OUTPUT=<file> -P embed.cmake -- <files…>
# Files are named relative to ROOT.
set(types
  "html=text/html\; charset=utf-8" "css=text/css\; charset=utf-8"
  "js=text/javascript\; charset=utf-8" "svg=image/svg+xml")

set(files)
set(found_separator FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  if(found_separator)
    list(APPEND files "${CMAKE_ARGV${i}}")
  elseif(CMAKE_ARGV${i} STREQUAL "--")
    set(found_separator TRUE)
  endif()
endforeach()

set(paths)
foreach(file IN LISTS files)
  if(file STREQUAL "index.html")
    list(APPEND paths "/")
  else()
    list(APPEND paths "/${file}")
  endif()
endforeach()
list(SORT paths)

set(arrays "")
set(rows "")
set(count 0)
foreach(path IN LISTS paths)
  string(SUBSTRING "${path}" 1 -1 file)
  if(path STREQUAL "/")
    set(file "index.html")
  endif()
  string(REGEX MATCH "[a-z]+$" extension "${file}")
  set(content_type)
  foreach(type IN LISTS types)
    if(type MATCHES "^${extension}=(.*)$")
      set(content_type "${CMAKE_MATCH_1}")
    endif()
  endforeach()
  if(NOT content_type)
    message(FATAL_ERROR "${file}: no content type for .${extension}")
  endif()
  file(READ "${ROOT}/${file}" hex HEX)
  file(SHA256 "${ROOT}/${file}" hash)
  string(SUBSTRING "${hash}" 0 16 hash)
  string(REGEX REPLACE "(................................)" "\\1\n" hex
    "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," hex "${hex}")
  string(APPEND arrays "constexpr char bytes_${count}[] = {\n${hex}};\n\n")
  string(APPEND rows "  {\"${path}\", \"${content_type}\",\n"
    "   {bytes_${count}, sizeof(bytes_${count})}, \"\\\"${hash}\\\"\"},\n")
  math(EXPR count "${count} + 1")
endforeach()

file(WRITE "${OUTPUT}" "#include \"web/assets.hpp\"

namespace parley::web {

namespace {

${arrays}constexpr asset all[] = {
${rows}};

} // namespace

std::span<const asset> assets() {
  return all;
}

} // namespace parley::web
")
