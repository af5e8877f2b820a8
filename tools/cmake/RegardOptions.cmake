# Compiler settings for everything. Warnings and sanitizers are linked privately by the helpers in RegardTargets.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# Dev: assertions on, a little optimisation so that tests that kill and replay stay quick, and little debug information
# so that the build does.
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Dev)
endif()

find_program(REGARD_CCACHE ccache)
if(REGARD_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${REGARD_CCACHE})
endif()
find_program(REGARD_MOLD mold)
if(REGARD_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(REGARD_SANITIZER "" CACHE STRING "asan (address and undefined) or tsan")

find_package(Threads REQUIRED)
find_package(absl REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC REQUIRED)
find_package(RocksDB REQUIRED)
find_package(GTest REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka)

add_library(regard_flags INTERFACE)
target_compile_options(regard_flags INTERFACE -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers)
if(REGARD_SANITIZER STREQUAL "asan")
  # Four checks of every access through a pointer are left out: they make a compilation three times as long, and what
  # they find AddressSanitizer finds too, or the machine does not mind.
  target_compile_options(regard_flags INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined -fno-sanitize=vptr,null,alignment,object-size)
  add_link_options(-fsanitize=address,undefined)
elseif(REGARD_SANITIZER STREQUAL "tsan")
  target_compile_options(regard_flags INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()

# Parsing the headers of protobuf, Abseil and GoogleTest is half the time of a cold build. With REGARD_PRECOMPILE (preset
# dev) it is done once. Off by default and under sanitizers, where a header that forgets an include of its own shows.
option(REGARD_PRECOMPILE "Parse the headers of common third parties once" OFF)
if(REGARD_PRECOMPILE)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled.cc CONTENT "")
  add_library(regard_precompiled STATIC ${CMAKE_BINARY_DIR}/precompiled.cc)
  target_link_libraries(regard_precompiled PRIVATE protobuf::libprotobuf gRPC::grpc++)
  target_compile_options(regard_precompiled PRIVATE -pthread)
  set(headers
    <algorithm> <functional> <map> <memory> <mutex> <optional> <string> <thread> <utility> <vector>
    <google/protobuf/descriptor.pb.h> <google/protobuf/extension_set.h>
    <google/protobuf/generated_message_reflection.h> <google/protobuf/map.h> <google/protobuf/message.h>
    <google/protobuf/timestamp.pb.h> <google/protobuf/wire_format.h>
    <absl/container/flat_hash_map.h> <absl/status/statusor.h> <absl/strings/str_cat.h> <absl/strings/str_join.h>
    <absl/strings/str_split.h> <absl/time/time.h> <absl/types/optional.h> <absl/types/span.h>)
  target_precompile_headers(regard_precompiled PRIVATE ${headers})
  add_library(regard_precompiled_tests STATIC ${CMAKE_BINARY_DIR}/precompiled.cc)
  target_link_libraries(regard_precompiled_tests PRIVATE
    protobuf::libprotobuf gRPC::grpc++ GTest::gmock GTest::gtest_main)
  target_compile_options(regard_precompiled_tests PRIVATE -pthread)
  target_precompile_headers(regard_precompiled_tests PRIVATE ${headers} <gmock/gmock.h> <gtest/gtest.h>)
endif()

# regard_precompile(TARGET [tests]) lets a target use what was parsed once.
function(regard_precompile target)
  if(REGARD_PRECOMPILE)
    if("tests" IN_LIST ARGN)
      target_precompile_headers(${target} REUSE_FROM regard_precompiled_tests)
    else()
      target_precompile_headers(${target} REUSE_FROM regard_precompiled)
    endif()
    # A precompiled header is only used by what is compiled with the same options.
    target_compile_options(${target} PRIVATE -pthread)
  endif()
endfunction()
