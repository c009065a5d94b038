# Everything comes from Debian 12's packages: see scripts/setup.sh.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(OpenSSL REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc)
find_package(RocksDB REQUIRED)
find_package(mimalloc 2.0 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(prometheus-cpp REQUIRED CONFIG)
find_package(CLI11 REQUIRED)
find_package(CAF REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(jwt REQUIRED IMPORTED_TARGET libjwt)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)

# Debian's static librocksdb names its compression libraries itself; the shared
# one is what we use.
if(TARGET RocksDB::rocksdb-shared)
  add_library(parley_rocksdb ALIAS RocksDB::rocksdb-shared)
else()
  add_library(parley_rocksdb ALIAS RocksDB::rocksdb)
endif()

# RapidJSON is headers only; the Debian package puts them on the default path.
find_path(RAPIDJSON_INCLUDE_DIR rapidjson/writer.h REQUIRED)
