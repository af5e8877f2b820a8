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

add_library(regard_flags INTERFACE)
target_compile_options(regard_flags INTERFACE -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers)
if(REGARD_SANITIZER STREQUAL "asan")
  target_compile_options(regard_flags INTERFACE -fsanitize=address,undefined -fno-omit-frame-pointer
    -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
elseif(REGARD_SANITIZER STREQUAL "tsan")
  target_compile_options(regard_flags INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
endif()
