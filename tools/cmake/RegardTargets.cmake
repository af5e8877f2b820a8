# One target per room. regard_library(NAME SRCS ... DEPS ...) makes regard::NAME; regard_test makes a GoogleTest program
# that ctest runs; regard_check registers a test that is not one; regard_program(NAME SRCS ... DEPS ...) makes a binary, regard_server
# one that serves.
#
# A test belongs to the suites that its LABELS name (default unit), and the target LABEL_tests builds what that suite
# runs and nothing else. tools/test counts a test under its first label. Labels that mean more than their name:
#   threads     run under ThreadSanitizer; every test of libs/es and libs/rocks has it without saying so
#   both_cores  keeps both cores busy, so ctest runs nothing beside it
#   kafka       runs on brokers that ctest starts for it (tools/kafka); such tests end in _kafkatest
#   kafka_secure  of these, on a broker that demands TLS and a password
#   long        only run by tools/test --long

function(_regard_common target)
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
endfunction()

function(regard_library name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(regard_${name} STATIC ${ARG_SRCS})
  add_library(regard::${name} ALIAS regard_${name})
  _regard_common(regard_${name})
  target_link_libraries(regard_${name} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS} regard_flags)
  regard_precompile(regard_${name})
endfunction()

# Puts a test into its suites, and what it runs into their targets.
function(_regard_register name labels timeout_seconds)
  if(REGARD_SANITIZER)
    math(EXPR timeout_seconds "${timeout_seconds} * 5")
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${timeout_seconds} LABELS "${labels}")
  if("both_cores" IN_LIST labels)
    set_tests_properties(${name} PROPERTIES PROCESSORS 2)
  endif()
  if("kafka" IN_LIST labels AND NOT name MATCHES "^kafka_.*(start|stop)$")
    set(brokers kafka)
    if("kafka_secure" IN_LIST labels)
      set(brokers kafka_secure)
    endif()
    string(REPLACE _ - folder ${brokers})
    set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED ${brokers})
    set_property(TEST ${name} APPEND PROPERTY ENVIRONMENT "REGARD_KAFKA_FOLDER=${CMAKE_BINARY_DIR}/${folder}")
  endif()
  foreach(label IN LISTS labels)
    if(NOT TARGET ${label}_tests)
      add_custom_target(${label}_tests)
    endif()
    if(ARGN)
      add_dependencies(${label}_tests ${ARGN})
    endif()
  endforeach()
endfunction()

# regard_test(NAME SRCS ... DEPS ... [LABELS ...] [TIMEOUT seconds])
function(regard_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SRCS;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  _regard_common(${name})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gmock GTest::gtest_main regard_flags)
  regard_precompile(${name} tests)
  # The report is where tools/test counts single cases.
  add_test(NAME ${name} COMMAND ${name} --gtest_output=xml:${CMAKE_BINARY_DIR}/results/cases/${name}.xml)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE room)
  if(room MATCHES "^libs/(es|rocks)(/|$)")
    list(APPEND ARG_LABELS threads)
  endif()
  _regard_register(${name} "${ARG_LABELS}" ${ARG_TIMEOUT} ${name})
endfunction()

# regard_long_form(NAME ENVIRONMENT VAR=value ... TIMEOUT seconds): the same test program once more as NAME_long, with
# the larger numbers that it reads from its environment.
function(regard_long_form name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "ENVIRONMENT" ${ARGN})
  add_test(NAME ${name}_long COMMAND ${name} --gtest_output=xml:${CMAKE_BINARY_DIR}/results/cases/${name}_long.xml)
  set_tests_properties(${name}_long PROPERTIES ENVIRONMENT "${ARG_ENVIRONMENT}")
  _regard_register(${name}_long "long" ${ARG_TIMEOUT} ${name})
endfunction()

# regard_check(NAME COMMAND ... LABELS ... [DEPENDS target ...] [TIMEOUT seconds]): any command that exits with 0 when
# all is well. DEPENDS names the programs that it starts.
function(regard_check name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "COMMAND;LABELS;DEPENDS" ${ARGN})
  add_test(NAME ${name} COMMAND ${ARG_COMMAND} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  _regard_register(${name} "${ARG_LABELS}" ${ARG_TIMEOUT} ${ARG_DEPENDS})
endfunction()

function(regard_program name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  _regard_common(${name})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} regard_flags)
  regard_precompile(${name})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# Requests are made on one thread and freed on another; the C library's allocator makes that dear.
function(regard_use_server_allocator name)
  if(NOT REGARD_SANITIZER)
    target_link_libraries(${name} PRIVATE -Wl,--no-as-needed jemalloc -Wl,--as-needed)
  endif()
endfunction()

# A program that serves.
function(regard_server name)
  cmake_parse_arguments(ARG "" "" "SRCS;DEPS" ${ARGN})
  regard_program(${name} SRCS ${ARG_SRCS} DEPS regard::server ${ARG_DEPS})
  regard_use_server_allocator(${name})
endfunction()

# regard_room_proto(TARGET PROTO): a room's own proto, which is no part of Regard's interface.
function(regard_room_proto target proto)
  string(REGEX REPLACE "\\.proto$" "" base ${proto})
  set(gen ${CMAKE_BINARY_DIR}/gen)
  set(outputs ${gen}/${base}.pb.cc ${gen}/${base}.pb.h ${gen}/${base}.grpc.pb.cc ${gen}/${base}.grpc.pb.h)
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND protobuf::protoc -I ${CMAKE_SOURCE_DIR} -I ${CMAKE_SOURCE_DIR}/proto -I /usr/include --cpp_out=${gen}
      --grpc_out=${gen} --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN} ${CMAKE_SOURCE_DIR}/${proto}
    DEPENDS ${CMAKE_SOURCE_DIR}/${proto}
    COMMENT "protoc ${proto}")
  add_library(${target} STATIC ${outputs})
  target_include_directories(${target} SYSTEM PUBLIC ${gen})
  target_link_libraries(${target} PUBLIC regard::protos)
endfunction()
